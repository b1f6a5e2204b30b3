"""Moments as the actions work with them: in UTC, where adding an hour adds an hour. Pure.

In a zone that changes its clocks, Python adds to what the wall shows: an hour after 03:00 on
the night when the clock goes back would be two hours later.
"""

from datetime import UTC, datetime, timedelta

# Further off than any horizon or history; at the ends of the calendar no hour can be added.
FURTHEST = timedelta(days=4000)


def is_near(moment: datetime, *, now: datetime) -> bool:
    """Whether an aware moment lies within some years of ``now``."""
    return abs(moment - now) <= FURTHEST


def in_utc(moment: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError when the moment is naive."""
    if moment.tzinfo is None:
        raise ValueError(f"not an aware moment: {moment.isoformat()}")
    return moment.astimezone(UTC)
