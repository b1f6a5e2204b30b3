"""Hearing what happened, inside its transaction: write down what is owed, ring later."""

from booking.models import Event
from notifications import actions

_OWING = {
    Event.BOOKED: actions.owe_confirmation,
    Event.HELD: actions.owe_offer,
    Event.REQUESTED: actions.owe_request,
    Event.APPROVED: actions.owe_confirmation,
    Event.RESCHEDULED: actions.owe_change,
    Event.CANCELLED: actions.owe_cancellation,
    Event.DECLINED: actions.owe_decline,
    Event.EXPIRED: actions.owe_decline,
    Event.SESSION_MOVED: actions.owe_session_change,
    Event.SESSION_CANCELLED: actions.owe_session_cancellation,
    Event.ZOOM_CONNECTION_LOST: actions.owe_connection_lost,
    Event.MEETING_FAILED: actions.owe_meeting_failed,
}


def on_event(event: Event) -> None:
    """Owe the messages of this kind of event; most kinds owe none."""
    owe = _OWING.get(event.kind)
    if owe is not None:
        owe(event)
