"""Ringing for a worker. Tasks are called by name: they stand above those who ring."""

from collections.abc import Collection

from celery import current_app
from django.db import transaction

DELIVER = "webhooks.tasks.deliver"


def wake(delivery_ids: Collection[int]) -> None:
    """Ring for deliveries once the transaction is committed.

    A dead broker costs a log line: the rows are the memory, and the sweep finds them.
    """
    if not delivery_ids:
        return

    # Not a partial: where ringing fails, Django wants to log the name of what it called.
    def ring() -> None:
        for delivery_id in delivery_ids:
            current_app.send_task(DELIVER, kwargs={"delivery_id": delivery_id})

    transaction.on_commit(ring, robust=True)
