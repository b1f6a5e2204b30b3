"""What workers and the clock call. Arguments a newer release may add are let pass."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from booking.memory import remembered
from webhooks import actions


@shared_task
def deliver(*, delivery_id: int, **_newer: object) -> None:
    """Send one delivery if it is still owed; retries stand in its row, not in the queue."""
    with remembered():
        actions.deliver(delivery_id=delivery_id, now=timezone.now())


@shared_task
def sweep(**_newer: object) -> None:
    """Ring for every delivery that is due or was left half-way."""
    for delivery_id in actions.sweep(now=timezone.now()):
        # Unheard until the next sweep, it would only stand twice in the queue.
        deliver.apply_async(kwargs={"delivery_id": delivery_id}, expires=settings.SWEEP_SECONDS)


@shared_task
def clear_away(**_newer: object) -> None:
    """Delete what is old."""
    actions.clear_away(now=timezone.now())
