"""Which start times are free: intervals in, start times out. No Django, no clock.

Instants are minutes, as in `booking.ranges`. Rules are wall time: a ``Stretch`` is ``(from, to)``
in minutes since midnight, ``0 <= from < to <= 1440``, on a date of an IANA zone. An instant is
open when its wall time lies in a stretch, which settles both changes of the clock: what does not
exist is never reached, what happens twice is reached twice.

The list (``free_starts``, ``starts_of_any``, ``days_of_any``) and the check (``broken_rules``,
``refusal``) narrow windows of starts by the same ``_Search.narrowed``, one rule after another.
``working_time`` tells of the hours alone.
"""

import enum
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from booking.ranges import (
    DAY,
    Range,
    between,
    common,
    date_of,
    day_in,
    day_number,
    days_of,
    joined,
    offsets_of,
    without,
)

Stretch = tuple[int, int]
Key = TypeVar("Key", bound=Hashable)

# One moment may have dates so many days apart in two zones.
ZONES_APART = 2


class Refusal(enum.StrEnum):
    """Why a start time is not free; the first that applies, in this order."""

    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    OFF_GRID = "off_grid"
    CLOSED = "closed"
    SERVICE_HOURS = "service_hours"
    TIME_OFF = "time_off"
    DAY_FULL = "day_full"
    BUSY = "busy"


# The rules that speak of ranges of instants, in their order.
NARROWING = tuple(Refusal)[3:]


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

    def stretches_on(self, day: date) -> Sequence[Stretch]:
        """The stretches of a date, special or weekly, as they were given."""
        return self.special.get(day, self.weekly[day.weekday()])

    def usual_on(self, day: int) -> Sequence[Stretch]:
        """The weekly stretches of a day number, none on a special day."""
        if self.special and date_of(day) in self.special:
            return ()
        return self.weekly[(day + 3) % 7]

    def special_on(self, day: int) -> Sequence[Stretch]:
        """The stretches of a day number that is special, else none."""
        return self.special.get(date_of(day), ())


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for every provider of a service.

    Starts lie on every ``grid_minutes`` of wall time counted from midnight in the company's zone,
    not before the instant ``not_before`` and not after the date ``last_day`` (in that zone). With
    ``last_may_skip_buffer_after`` the buffer after may reach past the end of the last stretch of
    the provider's day, never into a break, time off or another session. With ``service_hours`` the
    session itself, buffers aside, lies inside one joined stretch of them. Nothing starts on
    ``full_days``, dates in the company's zone.

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
    service_hours: Hours | None = None
    full_days: Set[date] = frozenset()

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
    count, whatever the company's hours are. Nothing starts on ``full_days``, dates in the zone of
    the hours.
    """

    hours: Hours
    time_off: Sequence[Range] = ()
    busy: Sequence[Range] = ()
    full_days: Set[date] = frozenset()


def free_starts(rules: Rules, diary: Diary, first_day: date, last_day: date) -> list[int]:
    """The free starts of one provider on the dates from first to last, both included, sorted.

    Dates are in the company's zone. A wall time that happens twice gives two starts.
    """
    return list(starts_of_any(rules, {None: diary}, first_day, last_day))


def starts_of_any(
    rules: Rules, diaries: Mapping[Key, Diary], first_day: date, last_day: date
) -> dict[int, list[Key]]:
    """Each start that at least one provider has free, sorted, with those providers.

    The providers keep the order of ``diaries``.
    """
    search = _Search.of_dates(rules, first_day, last_day)
    found: dict[int, list[Key]] = {}
    for key, diary in diaries.items():
        for run in search.on_grid(search.free(diary)):
            for start in run:
                found.setdefault(start, []).append(key)
    return {start: found[start] for start in sorted(found)}


def days_of_any(
    rules: Rules, diaries: Mapping[Key, Diary], first_day: date, last_day: date, zone: ZoneInfo
) -> dict[date, int]:
    """The dates in ``zone``, from first to last, on which at least one provider has a free start.

    In order, each with the number of these starts. Looks at windows, not at each start: a fine
    grid costs no more than a coarse one.
    """
    search = _Search.of_dates(rules, first_day, last_day, margin=ZONES_APART)
    anybodys = joined(window for diary in diaries.values() for window in search.free(diary))
    starts: Counter[int] = Counter()
    for run in search.on_grid(anybodys):
        starts.update(search.by_day(run, zone))
    numbered = ((date_of(day), starts[day]) for day in sorted(starts))
    return {day: count for day, count in numbered if first_day <= day <= last_day}


def refusal(start: int, rules: Rules, diary: Diary) -> Refusal | None:
    """Why a provider is not free at an instant, None exactly when ``free_starts`` offers it."""
    return next(broken_rules(start, rules, diary), None)


def broken_rules(start: int, rules: Rules, diary: Diary) -> Iterator[Refusal]:
    """Every rule that is against a start, each judged by itself, in order.

    Once the notice or the horizon is named, the rest raises OverflowError or ValueError near the
    ends of the calendar, where no day lies beside.
    """
    if start < rules.not_before:
        yield Refusal.TOO_SOON
    # Compared before any date is made of it: the year 9999 has no next day.
    too_far = start >= (day_number(rules.last_day) + 2) * DAY
    if too_far or day_in(rules.company.zone, start) > rules.last_day:
        yield Refusal.TOO_FAR
    day = day_number(day_in(rules.company.zone, start))
    search, just_then = _Search(rules, day, day), [(start, start + 1)]
    if not any(search.on_grid(just_then)):
        yield Refusal.OFF_GRID
    for rule in NARROWING:
        if not search.narrowed(just_then, rule, diary):
            yield rule


def working_time(company: Hours, hours: Hours, first_day: date, last_day: date) -> list[Range]:
    """When a provider with these hours works on the company's dates from first to last."""
    first, last = day_number(first_day), day_number(last_day)
    around = first - ZONES_APART, last + ZONES_APART
    days = joined((start, end) for _, _, start, end in days_of(company.zone, first, last))
    return common(days, _room(_open(company, *around), hours, *around))


class _Search:
    """The starts of some dates under some rules; what all providers share is worked out once.

    Day numbers count from 1970-01-01. Hours are read some days further on both sides: far enough
    for the occupied range, for zones a day apart, and to see what follows on the day it ends.
    Windows are ranges of starts, sorted and apart.
    """

    def __init__(self, rules: Rules, first: int, last: int) -> None:
        self.rules, self.first, self.last = rules, first, last
        self.before, self.after = -rules.occupied(0)[0], rules.occupied(0)[1]
        self._opening = (first - self.before // DAY - 3, last + self.after // DAY + 4)
        self._company = _open(rules.company, *self._opening)
        self._grid = list(self._runs())

    @classmethod
    def of_dates(cls, rules: Rules, first_day: date, last_day: date, margin: int = 0) -> "_Search":
        """Dates of the company and some around, kept within the rules': the calendar has ends."""
        first, last = day_number(first_day) - margin, day_number(last_day) + margin
        earliest = day_number(day_in(rules.company.zone, rules.not_before))
        last = max(min(last, day_number(rules.last_day)), earliest - 1)
        return cls(rules, min(max(first, earliest), last + 1), last)

    def free(self, diary: Diary) -> list[Range]:
        """The windows that all rules leave, grid aside."""
        windows = [(self.rules.not_before, (self.last + 3) * DAY)]
        for rule in NARROWING:
            windows = self.narrowed(windows, rule, diary)
        return windows

    def narrowed(self, windows: Sequence[Range], rule: Refusal, diary: Diary) -> list[Range]:
        """What one rule leaves of the windows."""
        match rule:
            case Refusal.CLOSED:
                return common(windows, self._fitting(diary))
            case Refusal.SERVICE_HOURS if self.rules.service_hours is not None:
                return common(windows, self._inside_service_hours)
            case Refusal.TIME_OFF:
                return self._clear(windows, diary.time_off)
            case Refusal.DAY_FULL:
                return self._without_full(windows, diary)
            case Refusal.BUSY:
                return self._clear(windows, diary.busy)
        return list(windows)

    def on_grid(self, windows: Sequence[Range]) -> Iterator[range]:
        """The instants in the windows that lie on the grid and on the dates searched."""
        first = 0
        for start, end in windows:
            while first < len(self._grid) and self._grid[first][-1] < start:
                first += 1
            for run in islice(self._grid, first, None):
                if run.start >= end:
                    break
                if within := between(run, start, end):
                    yield within

    def by_day(self, run: range, zone: ZoneInfo) -> Counter[int]:
        """How many instants of the run lie on the days of a zone, by their numbers."""
        found: Counter[int] = Counter()
        for start, end, offset in offsets_of(zone, self.first - 2, self.last + 3):
            if piece := between(run, start, end):
                for day in range((piece[0] + offset) // DAY, (piece[-1] + offset) // DAY + 1):
                    midnight = day * DAY - offset
                    if within_day := between(piece, midnight, midnight + DAY):
                        found[day] += len(within_day)
        return found

    def _runs(self) -> Iterator[range]:
        """The grid on the dates searched."""
        zone, grid = self.rules.company.zone, self.rules.grid_minutes
        for _day, midnight, start, end in days_of(zone, self.first, self.last):
            # Counted from each midnight: not every grid divides a day.
            skipped = -(-(start - midnight) // grid) * grid
            if run := range(midnight + skipped, end, grid):
                yield run

    def _fitting(self, diary: Diary) -> list[Range]:
        """The starts whose occupied range fits the hours of company and provider."""
        hours = diary.hours
        room = _room(self._company, hours, *self._opening)
        if self.rules.last_may_skip_buffer_after:
            room = _lengthened(room, hours.zone, self.rules.buffer_after_minutes)
        starts = ((start + self.before, end - self.after + 1) for start, end in room)
        return [(first, until) for first, until in starts if first < until]

    @cached_property
    def _inside_service_hours(self) -> list[Range]:
        """The starts whose session, buffers aside, lies inside one stretch."""
        assert self.rules.service_hours is not None
        room = _open(self.rules.service_hours, *self._opening)
        starts = ((start, end - self.rules.duration_minutes + 1) for start, end in room)
        return [(first, until) for first, until in starts if first < until]

    def _clear(self, windows: Sequence[Range], blocked: Sequence[Range]) -> list[Range]:
        """The starts whose occupied range keeps clear of what is blocked."""
        meeting = ((start - self.after + 1, end + self.before) for start, end in blocked)
        return without(windows, joined(meeting))

    def _without_full(self, windows: Sequence[Range], diary: Diary) -> list[Range]:
        full = self._whole(self.rules.company.zone, self.rules.full_days)
        return without(windows, joined(full + self._whole(diary.hours.zone, diary.full_days)))

    def _whole(self, zone: ZoneInfo, days: Set[date]) -> list[Range]:
        """These dates of a zone, as far as they matter, as instants."""
        if not days:
            return []
        return [
            (start, end)
            for day, _midnight, start, end in days_of(zone, *self._opening)
            if date_of(day) in days
        ]


def _open(hours: Hours, first: int, last: int) -> list[Range]:
    """The hours of the day numbers from first to last as instants."""
    usual = _ranges(hours.zone, hours.usual_on, first, last)
    return joined(usual + _ranges(hours.zone, hours.special_on, first, last))


def _room(company: Sequence[Range], hours: Hours, first: int, last: int) -> list[Range]:
    """The hours of a provider inside the company's, special days by themselves."""
    usual = joined(_ranges(hours.zone, hours.usual_on, first, last))
    special = _ranges(hours.zone, hours.special_on, first, last)
    return joined(common(company, usual) + special)


def _ranges(
    zone: ZoneInfo, stretches_on: Callable[[int], Sequence[Stretch]], first: int, last: int
) -> list[Range]:
    """The stretches of each day number from first to last as instants."""
    ranges = []
    for day, midnight, start, end in days_of(zone, first, last):
        for opens, closes in stretches_on(day):
            opened, closed = max(start, midnight + opens), min(end, midnight + closes)
            if opened < closed:
                ranges.append((opened, closed))
    return ranges


def _lengthened(ranges: Sequence[Range], zone: ZoneInfo, minutes: int) -> list[Range]:
    """The ranges, each that is the last of the day it ends on made longer."""
    longer = []
    for index, (start, end) in enumerate(ranges):
        following = ranges[index + 1][0] if index + 1 < len(ranges) else None
        is_last = following is None or day_in(zone, following) > day_in(zone, end - 1)
        longer.append((start, end + minutes if is_last else end))
    return longer
