"""What workers do for the staff side: files of reports that are too long to wait for."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from booking.memory import remembered
from web.desk.reports import exports

# Years of bookings take longer than one message; each batch renews the lease.
EXPORT_SECONDS = 1800


@shared_task(time_limit=EXPORT_SECONDS)
def run_export(*, export_id: int, **_newer: object) -> None:
    """Make one file."""
    with remembered():
        exports.run(export_id=export_id, now=timezone.now())


@shared_task
def sweep_exports(**_newer: object) -> None:
    """Ring for every file that waits or was left half-way, and clear away what is old."""
    now = timezone.now()
    for export_id in exports.due(now=now):
        ring(export_id)
    exports.clear_away(now=now)


def ring(export_id: int) -> None:
    """Ring for a worker; unheard until the next sweep, it would only stand twice in the queue."""
    run_export.apply_async(
        kwargs={"export_id": export_id}, queue=settings.BULK_QUEUE, expires=settings.SWEEP_SECONDS
    )
