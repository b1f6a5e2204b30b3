"""What the reader of a message knew before it: what they heard last, and what was undone unheard.

A reader is an audience, or one provider, or one who waits, by one channel; by another they
may have heard less. Clients also know what they did themselves, whether or not a message
told them of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from booking.models import Booking, Session
from notifications.kinds import STANDING_NEWS, Audience, Kind, Reason
from notifications.models import Message, MessageQuerySet

# A session, its start (ISO 8601) and its provider, perhaps with its end and a state: as in
# ``Message.told``.
Place = dict[str, Any]

# They say that something no longer stands, and name it as their reader knew it.
TAKING_BACK = (Kind.CANCELLED, Kind.DECLINED, Kind.SESSION_CANCELLED)
# They say how something stands, and need not where it stands as their reader knows.
_RESTATING = (Kind.CONFIRMATION, Kind.APPROVED, Kind.CHANGED, Kind.REQUESTED, Kind.SESSION_MOVED)
_NEWS = (*STANDING_NEWS, Kind.SESSION_MOVED)
_FIRST_NEWS = (Kind.CONFIRMATION, Kind.APPROVED)
_DONE_BY_CLIENTS = (Kind.REQUESTED, Kind.CONFIRMATION, Kind.CHANGED, Kind.CANCELLED)


@dataclass(frozen=True)
class Knowledge:
    """What a reader knows: ``place`` is where they believe it to be, None if they cannot know.

    ``is_from_news`` says that they heard of that place, rather than of none since. Where
    ``was_undone``, they know nothing at all, since all that was to tell them was undone before
    it was due. Where ``misses_news``, something that they were to have went astray, or may yet.
    """

    place: Place | None = None
    is_from_news: bool = False
    was_undone: bool = False
    misses_news: bool = False

    @property
    def is_off(self) -> bool:
        return self.place is not None and self.place.get("state") == Booking.CANCELLED


NOTHING = Knowledge()


class _Row(NamedTuple):
    pk: int
    booking_id: int | None
    kind: str
    state: str
    reason: str
    delivery: str
    due_at: datetime
    ended_at: datetime | None
    told: dict[str, Any]
    event_id: int | None
    actor_id: int | None
    details: dict[str, Any] | None

    @property
    def was(self) -> Place | None:
        return (self.details or {}).get("was")

    @property
    def is_heard(self) -> bool:
        """Whether its reader has it, as far as is known, or will within a minute."""
        return self.state in Message.HEARD and self.delivery != Message.UNDELIVERED

    @property
    def is_missing(self) -> bool:
        """Whether it went astray, and with it what no later news repeat; or is on its way."""
        if self.state == Message.SENDING:
            return True
        return self.is_lost and self.kind in _FIRST_NEWS

    @property
    def is_lost(self) -> bool:
        """Whether it was wanted, and not heard, for whatever reason but an undo."""
        return not (self.is_heard or self.is_undone or self.reason == Reason.SWITCHED_OFF)

    @property
    def is_undone(self) -> bool:
        """Whether it was called off before anybody could have sent it."""
        if self.state != Message.SKIPPED or self.ended_at is None:
            return False
        is_early = self.ended_at < self.due_at
        return is_early or self.reason in (Reason.UNDONE, Reason.NOT_TOLD)


_FIELDS = (
    *("pk", "booking_id", "kind", "state", "reason", "delivery", "due_at", "ended_at", "told"),
    *("event_id", "event__actor_id", "event__details"),
)


def place_told(message: Message, session: Session, booking: Booking | None) -> Place:
    """Where something is, and how it stands for the reader of a message about it."""
    is_theirs = message.provider_id in (None, session.provider_id)
    state = session.status if booking is None else booking.state
    return {
        "session": session.pk,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "provider": session.provider_id,
        "state": state if is_theirs else Booking.CANCELLED,
    }


def reason_in_knowledge(
    message: Message, session: Session, booking: Booking | None, knows: Knowledge
) -> Reason | None:
    """Return why its reader need not have a message: they know, or know of nothing to undo.

    Whoever asks for it by hand wants it all the same. Who misses news is told once more than
    need be rather than never.
    """
    if message.resend_of_id is not None:
        return None
    if message.kind in (Kind.CANCELLED, Kind.SESSION_CANCELLED):
        if knows.is_off:
            return Reason.UNDONE
        return Reason.NOT_TOLD if knows.was_undone else None
    if message.kind not in _RESTATING or knows.place is None or knows.misses_news:
        return None
    if not knows.is_from_news and (message.kind == Kind.REQUESTED or _was(message) is None):
        return None  # what is not known of its state is no reason to keep that from anybody
    now_told = place_told(message, session, booking)
    is_known = all(now_told[name] == what for name, what in _comparable(knows.place).items())
    return Reason.UNDONE if is_known else None


def _comparable(place: Place) -> Place:
    names = ("session", "starts_at", "ends_at", "provider", "state")
    return {name: place[name] for name in names if name in place}


def knowledge_of(message: Message, session: Session) -> Knowledge:
    """What the reader of a message knew before it, in one query; in none where it is the first."""
    if message.revision <= 1:
        return NOTHING
    rows = _earlier(message, session)
    own = [row for row in rows if row.booking_id == message.booking_id]
    related = [row for row in rows if row.booking_id != message.booking_id]
    known = _newest(row for row in own if _is_known(message, row))
    unheard = _unheard_since(own, known)
    place = _believed(message, known, unheard)
    told = _newest(_of_same_session(related, place, message, since=known.pk if known else 0))
    if told is not None:
        place = {**(place or {}), **_when_and_who(told.told)}
    return Knowledge(
        place=place,
        is_from_news=bool(known and known.told),
        was_undone=known is None and told is None and _was_undone(message, unheard),
        misses_news=_misses_news(message, own),
    )


def _earlier(message: Message, session: Session) -> list[_Row]:
    """All that was ever owed to the same reader about it; of a class also about the other side.

    Our side hears of a class as a whole, and of each booking in it: both tell its time.
    """
    rows = Message.objects.filter(
        pk__lt=message.resend_of_id or message.pk,
        audience=message.audience,
        channel=message.channel,
        provider=message.provider_id,
        is_test=False,
    ).exclude(kind=Kind.NEWS)  # staff may have written anything
    if message.waiting_id is not None:
        found = rows.filter(waiting=message.waiting_id)
    elif message.audience == Audience.CLIENT or not session.service.is_class:
        found = rows.filter(booking=message.booking_id)
    elif message.booking_id is not None:
        sessions = {session.pk, (_was(message) or {}).get("session", session.pk)}
        of_session = rows.filter(booking=None, session__in=sessions)
        found = _both(rows.filter(booking=message.booking_id), of_session)
    else:
        of_bookings = rows.filter(booking__session=session.pk)
        found = _both(rows.filter(booking=None, session=session.pk), of_bookings)
    return [_Row(*values) for values in found.values_list(*_FIELDS)]


def _both(rows: MessageQuerySet, others: MessageQuerySet) -> MessageQuerySet:
    """Two queries in one, each by an index of its own."""
    return rows.union(others, all=True)


def _is_known(message: Message, row: _Row) -> bool:
    """Whether a reader heard it, or did themselves what it tells of."""
    return row.is_heard or _is_own_deed(message, row)


def _is_own_deed(message: Message, row: _Row) -> bool:
    is_client = message.audience == Audience.CLIENT and row.booking_id is not None
    return is_client and row.kind in _DONE_BY_CLIENTS and row.actor_id is None


def _misses_news(message: Message, own: list[_Row]) -> bool:
    """Whether anything is missing since they heard how it stands, or was to be confirmed to them.

    They know what they did themselves; their mailbox and their calendar do not.
    """
    heard = _newest(row for row in own if row.is_heard and row.told)
    since = own if heard is None else [row for row in own if row.pk > heard.pk]
    return any(row.is_missing or (row.is_lost and _is_own_deed(message, row)) for row in since)


def _newest(rows: Iterable[_Row]) -> _Row | None:
    return max(rows, key=lambda row: row.pk, default=None)


def _unheard_since(own: list[_Row], known: _Row | None) -> list[_Row]:
    """What was to be told of later events, the oldest first."""
    later = own
    if known is not None:
        later = [row for row in own if row.pk > known.pk and row.event_id != known.event_id]
    return sorted(row for row in later if row.kind in _NEWS or row.was)


def _believed(message: Message, known: _Row | None, unheard: list[_Row]) -> Place | None:
    """What they heard last; else where it was before the first change they did not hear of."""
    if known is not None and known.told:
        return known.told
    if known is None and unheard and _is_beginning(message, unheard[0]):
        return None
    first = unheard[0].was if unheard else None
    return first or _was(message)


def _is_beginning(message: Message, row: _Row) -> bool:
    """Whether it gave its reader what they did not have before."""
    if row.was is None:
        return True
    return message.provider_id is not None and row.was["provider"] != message.provider_id


def _was_undone(message: Message, unheard: list[_Row]) -> bool:
    if message.waiting_id is not None or not unheard:
        return False
    is_new = _is_beginning(message, unheard[0])
    return is_new and all(row.is_undone for row in unheard if row.kind in _NEWS)


def _of_same_session(
    related: list[_Row], place: Place | None, message: Message, *, since: int
) -> list[_Row]:
    """What they heard since about the other side of it, in the session where they believe it."""
    if place is None and message.booking_id is not None:
        return []
    wanted = place["session"] if place is not None else message.session_id
    heard = [
        row
        for row in related
        if row.pk > since and row.is_heard and row.told.get("session") == wanted
    ]
    if message.kind in TAKING_BACK or message.event is None:
        return heard
    # What they hear after a change tells how things stand then, but not that they changed.
    changed_at = message.event.occurred_at
    return [row for row in heard if row.ended_at is None or row.ended_at <= changed_at]


def _when_and_who(told: Place) -> Place:
    names = ("session", "starts_at", "ends_at", "provider")
    return {name: told[name] for name in names if name in told}


def _was(message: Message) -> Place | None:
    return message.event.details.get("was") if message.event is not None else None
