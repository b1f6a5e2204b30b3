"""What online meetings owe when something happened."""

from functools import partial

from django.db import transaction

from booking.models import Event, Session
from zoomlink import actions, tasks

_OF_A_SESSION = {
    Event.BOOKED,
    Event.RESCHEDULED,
    Event.CANCELLED,
    Event.SESSION_CANCELLED,
}
_OF_A_CONDITION = {Event.FEATURE_ENABLED, Event.FEATURE_DISABLED, Event.ZOOM_CONNECTED}


def on_event(event: Event) -> None:
    """Write the meetings to reconcile, and wake a worker once all is committed."""
    if event.kind in _OF_A_CONDITION:
        transaction.on_commit(tasks.sweep.delay, robust=True)
    if event.kind in _OF_A_SESSION:
        for session in _touched(event):
            _note(session)


def _touched(event: Event) -> list[Session]:
    """The session of the event, and the one a seat was moved away from."""
    ids = {event.session_id, event.details.get("was", {}).get("session")} - {None}
    return list(Session.objects.select_related("service").filter(pk__in=ids))


def _note(session: Session) -> None:
    meeting = actions.note_session(session)
    if meeting is not None:
        wake = partial(tasks.sync_meeting.delay, meeting_id=meeting.pk)
        transaction.on_commit(wake, robust=True)
