"""What workers and the clock call. Arguments a newer release may add are let pass."""

from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone

from booking.memory import remembered
from notifications import actions


@shared_task
def deliver_message(*, message_id: int, **_newer: object) -> None:
    """Send one message if it is still owed; retries stand in its row, not in the queue."""
    with remembered():
        actions.deliver_message(message_id=message_id, now=timezone.now())


@shared_task
def owe_timed(*, timing_id: int, **_newer: object) -> None:
    """Owe the messages of a new time for the bookings made before it."""
    with remembered():
        actions.owe_timed(timing_id=timing_id, now=timezone.now())


@shared_task
def sweep(**_newer: object) -> None:
    """Ring for every message that is due or was left half-way, and every time not owed yet.

    Many come at once only here, so they stand in a queue of their own: what people wait
    for is never behind them.
    """
    now = timezone.now()
    for timing_id in actions.timings_to_owe(now=now):
        _ring(owe_timed, timing_id=timing_id)
    for message_id in actions.sweep(now=now):
        _ring(deliver_message, message_id=message_id)


@shared_task
def purge_texts(**_newer: object) -> None:
    """Delete the texts whose time has come."""
    actions.purge_texts(now=timezone.now())


def _ring(task: Task, **arguments: int) -> None:
    # Unheard until the next sweep, it would only stand twice in the queue.
    task.apply_async(kwargs=arguments, queue=settings.BULK_QUEUE, expires=settings.SWEEP_SECONDS)
