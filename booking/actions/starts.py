"""The start that somebody asks for, fit to be reckoned with."""

from datetime import datetime

from booking.errors import SlotNotOffered
from booking.instants import in_utc, is_near
from booking.slots import Refusal


def planned(starts_at: datetime, *, now: datetime) -> datetime:
    """An aware start in UTC.

    Raises SlotNotOffered for one that no calendar is kept for, such as in the year 9999,
    and ValueError for a naive one.
    """
    if starts_at.tzinfo is not None and not is_near(starts_at, now=now):
        raise SlotNotOffered(Refusal.TOO_FAR if starts_at > now else Refusal.TOO_SOON)
    return in_utc(starts_at)
