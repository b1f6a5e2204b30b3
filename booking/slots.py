"""Which start times are free: intervals in, start times out. No Django, no clock.

Instants are whole minutes since 1970-01-01T00:00Z (``minute_of`` and ``moment_of`` convert), a
``Range`` of them is half-open. Rules are wall time: a ``Stretch`` is ``(from, to)`` in minutes
since midnight, ``0 <= from < to <= 1440``, on a date of an IANA zone. An instant is open when its
wall time lies in a stretch, which settles both changes of the clock: what does not exist is never
reached, what happens twice is reached twice.

``free_starts`` (the list) and ``refusal`` (the check) run through the same ``_windows``.
"""

import enum
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

Range = tuple[int, int]
Stretch = tuple[int, int]
Key = TypeVar("Key", bound=Hashable)

DAY = 24 * 60
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class Refusal(enum.StrEnum):
    """Why a start time is not free; the first that applies, in this order."""

    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    OFF_GRID = "off_grid"
    CLOSED = "closed"
    TIME_OFF = "time_off"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening or working hours in the wall time of ``zone``.

    ``weekly`` holds seven sequences of stretches, Monday first. A date in ``special`` has those
    stretches instead; none means closed. Hours past midnight are two stretches on two dates, and
    stretches that touch or overlap are one.

    Raises ValueError when a stretch is reversed, empty, or leaves its day.
    """

    zone: ZoneInfo
    weekly: Sequence[Sequence[Stretch]]
    special: Mapping[date, Sequence[Stretch]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError("a week has seven days")
        for stretches in (*self.weekly, *self.special.values()):
            for start, end in stretches:
                if not 0 <= start < end <= DAY:
                    raise ValueError(f"not a stretch of one day: {start}-{end}")

    def usual_on(self, day: int) -> Sequence[Stretch]:
        """The weekly stretches of a day number, none on a special day."""
        return () if _date_of(day) in self.special else self.weekly[(day + 3) % 7]

    def special_on(self, day: int) -> Sequence[Stretch]:
        """The stretches of a day number that is special, else none."""
        return self.special.get(_date_of(day), ())


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for every provider of a service.

    Starts lie on every ``grid_minutes`` of wall time counted from midnight in the company's zone,
    not before the instant ``not_before`` and not after the date ``last_day`` (in that zone). With
    ``last_may_skip_buffer_after`` the buffer after may reach past the end of the last stretch of
    the provider's day, never into a break, time off or another session.

    Raises ValueError for a duration or grid below one minute or a negative buffer.
    """

    company: Hours
    duration_minutes: int
    grid_minutes: int
    not_before: int
    last_day: date
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    last_may_skip_buffer_after: bool = False

    def __post_init__(self) -> None:
        if self.duration_minutes < 1 or self.grid_minutes < 1:
            raise ValueError("duration and grid are at least one minute")
        if self.buffer_before_minutes < 0 or self.buffer_after_minutes < 0:
            raise ValueError("a buffer is not negative")

    def occupied(self, start: int) -> Range:
        """The range a session starting then takes from its provider, buffers included."""
        end = start + self.duration_minutes + self.buffer_after_minutes
        return start - self.buffer_before_minutes, end


@dataclass(frozen=True, slots=True)
class Diary:
    """One provider: hours, time off (also the company's), and what active sessions occupy.

    The hours hold inside the company's. On a special day of the provider these stretches alone
    count, whatever the company's hours are.
    """

    hours: Hours
    time_off: Sequence[Range] = ()
    busy: Sequence[Range] = ()


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


def free_starts(rules: Rules, diary: Diary, first_day: date, last_day: date) -> list[int]:
    """The free starts of one provider on the dates from first to last, both included, sorted.

    Dates are in the company's zone. A wall time that happens twice gives two starts.
    """
    search = _Search(rules, first_day, last_day)
    return search.starts(search.windows(search.room(diary), (*diary.time_off, *diary.busy)))


def starts_of_any(
    rules: Rules, diaries: Mapping[Key, Diary], first_day: date, last_day: date
) -> dict[int, list[Key]]:
    """Each start that at least one provider has free, sorted, with those providers.

    The providers keep the order of ``diaries``.
    """
    search = _Search(rules, first_day, last_day)
    found: dict[int, list[Key]] = {}
    for key, diary in diaries.items():
        windows = search.windows(search.room(diary), (*diary.time_off, *diary.busy))
        for start in search.starts(windows):
            found.setdefault(start, []).append(key)
    return dict(sorted(found.items()))


def refusal(start: int, rules: Rules, diary: Diary) -> Refusal | None:
    """Why a provider is not free at an instant, None exactly when ``free_starts`` offers it."""
    if start < rules.not_before:
        return Refusal.TOO_SOON
    # Compared before any date is made of it: the year 9999 has no next day.
    if start >= (_day_number(rules.last_day) + 2) * DAY:
        return Refusal.TOO_FAR
    day = day_in(rules.company.zone, start)
    if day > rules.last_day:
        return Refusal.TOO_FAR
    search = _Search(rules, day, day)
    if start not in search.starts([(start, start + 1)]):
        return Refusal.OFF_GRID
    room = search.room(diary)
    if not _holds(search.windows(room, ()), start):
        return Refusal.CLOSED
    if not _holds(search.windows(room, diary.time_off), start):
        return Refusal.TIME_OFF
    if not _holds(search.windows(room, (*diary.time_off, *diary.busy)), start):
        return Refusal.BUSY
    return None


class _Search:
    """The starts of some dates under some rules; what all providers share is worked out once.

    Day numbers count from 1970-01-01. Hours are read some days further on both sides: far enough
    for the occupied range, for zones a day apart, and to see what follows on the day it ends.
    """

    def __init__(self, rules: Rules, first_day: date, last_day: date) -> None:
        zone = rules.company.zone
        self.rules = rules
        # Kept near the rules' own dates: in the years 1 and 9999 there is no day beside.
        earliest = _day_number(day_in(zone, rules.not_before))
        self.last = max(_day_number(min(last_day, rules.last_day)), earliest - 1)
        self.first = min(max(_day_number(first_day), earliest), self.last + 1)
        before, after = rules.occupied(0)
        self._opening = (self.first + before // DAY - 2, self.last + after // DAY + 4)
        self._company = _joined(
            _ranges(zone, rules.company.usual_on, *self._opening)
            + _ranges(zone, rules.company.special_on, *self._opening)
        )

    def room(self, diary: Diary) -> list[Range]:
        """Where sessions with their buffers fit the hours, sorted.

        The last range of a day is longer when its buffer may be skipped; no session ends in what
        was added, because ``windows`` keeps the buffer clear.
        """
        hours = diary.hours
        usual = _joined(_ranges(hours.zone, hours.usual_on, *self._opening))
        special = _ranges(hours.zone, hours.special_on, *self._opening)
        ranges = _joined(_common(self._company, usual) + special)
        if self.rules.last_may_skip_buffer_after:
            return _lengthened(ranges, hours.zone, self.rules.buffer_after_minutes)
        return ranges

    def windows(self, room: Sequence[Range], blocked: Sequence[Range]) -> list[Range]:
        """The ranges of instants, grid aside, at which a session can start."""
        before, after = self.rules.occupied(0)
        windows = []
        for start, end in _without(room, _joined(blocked)):
            first, last = max(start - before, self.rules.not_before), end - after
            if first <= last:
                windows.append((first, last + 1))
        return windows

    def starts(self, windows: Iterable[Range]) -> list[int]:
        """The instants in the windows that lie on the grid and on the dates searched."""
        zone, grid = self.rules.company.zone, self.rules.grid_minutes
        pieces = _offsets(zone, self.first - 1, self.last + 2)
        found: list[int] = []
        for start, end in windows:
            for piece_start, piece_end, offset in pieces:
                first, stop = max(start, piece_start) + offset, min(end, piece_end) + offset
                for day in range(max(first // DAY, self.first), min(stop // DAY, self.last) + 1):
                    midnight = day * DAY
                    # Counted from each midnight: not every grid divides a day.
                    skipped = -(-max(first - midnight, 0) // grid) * grid
                    until = min(stop, midnight + DAY)
                    found.extend(range(midnight + skipped - offset, until - offset, grid))
        return found


def _ranges(
    zone: ZoneInfo, stretches_on: Callable[[int], Sequence[Stretch]], first: int, last: int
) -> list[Range]:
    """The stretches of each day number from first to last as instants."""
    ranges = []
    for start, end, offset in _offsets(zone, first - 1, last + 2):
        for day in range(max(first, (start + offset) // DAY), min(last, (end + offset) // DAY) + 1):
            midnight = day * DAY - offset
            for opens, closes in stretches_on(day):
                opened, closed = max(start, midnight + opens), min(end, midnight + closes)
                if opened < closed:
                    ranges.append((opened, closed))
    return ranges


@lru_cache(maxsize=512)
def _offsets(zone: ZoneInfo, first: int, last: int) -> tuple[tuple[int, int, int], ...]:
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


def _lengthened(ranges: Sequence[Range], zone: ZoneInfo, minutes: int) -> list[Range]:
    """The ranges, each that is the last of the day it ends on made longer."""
    longer = []
    for index, (start, end) in enumerate(ranges):
        following = ranges[index + 1][0] if index + 1 < len(ranges) else None
        is_last = following is None or day_in(zone, following) > day_in(zone, end - 1)
        longer.append((start, end + minutes if is_last else end))
    return longer


def _joined(ranges: Iterable[Range]) -> list[Range]:
    """Sorted, with those that overlap or touch made one."""
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _common(some: Sequence[Range], others: Sequence[Range]) -> list[Range]:
    """What lies in both; each is joined."""
    common, i, j = [], 0, 0
    while i < len(some) and j < len(others):
        start, end = max(some[i][0], others[j][0]), min(some[i][1], others[j][1])
        if start < end:
            common.append((start, end))
        if some[i][1] <= others[j][1]:
            i += 1
        else:
            j += 1
    return common


def _without(ranges: Iterable[Range], blocked: Sequence[Range]) -> Iterable[Range]:
    """What is left of each range; ``blocked`` is joined, the ranges need not be."""
    ends = [end for _, end in blocked]
    for start, end in ranges:
        index = bisect_right(ends, start)
        while index < len(blocked) and blocked[index][0] < end:
            if start < blocked[index][0]:
                yield start, blocked[index][0]
            start = blocked[index][1]
            index += 1
        if start < end:
            yield start, end


def _holds(windows: Iterable[Range], minute: int) -> bool:
    return any(start <= minute < end for start, end in windows)


def _day_number(day: date) -> int:
    return day.toordinal() - _EPOCH_ORDINAL


def _date_of(day: int) -> date:
    return date.fromordinal(day + _EPOCH_ORDINAL)
