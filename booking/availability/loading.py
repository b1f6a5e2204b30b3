"""What the database says of hours and taken time: one query, whose rows are plain numbers.

The database turns dates and times into minutes: it does so faster than Python reads them.
"""

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    Value,
)
from django.db.models.sql.compiler import SQLCompiler

from booking.models import ServiceHours, Session, SpecialDay, TimeOff, WorkingHours
from booking.models.sessions import SessionQuerySet
from booking.ranges import DAY, Range, date_of, day_in
from booking.slots import Hours, Stretch

ROUND_THE_CLOCK: Sequence[Sequence[Stretch]] = [[(0, DAY)]] * 7

Week = list[list[Stretch]]
# Kind, whose it is (None: the company's, or everybody's), weekday or date, from and until (none
# on a closed day).
Row = tuple[int, int | None, int, Any, Any]
Rows = QuerySet


class Kind(enum.IntEnum):
    """What a row speaks of."""

    WEEKLY = 1
    SPECIAL = 2
    OF_SERVICE = 3
    TIME_OFF = 4
    OCCUPIED = 5
    COUNTED_FOR_PROVIDER = 6
    COUNTED_FOR_SERVICE = 7


_OCCUPIED = Kind.OCCUPIED.value


class Timetable:
    """Hours, time off and sessions by whose they are: an id, or None for all."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.weekly: defaultdict[int | None, Week] = defaultdict(_empty_week)
        self.special: defaultdict[int | None, defaultdict[date, list[Stretch]]]
        self.special = defaultdict(lambda: defaultdict(list))
        self.of_service: defaultdict[int | None, Week] = defaultdict(_empty_week)
        self.time_off: defaultdict[int | None, list[Range]] = defaultdict(list)
        self.occupied: defaultdict[int | None, list[Range]] = defaultdict(list)
        self.counted: defaultdict[tuple[int, int | None], list[int]] = defaultdict(list)
        for kind, owner, day, start, end in rows:
            if kind == _OCCUPIED:  # by far the most rows
                self.occupied[owner].append((start, end))
            else:
                self._add(kind, owner, day, start, end)

    def _add(
        self, kind: int, owner: int | None, day: int, start: int | None, end: int | None
    ) -> None:
        if kind in (Kind.WEEKLY, Kind.SPECIAL, Kind.OF_SERVICE):
            self._stretches(kind, owner, day).extend(_stretch(start, end))
            return
        assert start is not None
        assert end is not None
        if kind == Kind.TIME_OFF:
            self.time_off[owner].append((start, end))
        else:
            self.counted[kind, owner].append(start)

    def _stretches(self, kind: int, owner: int | None, day: int) -> list[Stretch]:
        if kind == Kind.SPECIAL:
            return self.special[owner][date_of(day // DAY)]
        return (self.weekly if kind == Kind.WEEKLY else self.of_service)[owner][day]

    def time_off_of(self, provider_id: int) -> list[Range]:
        """Their own and everybody's."""
        return self.time_off[provider_id] + self.time_off[None]

    def company_hours(self, zone: ZoneInfo) -> Hours:
        return Hours(zone, self.weekly[None], self.special[None])

    def provider_hours(self, provider_id: int, zone: ZoneInfo) -> Hours:
        weekly = self.weekly.get(provider_id, ROUND_THE_CLOCK)
        return Hours(zone, weekly, self.special[provider_id])

    def service_hours(self, service_id: int, zone: ZoneInfo) -> Hours | None:
        week = self.of_service.get(service_id)
        return None if week is None else Hours(zone, week)

    def sessions_a_day(self, kind: Kind, owner: int, zone: ZoneInfo) -> Counter[date]:
        """How many of the sessions counted start on which date of a zone."""
        return Counter(day_in(zone, start) for start in self.counted[kind, owner])

    def full_days(
        self, kind: Kind, owner: int, maximum: int | None, zone: ZoneInfo
    ) -> frozenset[date]:
        """The dates in a zone on which sessions counted start as often as they may."""
        if maximum is None:
            return frozenset()
        counts = self.sessions_a_day(kind, owner, zone)
        return frozenset(day for day, count in counts.items() if count >= maximum)


def _empty_week() -> Week:
    return [[] for _ in range(7)]


def _stretch(start: int | None, end: int | None) -> list[Stretch]:
    """One stretch of a day; none when the day is closed."""
    if start is None or end is None:
        return []
    start, end = start % DAY, end % DAY or DAY
    # Seconds, which forms refuse, may leave nothing of it.
    return [(start, end)] if start < end else []


class Minute(Func):
    """Whole minutes since 1970, rounded down, of an instant, a date or a time of day.

    A time of day comes on whatever date the database gives it: what counts is its rest by DAY.
    """

    arity = 1
    output_field = BigIntegerField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / 60)::bigint"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) / 60"
        return self.as_sql(compiler, connection, template=template, **context)


def _rounded_up(instant: str) -> Minute:
    # SQLite tells thousandths of a second apart, no less.
    later = F(instant) + timedelta(minutes=1, milliseconds=-1)
    return Minute(ExpressionWrapper(later, output_field=DateTimeField()))


# Rows of each kind without a condition, built once: filtering them costs half as much as
# building them anew for each question.


@cache
def _weekly_rows() -> Rows:
    return WorkingHours.objects.values_list(
        Value(Kind.WEEKLY.value), "provider_id", "weekday", Minute("starts"), Minute("ends")
    )


@cache
def _special_rows() -> Rows:
    return SpecialDay.objects.values_list(
        Value(Kind.SPECIAL.value), "provider_id", Minute("date"), Minute("starts"), Minute("ends")
    )


@cache
def _service_rows() -> Rows:
    return ServiceHours.objects.values_list(
        Value(Kind.OF_SERVICE.value), "service_id", "weekday", Minute("starts"), Minute("ends")
    )


@cache
def _time_off_rows() -> Rows:
    ends = _rounded_up("ends_at")
    return TimeOff.objects.values_list(
        Value(Kind.TIME_OFF.value), "provider_id", Value(0), Minute("starts_at"), ends
    )


@cache
def occupied() -> SessionQuerySet:
    """What sessions occupy, by provider."""
    begin, end = Minute("occupied_from"), _rounded_up("occupied_until")
    rows: Any = Session.objects.values_list(
        Value(Kind.OCCUPIED.value), "provider_id", Value(0), begin, end
    )
    return rows


@cache
def counted(kind: Kind, owner: str) -> SessionQuerySet:
    """When sessions start, by the column ``owner``."""
    start = Minute("starts_at")
    rows: Any = Session.objects.values_list(Value(kind.value), owner, Value(0), start, start)
    return rows


def hours(providers: Sequence[int], from_at: datetime, until_at: datetime) -> list[Rows]:
    """Weekly hours and special days of the providers and the company."""
    theirs = _of(providers)
    # Some days more: what follows on a day says whether a stretch is its last.
    days = (from_at - timedelta(days=2)).date(), (until_at + timedelta(days=3)).date()
    return [_weekly_rows().filter(theirs), _special_rows().filter(theirs, date__range=days)]


def hours_of_services(services: Sequence[int]) -> Rows:
    """The weekly stretches in which services take place."""
    return _service_rows().filter(service__in=services)


def time_off(providers: Sequence[int], from_at: datetime, until_at: datetime) -> Rows:
    """Time off of the providers, and everybody's."""
    return _time_off_rows().filter(_of(providers), starts_at__lt=until_at, ends_at__gt=from_at)


def _of(providers: Sequence[int]) -> Q:
    return Q(provider__in=providers) | Q(provider__isnull=True)


def load(first: Rows, *rest: Rows) -> Timetable:
    """Read all rows in one query."""
    return Timetable(first.union(*rest, all=True))
