"""Ringing for a worker. Tasks are called by name: they stand above those who ring."""

from collections.abc import Mapping

from celery import current_app
from django.db import transaction

DELIVER = "notifications.tasks.deliver_message"
OWE_TIMED = "notifications.tasks.owe_timed"


def wake(seconds_until: Mapping[int, int]) -> None:
    """Ring for messages, by id, once the transaction is committed: at once, or some seconds later.

    A dead broker costs a log line: the rows are the memory, and the sweep finds them.
    It is asked once for all of them, so that one that hangs holds a request only once.
    """

    # Not a partial: where ringing fails, Django wants to log the name of what it called.
    def ring() -> None:
        for message_id, seconds in seconds_until.items():
            current_app.send_task(
                DELIVER, kwargs={"message_id": message_id}, countdown=seconds or None
            )

    transaction.on_commit(ring, robust=True)


def wake_timing(timing_id: int) -> None:
    """Ring for a new time once the transaction is committed; the sweep knows of it, too."""

    def ring() -> None:
        current_app.send_task(OWE_TIMED, kwargs={"timing_id": timing_id})

    transaction.on_commit(ring, robust=True)
