"""What the database says of hours and taken time: one query, whose rows are plain numbers.

The database turns dates and times into minutes: it does so faster than Python reads them.
"""

import enum
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    Value,
)
from django.db.models.sql.compiler import SQLCompiler

from booking.availability.prepared import Among, Ids, Parameter, Prepared
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


def _moment(name: str) -> Any:
    """A parameter that stands where querysets expect a moment."""
    return Parameter(name, DateTimeField())


# What the rows are asked for by; the names are those of ``Asked``, and of what ``load`` adds.
_PROVIDERS, _LIMITED, _SERVICES = Ids("providers"), Ids("limited"), Ids("services")
_FROM_AT, _UNTIL_AT, _NOW = _moment("from_at"), _moment("until_at"), _moment("now")
_DAY_BEFORE, _DAY_AFTER = _moment("day_before"), _moment("day_after")
_FIRST_ON, _LAST_ON = (Parameter(name, DateField()) for name in ("first_on", "last_on"))
_MOVED = Parameter("moved_id", BigIntegerField())

_THEIRS = Q(Among(F("provider_id"), _PROVIDERS)) | Q(provider__isnull=True)


class Asked(NamedTuple):
    """Whose hours and time, by ids, and between which instants.

    ``limited`` are the providers whose sessions of a day are counted, ``moved_id`` is a session
    that takes no time since it is to move, ``now`` tells which holds have run out.
    """

    providers: Sequence[int]
    services: Sequence[int]
    from_at: datetime
    until_at: datetime
    limited: Sequence[int] = ()
    now: datetime | None = None
    moved_id: int = 0


def _weekly() -> Rows:
    return WorkingHours.objects.filter(_THEIRS).values_list(
        Value(Kind.WEEKLY.value), "provider_id", "weekday", Minute("starts"), Minute("ends")
    )


def _special() -> Rows:
    days = SpecialDay.objects.filter(_THEIRS, date__gte=_FIRST_ON, date__lte=_LAST_ON)
    return days.values_list(
        Value(Kind.SPECIAL.value), "provider_id", Minute("date"), Minute("starts"), Minute("ends")
    )


def _of_service() -> Rows:
    return ServiceHours.objects.filter(Among(F("service_id"), _SERVICES)).values_list(
        Value(Kind.OF_SERVICE.value), "service_id", "weekday", Minute("starts"), Minute("ends")
    )


def _time_off() -> Rows:
    hits = TimeOff.objects.filter(_THEIRS, starts_at__lt=_UNTIL_AT, ends_at__gt=_FROM_AT)
    ends = _rounded_up("ends_at")
    return hits.values_list(
        Value(Kind.TIME_OFF.value), "provider_id", Value(0), Minute("starts_at"), ends
    )


def _taking_time() -> SessionQuerySet:
    return Session.objects.taking_time(_NOW).exclude(pk=_MOVED)


def _occupied() -> Rows:
    theirs = _taking_time().filter(Among(F("provider_id"), _PROVIDERS))
    begin, end = Minute("occupied_from"), _rounded_up("occupied_until")
    return theirs.occupying(_FROM_AT, _UNTIL_AT).values_list(
        Value(Kind.OCCUPIED.value), "provider_id", Value(0), begin, end
    )


def _counted_for_provider() -> Rows:
    theirs = _taking_time().filter(Among(F("provider_id"), _LIMITED))
    start = Minute("starts_at")
    return theirs.occupying(_DAY_BEFORE, _DAY_AFTER).values_list(
        Value(Kind.COUNTED_FOR_PROVIDER.value), "provider_id", Value(0), start, start
    )


def _counted_for_service() -> Rows:
    theirs = _taking_time().filter(Among(F("service_id"), _SERVICES))
    start = Minute("starts_at")
    return theirs.starting_within(_DAY_BEFORE, _DAY_AFTER).values_list(
        Value(Kind.COUNTED_FOR_SERVICE.value), "service_id", Value(0), start, start
    )


_ROWS: dict[Kind, Callable[[], Rows]] = {
    Kind.WEEKLY: _weekly,
    Kind.SPECIAL: _special,
    Kind.OF_SERVICE: _of_service,
    Kind.TIME_OFF: _time_off,
    Kind.OCCUPIED: _occupied,
    Kind.COUNTED_FOR_PROVIDER: _counted_for_provider,
    Kind.COUNTED_FOR_SERVICE: _counted_for_service,
}


@cache
def _prepared(kinds: frozenset[Kind]) -> Prepared:
    return Prepared([_ROWS[kind]() for kind in sorted(kinds)])


def load(kinds: Iterable[Kind], asked: Asked) -> Timetable:
    """Read all rows of these kinds in one query."""
    day = timedelta(days=1)
    given = {
        **asked._asdict(),
        # Whole days of providers' zones, which may begin a day before the company's.
        "day_before": asked.from_at - day,
        "day_after": asked.until_at + day,
        # Some days more: what follows on a day says whether a stretch is its last.
        "first_on": (asked.from_at - 2 * day).date(),
        "last_on": (asked.until_at + 3 * day).date(),
    }
    return Timetable(_prepared(frozenset(kinds)).rows(given))
