"""Ringing for a worker. Tasks are called by name: they stand above those who ring."""

from functools import partial

from celery import current_app
from django.db import transaction

DELIVER = "notifications.tasks.deliver_message"


def wake(message_id: int) -> None:
    """Ring for one message once the transaction is committed.

    A dead broker costs a log line: the row is the memory, and the sweep finds it.
    """
    ring = partial(current_app.send_task, DELIVER, kwargs={"message_id": message_id})
    transaction.on_commit(ring, robust=True)
