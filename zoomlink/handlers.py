"""What online meetings owe when something happened."""

from collections.abc import Iterator

from django.db import transaction

from booking.models import Event, Session
from zoomlink import actions, tasks

_OF_A_SESSION = {
    Event.BOOKED,
    Event.APPROVED,
    Event.RESCHEDULED,
    Event.CANCELLED,
    Event.DECLINED,
    Event.EXPIRED,
    Event.SESSION_MOVED,
    Event.SESSION_CANCELLED,
    Event.RESTORED,
}
_OF_A_NEWCOMER = {Event.BOOKED, Event.APPROVED, Event.RESTORED}
_OF_A_CONDITION = {
    *(Event.FEATURE_ENABLED, Event.FEATURE_DISABLED, Event.ZOOM_CONNECTED),
    *(Event.ZOOM_LEAVING, Event.ZOOM_USER_MISSING),
    *(Event.MEETING_CHOSEN, Event.MEETING_SETTINGS_CHANGED),
}


def on_event(event: Event) -> None:
    """Write the meetings to reconcile, and wake a worker once all is committed."""
    if event.kind in _OF_A_CONDITION:
        transaction.on_commit(tasks.sweep.delay, robust=True)
    if event.kind in _OF_A_SESSION:
        was = event.details.get("was", {}).get("session")
        for session in _sessions(event, was):
            _note(session, event, is_moved=_begins_elsewhere(event, session))
    if event.kind == Event.CLIENT_ERASED:
        actions.forget_visits(event.details["client"])
    if event.kind in _OF_A_NEWCOMER and event.session is not None:
        actions.note_newcomer(event.session)


def _sessions(event: Event, was: int | None) -> Iterator[Session]:
    """The session of an event and, where a seat was moved, the one it was moved from."""
    if event.session is not None:
        yield event.session
    if was not in (None, event.session_id):
        yield Session.objects.select_related("service").get(pk=was)


def _begins_elsewhere(event: Event, session: Session) -> bool:
    """Whether a session has another start or provider; one that ends sooner or later has not."""
    was = event.details.get("was", {})
    if was.get("session") != session.pk or event.session_id != session.pk:
        return False
    now_is = session.starts_at.isoformat(), session.provider_id
    return (was["starts_at"], was["provider"]) != now_is


def _note(session: Session, event: Event, *, is_moved: bool) -> None:
    meeting_id = actions.note_session(session, now=event.occurred_at, is_moved=is_moved)
    if meeting_id is not None:
        _wake(meeting_id)


def _wake(meeting_id: int) -> None:
    # Not a partial: where ringing fails, Django wants to log the name of what it called.
    transaction.on_commit(lambda: tasks.sync_meeting.delay(meeting_id=meeting_id), robust=True)
