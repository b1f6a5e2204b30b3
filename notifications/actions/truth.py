"""Is a message still true? Each kind has its own answer; what is not is skipped."""

from datetime import datetime, timedelta

from django.conf import settings

from booking.models import Booking
from notifications.kinds import SESSION_KINDS, STANDING_KINDS, Kind, Reason
from notifications.models import Message
from zoomlink.models import ZoomConnection

_BEFORE_THE_START = (Kind.REMINDER, Kind.REQUESTED)


def reason_to_skip(message: Message, booking: Booking | None, *, now: datetime) -> Reason | None:
    """Return why the message must not go out any more; None when it still holds."""
    if message.kind == Kind.SIGN_IN_CODE:
        lives = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
        return Reason.EXPIRED if message.due_at + lives <= now else None
    if message.kind == Kind.CONNECTION_LOST:
        return _reason_when_connected()
    if message.kind in SESSION_KINDS:
        return _reason_of_session(message, now)
    if booking is None:
        return None
    if message.kind in STANDING_KINDS:
        return _reason_of_standing(message, booking, now)
    if message.kind == Kind.DECLINED:
        is_over = booking.state in (Booking.DECLINED, Booking.EXPIRED)
        return None if is_over else Reason.NOT_DECLINED
    return _reason_of_cancellation(message, booking)


def _reason_when_connected() -> Reason | None:
    return Reason.SOLVED if ZoomConnection.objects.connected().exists() else None


def _reason_of_standing(message: Message, booking: Booking, now: datetime) -> Reason | None:
    """It tells how the booking stands: its state, at this revision, with this provider."""
    session = booking.session
    if message.kind == Kind.REQUESTED and booking.state != Booking.PENDING:
        return Reason.NOT_WAITING
    if message.kind != Kind.REQUESTED and not booking.is_confirmed:
        return Reason.NOT_CONFIRMED
    if message.revision != booking.revision or _is_for_another_provider(message, booking):
        return Reason.OUTDATED
    latest = session.starts_at if message.kind in _BEFORE_THE_START else session.ends_at
    return Reason.TOO_LATE if latest <= now else None


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
    is_newest = message.revision == session.revision
    return None if is_theirs and is_newest else Reason.OUTDATED


def _is_for_another_provider(message: Message, booking: Booking) -> bool:
    return message.provider_id not in (None, booking.session.provider_id)
