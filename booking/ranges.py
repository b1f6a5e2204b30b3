"""Ranges of instants, and the days of zones as such ranges. No Django, no clock.

Instants are whole minutes since 1970-01-01T00:00Z (``minute_of`` and ``moment_of`` convert), a
``Range`` of them is half-open. Day numbers count from that date.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Range = tuple[int, int]

DAY = 24 * 60
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def minute_of(moment: datetime) -> int:
    """An aware datetime as an instant. Raises ValueError when naive or between two minutes."""
    if moment.tzinfo is None or moment.second or moment.microsecond:
        raise ValueError(f"not an aware whole minute: {moment.isoformat()}")
    return (moment - _EPOCH) // _MINUTE


def moment_of(minute: int) -> datetime:
    """An instant as an aware datetime in UTC."""
    return _EPOCH + minute * _MINUTE


def covering(starts_at: datetime, ends_at: datetime) -> Range:
    """The smallest range of whole minutes that covers ``[starts_at, ends_at)``, both aware."""
    return (starts_at - _EPOCH) // _MINUTE, -((_EPOCH - ends_at) // _MINUTE)


def day_in(zone: ZoneInfo, minute: int) -> date:
    """The date an instant has in a zone."""
    return datetime.fromtimestamp(minute * 60, zone).date()


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> date:
    """The date of a day number."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


@lru_cache(maxsize=512)
def days_of(zone: ZoneInfo, first: int, last: int) -> tuple[tuple[int, int, int, int], ...]:
    """The day numbers from first to last, as ``(day, midnight, start, end)`` in UTC.

    A day on which the clock changes comes in two pieces, each with the midnight that its own
    offset from UTC would give.
    """
    days = []
    for start, end, offset in offsets_of(zone, first - 1, last + 2):
        for day in range(max(first, (start + offset) // DAY), min(last, (end + offset) // DAY) + 1):
            midnight = day * DAY - offset
            begun, ended = max(start, midnight), min(end, midnight + DAY)
            if begun < ended:
                days.append((day, midnight, begun, ended))
    return tuple(days)


@lru_cache(maxsize=512)
def offsets_of(zone: ZoneInfo, first: int, last: int) -> tuple[tuple[int, int, int], ...]:
    """The pieces ``(start, end, offset in minutes)`` between two day numbers, in UTC.

    Looks once a day: no zone has changed its offset twice within one since 1970.
    """
    pieces = []
    start, offset = first * DAY, _offset_at(zone, first * DAY)
    for probe in range(first * DAY + DAY, last * DAY + 1, DAY):
        if _offset_at(zone, probe) != offset:
            minutes = range(probe - DAY, probe + 1)
            change = minutes[bisect_left(minutes, True, key=_differs(zone, offset))]
            pieces.append((start, change, offset))
            start, offset = change, _offset_at(zone, probe)
    return (*pieces, (start, last * DAY, offset))


def _differs(zone: ZoneInfo, offset: int) -> Callable[[int], bool]:
    return lambda minute: _offset_at(zone, minute) != offset


def _offset_at(zone: ZoneInfo, minute: int) -> int:
    offset = datetime.fromtimestamp(minute * 60, zone).utcoffset()
    assert offset is not None
    return offset // _MINUTE


def joined(ranges: Iterable[Range]) -> list[Range]:
    """Sorted, with those that overlap or touch made one."""
    result: list[Range] = []
    for start, end in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def common(some: Sequence[Range], others: Sequence[Range]) -> list[Range]:
    """What lies in both; each is joined."""
    result: list[Range] = []
    i = j = 0
    while i < len(some) and j < len(others):
        start, end = max(some[i][0], others[j][0]), min(some[i][1], others[j][1])
        if start < end:
            result.append((start, end))
        if some[i][1] <= others[j][1]:
            i += 1
        else:
            j += 1
    return result


def without(ranges: Iterable[Range], blocked: Sequence[Range]) -> list[Range]:
    """What is left of each range; ``blocked`` is joined, the ranges need not be."""
    left, ends = [], [end for _, end in blocked]
    for start, end in ranges:
        index = bisect_right(ends, start)
        while index < len(blocked) and blocked[index][0] < end:
            if start < blocked[index][0]:
                left.append((start, blocked[index][0]))
            start = blocked[index][1]
            index += 1
        if start < end:
            left.append((start, end))
    return left


def between(run: range, start: int, end: int) -> range:
    """The members of a run from start to before end."""
    skipped, kept = -((run.start - start) // run.step), -((run.start - end) // run.step)
    return run[max(skipped, 0) : max(kept, 0)]
