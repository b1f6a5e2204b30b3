"""The use cases of webhooks: the only writers of endpoints and deliveries.

``owe`` and ``forget_clients`` run inside the transaction of an event; ``deliver`` and
``sweep`` run in workers, with no transaction open while they send.
"""

from webhooks.actions.delivering import deliver
from webhooks.actions.endpoints import (
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    renew_secret,
    resume,
)
from webhooks.actions.ledger import send_again, send_test
from webhooks.actions.owing import clients_of, owe
from webhooks.actions.people import forget_clients, give_to_merged
from webhooks.actions.sweeping import clear_away, sweep

__all__ = [
    "add_endpoint",
    "change_endpoint",
    "clear_away",
    "clients_of",
    "deliver",
    "forget_clients",
    "give_to_merged",
    "owe",
    "remove_endpoint",
    "renew_secret",
    "resume",
    "send_again",
    "send_test",
    "sweep",
]
