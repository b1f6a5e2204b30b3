"""Is a message still true? Each kind has its own answer; what is not is skipped."""

from datetime import datetime, timedelta

from django.conf import settings

from booking.models import Booking, WaitingEntry
from notifications.actions.truth_of_meetings import reason_against_meeting
from notifications.kinds import (
    MEETING_KINDS,
    SESSION_KINDS,
    STAFF_KINDS,
    STANDING_KINDS,
    TIMED_KINDS,
    Kind,
    Reason,
)
from notifications.models import Message

# The state that a message tells of, where it is not *confirmed*, and what speaks against it.
_STATES: dict[str, tuple[str, Reason]] = {
    Kind.PROOF: (Booking.HELD, Reason.NOT_TO_PROVE),
    Kind.REQUESTED: (Booking.PENDING, Reason.NOT_WAITING),
    Kind.OFFERED: (Booking.HELD, Reason.NOT_OFFERED),
}
# Thanks that come a week late are none.
FOLLOW_UP_HOLDS = timedelta(days=7)
_BEFORE_THE_START = (Kind.REMINDER, Kind.REQUESTED)


def reason_to_skip(message: Message, booking: Booking | None, *, now: datetime) -> Reason | None:
    """Return why the message must not go out any more; None when it still holds."""
    if message.kind == Kind.SIGN_IN_CODE:
        lives = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
        return Reason.EXPIRED if message.due_at + lives <= now else None
    if message.kind in (*MEETING_KINDS, *STAFF_KINDS):
        return reason_against_meeting(message, booking, now)
    if message.kind in TIMED_KINDS and booking is None:
        return _reason_of_timed_session(message, now)
    if message.kind == Kind.WAITING:
        return _reason_of_place_on_list(message, now)
    if message.kind in SESSION_KINDS:
        return _reason_of_session(message, now)
    if booking is None or message.kind == Kind.NEWS:
        return None
    if message.kind in STANDING_KINDS:
        return _reason_of_standing(message, booking, now)
    if message.kind == Kind.DECLINED:
        is_over = booking.state in (Booking.DECLINED, Booking.EXPIRED)
        return None if is_over else Reason.NOT_DECLINED
    return _reason_of_cancellation(message, booking)


def _reason_of_standing(message: Message, booking: Booking, now: datetime) -> Reason | None:
    """It tells how the booking stands: its state, at this revision, with this provider."""
    state, otherwise = _STATES.get(message.kind, (Booking.CONFIRMED, Reason.NOT_CONFIRMED))
    if booking.state != state:
        return otherwise
    if message.kind == Kind.FOLLOW_UP and booking.attendance == Booking.NO_SHOW:
        return Reason.DID_NOT_COME
    if message.revision != booking.revision or _is_for_another_provider(message, booking):
        return Reason.OUTDATED
    return Reason.TOO_LATE if _holds_until(message, booking) <= now else None


def _holds_until(message: Message, booking: Booking) -> datetime:
    if message.kind == Kind.FOLLOW_UP:
        return message.due_at + FOLLOW_UP_HOLDS
    if message.kind in (Kind.OFFERED, Kind.PROOF) and booking.held_until is not None:
        return booking.held_until
    session = booking.session
    return session.starts_at if message.kind in _BEFORE_THE_START else session.ends_at


def _reason_of_cancellation(message: Message, booking: Booking) -> Reason | None:
    """True for everybody once cancelled, and for a provider who no longer has the booking."""
    if booking.state == Booking.CANCELLED or _is_for_another_provider(message, booking):
        return None
    return Reason.NOT_CANCELLED


def _reason_of_session(message: Message, now: datetime) -> Reason | None:
    """A change holds at its revision; *cancelled* for whoever no longer has the session."""
    session = message.session
    if session is None or session.ends_at <= now:
        return Reason.TOO_LATE
    is_theirs = session.is_active and message.provider_id in (None, session.provider_id)
    if message.kind == Kind.SESSION_CANCELLED:
        return Reason.OUTDATED if is_theirs else None
    if message.waiting is not None and message.waiting.state != WaitingEntry.WAITING:
        return Reason.OFF_THE_LIST
    is_newest = message.revision == session.revision
    return None if is_theirs and is_newest else Reason.OUTDATED


def _reason_of_timed_session(message: Message, now: datetime) -> Reason | None:
    """A reminder of a whole class holds while anybody is in it."""
    session = message.session
    if session is None or session.starts_at <= now:
        return Reason.TOO_LATE
    if not session.is_active or not session.bookings.confirmed().exists():
        return Reason.NOT_CONFIRMED
    is_as_then = message.revision == session.revision
    is_theirs = message.provider_id in (None, session.provider_id)
    return None if is_as_then and is_theirs else Reason.OUTDATED


def _reason_of_place_on_list(message: Message, now: datetime) -> Reason | None:
    """It holds while they wait; whoever was offered a place is told of that."""
    session, entry = message.session, message.waiting
    if session is None or session.starts_at <= now:
        return Reason.TOO_LATE
    is_waiting = entry is not None and entry.state == WaitingEntry.WAITING and session.is_active
    return None if is_waiting else Reason.OFF_THE_LIST


def _is_for_another_provider(message: Message, booking: Booking) -> bool:
    return message.provider_id not in (None, booking.session.provider_id)
