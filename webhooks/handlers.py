"""Hearing what happened, inside its transaction: write down what is owed, ring later."""

from booking.models import Event
from webhooks import actions


def on_event(event: Event) -> None:
    """See to clients who are no more, whatever is switched on; then owe what is to be heard."""
    if event.kind == Event.CLIENT_ERASED:
        actions.forget_clients(actions.clients_of(event), now=event.occurred_at)
    elif event.kind == Event.CLIENTS_MERGED:
        others = [other["id"] for other in event.details["others"]]
        actions.give_to_merged(event.details["kept"]["id"], others)
    actions.owe(event)
