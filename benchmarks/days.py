"""The dates and half-hours that the data set and the requests share. No Django.

Bookings of the data set lie on the sixty days from the first of the coming month, the month
that requests ask about. Bookings that a benchmark makes take slots from ``MAKING_FROM`` days later
on.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Kyiv")
DAYS = 60
MAKING_FROM, MAKING_UNTIL = 70, 700  # days after the first
OPENS, CLOSES = time(9), time(17)
HALF_HOURS = 16


def first_day() -> date:
    """The first of the coming month."""
    today = datetime.now(ZONE).date()
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def last_of_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def weekdays(first: date, days: int) -> Iterator[date]:
    """Mondays to Fridays among so many days."""
    for offset in range(days):
        day = first + timedelta(days=offset)
        if day.weekday() < 5:
            yield day


def half_hours(days: Iterator[date]) -> list[datetime]:
    """Every start of the working days, aware and in UTC."""
    return [
        (datetime.combine(day, OPENS, ZONE) + timedelta(minutes=30 * number)).astimezone(UTC)
        for day in days
        for number in range(HALF_HOURS)
    ]


def to_be_made() -> list[datetime]:
    """The starts that no booking of the data set takes."""
    first = first_day() + timedelta(days=MAKING_FROM)
    return half_hours(weekdays(first, MAKING_UNTIL - MAKING_FROM))


def busy_day() -> date:
    """A Wednesday in the middle of the first month: a working day, as is its whole week."""
    middle = first_day() + timedelta(days=14)
    return middle + timedelta(days=2 - middle.weekday())
