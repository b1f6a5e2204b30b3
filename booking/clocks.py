"""When a country changes its mind about its clocks, after something was booked.

Bookings are instants, so a new edition of the time zone database changes none of them, only
what the clock on the wall will show then. Each session remembers what that was to be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from booking.models import Session


@dataclass(frozen=True)
class ClockMove:
    """A session whose wall time is no longer the one that was agreed.

    ``agreed_at`` and ``shown_at`` are the same instant, by the offset of then and of now.
    """

    session: Session
    agreed_at: datetime
    shown_at: datetime


def moved_by_the_clock(*, now: datetime) -> Iterator[ClockMove]:
    """The active sessions to come whose wall time has changed, soonest first.

    Each by the zone that was the company's when it was booked.
    """
    coming = Session.objects.active().filter(starts_at__gt=now, utc_offset_minutes__isnull=False)
    people = coming.select_related("service", "provider").order_by("starts_at", "pk")
    for session in people.iterator(chunk_size=2000):
        zone = ZoneInfo(session.timezone)
        shown_at = session.starts_at.astimezone(zone)
        offset = timedelta(minutes=session.utc_offset_minutes or 0)
        if shown_at.utcoffset() != offset:
            agreed_at = session.starts_at.astimezone(timezone(offset))
            yield ClockMove(session, agreed_at, shown_at)
