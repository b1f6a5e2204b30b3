"""The floor's own arithmetic: candidate starts of the opening hours, less what blocks them.

Instants are whole minutes since 1970 UTC, stretches ``(from, to)`` minutes since midnight.
"""

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from itertools import compress
from zoneinfo import ZoneInfo

MINUTES_OF_A_DAY = 1440


def common(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where stretches of both lists overlap."""
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return sorted(pair for pair in pairs if pair[0] < pair[1])


def candidates(
    weekly: list[list[tuple[int, int]]],
    special: dict[date, list[tuple[int, int]]],
    first: date,
    last: date,
    zone: ZoneInfo,
    shape: tuple[int, int, int, int],
) -> list[int]:
    """Every start on the grid that the hours leave room for, whoever is busy then.

    ``shape`` is duration, buffer before, buffer after and grid, in minutes.
    """
    duration, before, after, grid = shape
    found: list[int] = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        stretches = special.get(day, weekly[day.weekday()])
        if stretches:
            noon = int(datetime.combine(day, time(12), zone).timestamp()) // 60
            midnight = noon - MINUTES_OF_A_DAY // 2
            for opens, closes in stretches:
                start = -(-(opens + before) // grid) * grid
                until = closes - duration - after + 1
                found.extend(range(midnight + start, midnight + until, grid))
    return found


def without(
    starts: list[int], blocked: list[tuple[int, int]], shape: tuple[int, int, int, int]
) -> list[int]:
    """The sorted starts whose occupied range meets nothing that is blocked."""
    duration, before, after, _grid = shape
    free = bytearray(b"\x01") * len(starts)
    for block_start, block_end in blocked:
        low = bisect_right(starts, block_start - duration - after)
        high = bisect_left(starts, block_end + before)
        if low < high:
            free[low:high] = bytes(high - low)
    return list(compress(starts, free))
