"""What the clock calls for the domain, which does not know Celery."""

from celery import shared_task
from django.utils import timezone

from booking import actions


@shared_task
def expire_overdue(**_newer: object) -> None:
    """Let holds that ran out, and requests that nobody answered in time, expire."""
    actions.expire_overdue(now=timezone.now())
