"""How many more meetings of a host Zoom lets us create or change today.

Zoom counts creations and updates of meetings together for each host, 100 a day that ends at
00:00 UTC, and does not say how many are left ("API rate limits", limits per user).
"""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from zoomlink.errors import QuotaUsedUp
from zoomlink.models import HostDay, ZoomConnection

LIMIT = 100  # calls a day and host
RESERVED = 20  # the last of them are for sessions that begin soon
KEPT = timedelta(days=30)

_REST_IS_KEPT = _(
    "Zoom lets each host have 100 meetings created or changed a day. The last 20 of today are "
    "kept for sessions that begin within 24 hours; this one follows after midnight UTC."
)


def claim_write(connection: ZoomConnection, host_id: str, *, soon: bool, now: datetime) -> None:
    """Count one creation or change before Zoom is asked for it.

    ``soon``: the session begins within a day. However many workers claim at once, no more
    than the limit succeed. Raises QuotaUsedUp, with nothing counted.
    """
    limit = LIMIT if soon else LIMIT - RESERVED
    if _count(connection, host_id, limit, now):
        return
    HostDay.objects.bulk_create(
        [HostDay(connection=connection, host_id=host_id, day=day_of(now))], ignore_conflicts=True
    )
    if not _count(connection, host_id, limit, now):
        raise QuotaUsedUp(next_day(now), None if soon else _REST_IS_KEPT)


def give_back(connection: ZoomConnection, host_id: str, *, now: datetime) -> None:
    """Take back what ``claim_write`` counted for a call that Zoom never got to."""
    counted = HostDay.objects.filter(connection=connection, host_id=host_id, day=day_of(now))
    counted.filter(writes__gt=0).update(writes=F("writes") - 1)


def _count(connection: ZoomConnection, host_id: str, limit: int, now: datetime) -> bool:
    """Whether one more was counted; not where the day is full, or has no row yet."""
    free = HostDay.objects.filter(
        connection=connection, host_id=host_id, day=day_of(now), writes__lt=limit
    )
    return bool(free.update(writes=F("writes") + 1))


def note_limit_reached(connection: ZoomConnection, host_id: str, now: datetime) -> None:
    """Zoom itself said that the day is used up: others change meetings of this host, too."""
    HostDay.objects.bulk_create(
        [HostDay(connection=connection, host_id=host_id, day=day_of(now), writes=LIMIT)],
        update_conflicts=True,
        unique_fields=["connection", "host_id", "day"],
        update_fields=["writes"],
    )


def quota_of_day(connection: ZoomConnection, now: datetime) -> dict[str, int]:
    """How many calls each host has used on this UTC day, by Zoom's id of the host."""
    today = HostDay.objects.filter(connection=connection, day=day_of(now))
    return dict(today.values_list("host_id", "writes"))


def forget_old_days(*, now: datetime) -> None:
    HostDay.objects.filter(day__lt=day_of(now - KEPT)).delete()


def day_of(now: datetime) -> date:
    return now.astimezone(UTC).date()


def next_day(now: datetime) -> datetime:
    """When Zoom begins to count anew: the next 00:00 UTC."""
    return datetime.combine(day_of(now) + timedelta(days=1), time(), tzinfo=UTC)
