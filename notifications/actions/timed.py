"""Which reminders and follow-ups a booking makes due, and when.

The minutes of a time are minutes that pass: where the clock changes in between, "a day
before" 12:00 is 13:00 or 11:00 on the wall.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from booking.models import Booking, Company, Event, Session
from notifications import recipients
from notifications.actions.choosing import Choices
from notifications.actions.holding import quiet_hours
from notifications.kinds import Audience, Channel, Kind
from notifications.models import Message, Timing
from notifications.quiet import QuietHours
from notifications.recipients import Recipient

# So that a worker who is late does not come within the quiet hours themselves.
BEFORE_QUIET_HOURS = timedelta(minutes=5)


class Timetable:
    """The times of reminders and follow-ups and what bears on them, read once for many bookings."""

    def __init__(self, choices: Choices, company: Company):
        self.choices, self.company = choices, company

    def messages_of(
        self,
        booking: Booking,
        timings: Iterable[Timing] | None = None,
        *,
        now: datetime,
        event: Event | None = None,
    ) -> Iterator[Message]:
        """Yield what a confirmed booking, with its people, makes due after ``now``.

        Not stored yet; by all times or only some. What is muted is left out.
        """
        session = booking.session
        of = {"service_id": session.service_id, "provider_id": session.provider_id}
        for timing in self.choices.timings if timings is None else timings:
            if self.choices.is_on(timing.slug, **of):
                message = self._message(booking, timing, now)
                message.event, message.created_at = event, now
                if message.due_at > now:
                    yield message

    def _message(self, booking: Booking, timing: Timing, now: datetime) -> Message:
        """Of a class our side is reminded once, whoever is in it."""
        session = booking.session
        reader = recipients.of_booking(booking, timing.audience, timing.channel, self.company)
        is_of_class = session.service.is_class and timing.audience != Audience.CLIENT
        subject, about = ("s", session) if is_of_class else ("b", booking)
        due_at = self._due_at(timing, session, reader, now)
        return Message(
            key=f"{subject}{about.pk}:r{about.revision}:{timing.rule}:{reader.name}:{timing.channel}",
            kind=timing.kind,
            audience=timing.audience,
            channel=timing.channel,
            session=session if is_of_class else None,
            booking=None if is_of_class else booking,
            provider=reader.provider,
            timing=timing,
            revision=about.revision,
            to_address=reader.address,
            language=reader.language,
            timezone=reader.timezone,
            due_at=due_at,
            next_attempt_at=due_at,
        )

    def _due_at(
        self, timing: Timing, session: Session, reader: Recipient, now: datetime
    ) -> datetime:
        """The moment itself; for an SMS that quiet hours would hold until the start, before them.

        Where that has passed already it stays: a reminder that disturbs is better than none.
        """
        if timing.kind == Kind.FOLLOW_UP:
            return session.ends_at + timing.distance
        due_at = session.starts_at - timing.distance
        if timing.channel == Channel.SMS and self._quiet is not None:
            night = self._quiet.around(due_at, ZoneInfo(reader.timezone))
            if night is not None and session.starts_at <= night[1]:
                earlier = night[0] - BEFORE_QUIET_HOURS
                return earlier if earlier > now else due_at
        return due_at

    @cached_property
    def _quiet(self) -> QuietHours | None:
        return quiet_hours()
