"""Is it still true of an online meeting, or of the connection to Zoom?"""

from collections.abc import Callable
from datetime import datetime

from booking.models import Booking, Event, Session
from notifications.kinds import Audience, Kind, Reason
from notifications.models import Message
from zoomlink.actions import host_links_for, is_meeting_missed
from zoomlink.models import Meeting, Participation, ZoomConnection, ZoomUser


def reason_against_meeting(
    message: Message, booking: Booking | None, now: datetime
) -> Reason | None:
    """Return why a message of ``MEETING_KINDS`` or ``STAFF_KINDS`` must not go out any more."""
    if message.kind in (Kind.CONNECTION_LOST, Kind.ZOOM_DISCONNECTED):
        return Reason.SOLVED if ZoomConnection.objects.connected().exists() else None
    if message.kind == Kind.ZOOM_USER_MISSING:
        return None if _is_still_missing(message) else Reason.SETTLED
    session = booking.session if booking is not None else message.session
    if session is None or session.ends_at <= now:
        return Reason.TOO_LATE
    if not _is_met(session, booking):
        return Reason.NOT_CONFIRMED
    if message.provider_id not in (None, session.provider_id):
        return Reason.OUTDATED
    return _AGAINST[message.kind](message, booking, session)


def _is_still_missing(message: Message) -> bool:
    email = message.event.details.get("email", "") if message.event is not None else ""
    missing = ZoomUser.objects.filter(connection__is_current=True, email=email, is_missing=True)
    return missing.exists()


def _is_met(session: Session, booking: Booking | None) -> bool:
    """Whether it takes place: a booking stands, or for a whole session any does."""
    if booking is not None:
        return booking.is_confirmed
    return session.is_active and session.bookings.confirmed().exists()


def _against_added(message: Message, booking: Booking | None, session: Session) -> Reason | None:
    return None if host_links_for([session]) else Reason.NO_LINK


def _against_removed(message: Message, booking: Booking | None, session: Session) -> Reason | None:
    return Reason.HAS_LINK if host_links_for([session]) else None


def _against_fallback(message: Message, booking: Booking | None, session: Session) -> Reason | None:
    """It holds for the session as it was then, until the fallback room is left again."""
    if _was_moved(message, booking, session):
        return Reason.OUTDATED
    ended = Event.objects.filter(
        session=session, kind=Event.FALLBACK_ENDED, pk__gt=message.event_id
    )
    return Reason.SETTLED if ended.exists() else None


def _against_not_ready(
    message: Message, booking: Booking | None, session: Session
) -> Reason | None:
    """It holds for the session as it was then, until it or a room is ready."""
    if _was_moved(message, booking, session):
        return Reason.OUTDATED
    return None if is_meeting_missed(session) else Reason.SETTLED


def _against_waiting(message: Message, booking: Booking | None, session: Session) -> Reason | None:
    if _was_moved(message, booking, session):
        return Reason.OUTDATED
    waited_at = message.event.occurred_at if message.event is not None else message.created_at
    return Reason.STARTED if _is_host_there(session, waited_at) else None


def _was_moved(message: Message, booking: Booking | None, session: Session) -> bool:
    is_as_then = message.revision == (booking or session).revision
    return message.audience != Audience.STAFF and not is_as_then


def _is_host_there(session: Session, waited_at: datetime) -> bool:
    """Whether the provider has come. Where clients may go ahead, they start it at Zoom, too."""
    meeting = Meeting.objects.filter(session=session).first()
    if meeting is None:
        return False
    if meeting.started_by_host_at or meeting.fallback_entered_at:
        return True
    is_started_since = meeting.started_at is not None and meeting.started_at > waited_at
    hosts = Participation.objects.filter(meeting=meeting, is_host=True, joined_at__isnull=False)
    return is_started_since or hosts.exists()


def _against_failure(message: Message, booking: Booking | None, session: Session) -> Reason | None:
    is_ready = Meeting.objects.filter(session=session, state=Meeting.READY).exists()
    return Reason.SETTLED if is_ready else None


_AGAINST: dict[str, Callable[[Message, Booking | None, Session], Reason | None]] = {
    Kind.LINK_ADDED: _against_added,
    Kind.LINK_REMOVED: _against_removed,
    Kind.NOT_READY: _against_not_ready,
    Kind.FALLBACK_USED: _against_fallback,
    Kind.CLIENT_WAITS: _against_waiting,
    Kind.MEETING_FAILED: _against_failure,
}
