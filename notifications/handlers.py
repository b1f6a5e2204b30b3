"""Hearing what happened, inside its transaction: write down what is owed, ring later."""

from booking.models import Event
from notifications import actions
from notifications.kinds import FLEXIBLE


def _owe_what_is_restored(event: Event) -> None:
    """A booking that stands again, or a whole class session."""
    owe = actions.owe_session_restoration if event.booking is None else actions.owe_restoration
    owe(event)


def _owe_what_was_muted(event: Event) -> None:
    """Rules of places come into force, or out of it, with their feature."""
    if event.details.get("feature") == FLEXIBLE:
        actions.owe_again()


_OWING = {
    Event.BOOKED: actions.owe_confirmation,
    Event.HELD: actions.owe_hold,
    Event.REQUESTED: actions.owe_request,
    Event.APPROVED: actions.owe_approval,
    Event.RESCHEDULED: actions.owe_change,
    Event.CANCELLED: actions.owe_cancellation,
    Event.DECLINED: actions.owe_decline,
    Event.EXPIRED: actions.owe_decline,
    Event.SESSION_MOVED: actions.owe_session_change,
    Event.SESSION_CANCELLED: actions.owe_session_cancellation,
    Event.RESTORED: _owe_what_is_restored,
    Event.WAITING_JOINED: actions.owe_place_on_list,
    Event.ZOOM_CONNECTION_LOST: actions.owe_connection_lost,
    Event.ZOOM_DISCONNECTED: actions.owe_zoom_disconnected,
    Event.ZOOM_USER_MISSING: actions.owe_user_missing,
    Event.MEETING_FAILED: actions.owe_meeting_failed,
    Event.LINK_ADDED: actions.owe_link_added,
    Event.LINK_REMOVED: actions.owe_link_removed,
    Event.MEETING_NOT_READY: actions.owe_not_ready,
    Event.FALLBACK_USED: actions.owe_fallback_used,
    Event.FALLBACK_ENDED: actions.settle_fallback,
    Event.FEATURE_ENABLED: _owe_what_was_muted,
    Event.FEATURE_DISABLED: _owe_what_was_muted,
    Event.CLIENT_WAITS: actions.owe_client_waits,
    Event.CLIENT_CHANGED: actions.speak_as_wished,
    Event.CLIENT_ERASED: actions.forget_client,
}


def on_event(event: Event) -> None:
    """Owe the messages of this kind of event; most kinds owe none."""
    owe = _OWING.get(event.kind)
    if owe is not None:
        owe(event)
