"""Which moments can be worked with."""

from datetime import MAXYEAR, MINYEAR, datetime


def is_instant(moment: datetime) -> bool:
    """Aware, on a whole minute, and in a year that has others on both sides in every zone."""
    is_whole = not (moment.second or moment.microsecond)
    return moment.tzinfo is not None and is_whole and MINYEAR < moment.year < MAXYEAR
