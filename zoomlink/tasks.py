"""What workers do for online meetings: ids in, one call, nothing else."""

from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from zoomlink import actions


@shared_task
def sync_meeting(*, meeting_id: int, **_newer_arguments) -> None:
    """Make Zoom agree with one session."""
    actions.sync_meeting(meeting_id=meeting_id, now=timezone.now())


@shared_task
def sweep(**_newer_arguments) -> None:
    """Wake whatever differs, soonest first: also the way changed conditions take effect."""
    for meeting_id in actions.review(now=timezone.now()):
        # Unheard until the next sweep, it would only stand twice in the queue.
        sync_meeting.apply_async(kwargs={"meeting_id": meeting_id}, expires=settings.SWEEP_SECONDS)


@shared_task
def note_removal(*, account_id: str, user_id: str, removed_at: str, **_newer_arguments) -> None:
    """Take note that a user removed our app at Zoom; ``removed_at`` is ISO 8601, aware."""
    actions.note_removal(
        account_id=account_id,
        user_id=user_id,
        removed_at=datetime.fromisoformat(removed_at),
        now=timezone.now(),
    )
