"""What workers and the clock call. Arguments a newer release may add are let pass."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from notifications import actions


@shared_task
def deliver_message(*, message_id: int, **_newer: object) -> None:
    """Send one message if it is still owed; retries stand in its row, not in the queue."""
    actions.deliver_message(message_id=message_id, now=timezone.now())


@shared_task
def sweep(**_newer: object) -> None:
    """Ring for every message that is due or was left half-way."""
    for message_id in actions.sweep(now=timezone.now()):
        # Unheard until the next sweep, it would only stand twice in the queue.
        deliver_message.apply_async(
            kwargs={"message_id": message_id}, expires=settings.SWEEP_SECONDS
        )


@shared_task
def purge_texts(**_newer: object) -> None:
    """Delete the texts whose time has come."""
    actions.purge_texts(now=timezone.now())
