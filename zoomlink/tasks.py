"""What workers do for online meetings: ids in, one call, nothing else."""

from contextlib import suppress

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from zoomlink import actions
from zoomlink.actions import attendance
from zoomlink.errors import NotConnected

# The list of every host takes longer than one meeting; shorter than the lease of an audit.
AUDIT_SECONDS = 240


@shared_task
def sync_meeting(*, meeting_id: int, **_newer_arguments) -> None:
    """Make Zoom agree with one session; soon again where Zoom asked for some seconds.

    If it was the last meeting that a logout waited for, that ends now.
    """
    now = timezone.now()
    again_at = actions.sync_meeting(meeting_id=meeting_id, now=now)
    if again_at is not None and (wait := (again_at - now).total_seconds()) < settings.SWEEP_SECONDS:
        _ring(meeting_id, countdown=max(0, wait))
    actions.finish_leaving(now=now)


@shared_task
def sweep(**_newer_arguments) -> None:
    """Wake whatever differs, soonest first: also the way changed conditions take effect."""
    now = timezone.now()
    for meeting_id in actions.review(now=now):
        _ring(meeting_id)
    actions.announce(now=now)
    actions.watch_fallback(now=now)
    attendance.watch(now=now)
    actions.note_sweep(now=now)


@shared_task
def watch_connection(**_newer_arguments) -> None:
    """See that Zoom still lets us in, and end a logout whose meetings are deleted."""
    now = timezone.now()
    actions.check_health(now=now)
    actions.finish_leaving(now=now)
    actions.clear_trials(now=now)


@shared_task(time_limit=AUDIT_SECONDS)
def audit(**_newer_arguments) -> None:
    """Compare all that stands at Zoom with what we know."""
    with suppress(NotConnected):
        actions.run_audit(now=timezone.now())


@shared_task(time_limit=AUDIT_SECONDS)
def audit_daily(**_newer_arguments) -> None:
    """The same once a day, and an hour after one that failed; also forgets old counts."""
    now = timezone.now()
    actions.forget_old_days(now=now)
    if actions.audit_is_due(now=now):
        audit()


@shared_task
def run_trial(*, trial_id: int, **_newer_arguments) -> None:
    """Test the connection with a meeting made for it."""
    actions.run_trial(trial_id=trial_id, now=timezone.now())


def _ring(meeting_id: int, countdown: float = 0) -> None:
    # Unheard until the next sweep, it would only stand twice in the queue.
    expires = settings.SWEEP_SECONDS + countdown
    arguments = {"meeting_id": meeting_id}
    sync_meeting.apply_async(kwargs=arguments, countdown=countdown or None, expires=expires)


@shared_task
def apply_delivery(*, delivery_id: int, **_newer_arguments) -> None:
    """Do what follows from an event of Zoom's."""
    owed = actions.apply_delivery(delivery_id=delivery_id, now=timezone.now())
    for meeting_id in owed.meeting_ids:
        _ring(meeting_id)
    if owed.needs_sweep:
        sweep.delay()
    if owed.needs_check:
        watch_connection.delay()


@shared_task
def sweep_deliveries(**_newer_arguments) -> None:
    """Apply what Zoom told and nobody heard, and clear away what is old."""
    now = timezone.now()
    for delivery_id in actions.deliveries_due(now=now):
        arguments = {"delivery_id": delivery_id}
        apply_delivery.apply_async(kwargs=arguments, expires=settings.SWEEP_SECONDS)
    actions.clear_away(now=now)
