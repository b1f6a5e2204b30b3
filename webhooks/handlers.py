"""Hearing what happened, inside its transaction: write down what is owed, ring later."""

from booking.models import Event
from webhooks import actions


def on_event(event: Event) -> None:
    """Forget who was erased, whatever is switched on; then owe what endpoints want to hear."""
    if event.kind == Event.CLIENT_ERASED:
        actions.forget_clients(actions.clients_of(event), now=event.occurred_at)
    actions.owe(event)
