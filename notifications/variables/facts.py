"""What a message may speak of, and what a variable makes of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise

from booking.formats import format_date, format_time
from booking.models import Booking, Company, Provider, Session, WaitingEntry
from notifications.kinds import Audience, Channel
from notifications.recipients import zone_of

EVERYBODY = frozenset({Audience.CLIENT, Audience.PROVIDER, Audience.COMPANY})
EVERY_WAY = frozenset(Channel)


@dataclass(frozen=True)
class Facts:
    """All a message may speak of: a booking with its people, or None and a whole session.

    ``entry`` is the place on the waiting list of whoever is told of a session they wait for,
    ``bookings`` how many a session had and ``reason`` why it was cancelled.
    ``starts_at``, ``ends_at`` and ``provider`` are the session's, or, for the one it was
    taken from, what they were; ``ended_at_before`` is None where only the start changed, and
    the end with it. Times are told in ``zone``.
    """

    session: Session
    booking: Booking | None
    company: Company
    provider: Provider
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    language: str
    is_short: bool = False
    started_at_before: datetime | None = None
    ended_at_before: datetime | None = None
    join_url: str = ""
    host_url: str = ""
    entry: WaitingEntry | None = None
    bookings: int | None = None
    reason: str = ""

    def day(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        return format_date(moment, self.zone, self.language, short=self.is_short)

    def time(self, moment: datetime | None) -> str:
        return "" if moment is None else format_time(moment, self.zone, self.language)

    @property
    def of_client(self) -> "Facts":
        """The same, with times as the client reads them; a whole session has no client."""
        if self.booking is None:
            return self
        return replace(self, zone=ZoneInfo(zone_of(self.booking, self.company)))

    def moment(self, moment: datetime | None) -> str:
        return "" if moment is None else f"{self.day(moment)}, {self.time(moment)}"


@dataclass(frozen=True)
class Variable:
    """One placeholder, known by its name and perhaps another one.

    ``feature`` is the key of one without which there is nothing to tell: until it is on,
    the variable is not offered, but where it stands already it may stay.
    ``short_sample`` stands in an SMS, where that is written shorter.
    """

    name: str
    meaning: str | Promise
    sample: str | Promise
    value: Callable[[Facts], object]
    audiences: frozenset[Audience] = EVERYBODY
    channels: frozenset[Channel] = EVERY_WAY
    feature: str = ""
    is_link: bool = False
    alias: str = ""
    short_sample: str | Promise = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.alias) if self.alias else (self.name,)

    def may_stand(self, audience: str, channel: str) -> bool:
        return audience in self.audiences and channel in self.channels
