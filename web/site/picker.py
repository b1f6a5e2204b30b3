"""What the page of days and times shows, in the visitor's own zone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict

from booking import availability, formats
from booking.availability import OfferedSlot
from booking.models import Company, Provider, Service, Session
from web.site.months import Month, day_named

# More times than this in one day, and the day is shown hour by hour.
MANY_TIMES = 72
CARRIED = ("provider", "zone")


@dataclass(frozen=True)
class Day:
    """A day of the calendar page; ``url`` is empty where nothing is free."""

    date: date
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Time:
    """A free start; ``url`` leads on with it."""

    starts_at: datetime
    ends_at: datetime
    url: str
    seats_left: int
    provider_ids: tuple[int, ...]


@dataclass(frozen=True)
class Hour:
    """An hour with free starts, of which ``first_at`` is one; ``key`` asks for it.

    ``is_ambiguous`` tells that the clock shows some of its times twice that night.
    """

    first_at: datetime
    key: str
    is_chosen: bool
    is_ambiguous: bool


@dataclass
class Picker:
    """One month of days, the times of the chosen day, and where to look further."""

    month: Month
    zone: ZoneInfo
    weeks: list[list[Day | None]] = field(default_factory=list)
    day: date | None = None
    hours: list[Hour] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    previous_url: str = ""
    following_url: str = ""
    next_free_url: str = ""
    next_free_at: datetime | None = None


@dataclass(frozen=True)
class Search:
    """Whose times are looked for, and where a time leads.

    ``carried`` is what every link of the page keeps, such as the provider; ``lead_to``
    makes the address of the next page; ``ignoring_session`` is one that is to move, with
    as many ``places``.
    """

    service: Service
    providers: Sequence[Provider] | None
    company: Company
    zone: ZoneInfo
    now: datetime
    carried: dict[str, str]
    lead_to: Callable[[OfferedSlot], str]
    ignoring_session: Session | None = None
    places: int = 1

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def last_day(self) -> date:
        """The last date that can be booked, in the visitor's zone."""
        days = self.service.horizon_days
        horizon = timedelta(days=self.company.horizon_days if days is None else days)
        last = self.now.astimezone(self.company.zone).date() + horizon
        midnight = datetime.combine(last + timedelta(days=1), datetime.min.time())
        return midnight.replace(tzinfo=self.company.zone).astimezone(self.zone).date()

    def address(self, **wanted: str) -> str:
        return "?" + urlencode({**self.carried, **wanted})


def carried_by(query: QueryDict) -> dict[str, str]:
    """What of a query every further link keeps."""
    return {name: str(query[name]) for name in CARRIED if query.get(name)}


def pick(search: Search, query: QueryDict) -> Picker:
    """Work out the page that a query asks for; what it asks wrongly is as if not asked.

    A month without anything free gives way, where none was named, to the nearest that has.
    """
    wanted = _wanted_month(search, query)
    month = wanted or Month.of(search.today)
    starts = _starts_of(search, month)
    nearest = None if starts else _nearest_free(search, month)
    if nearest is not None and wanted is None:
        month = Month.of(nearest.astimezone(search.zone).date())
        starts = _starts_of(search, month)
    picker = _calendar_page(search, month, starts, day_named(query.get("day", "")))
    if picker.day in starts:
        _fill_times(search, picker, starts[picker.day], query)
    else:
        _lead_elsewhere(search, picker, nearest or _after(starts, picker.day))
    return picker


def _after(starts: dict[date, list[OfferedSlot]], day: date | None) -> datetime | None:
    """The first start of the month after a day without any, else the last day's first."""
    if day is None or not starts:
        return None
    later = [free for free in starts if free > day]
    return starts[min(later) if later else max(starts)][0].starts_at


def _lead_elsewhere(search: Search, picker: Picker, moment: datetime | None) -> None:
    if moment is not None:
        day = moment.astimezone(search.zone).date()
        picker.next_free_at = moment
        picker.next_free_url = search.address(day=day.isoformat())


def coming_sessions(search: Search) -> list[Time]:
    """The sessions of a class that still have as many places, soonest first."""
    slots = availability.slots_for(
        search.service,
        first_day=search.today - timedelta(days=1),
        last_day=search.last_day + timedelta(days=1),
        now=search.now,
        ignoring_session=search.ignoring_session,
    )
    roomy = [slot for slot in slots if slot.seats_left >= search.places]
    return [_time(search, slot) for slot in roomy[:MANY_TIMES]]


def _wanted_month(search: Search, query: QueryDict) -> Month | None:
    """The month a query names by its day or itself, kept within what can be booked."""
    day = day_named(query.get("day", ""))
    month = Month.of(day) if day else Month.named(query.get("month", ""))
    if month is None:
        return None
    first, last = Month.of(search.today), Month.of(search.last_day)
    return min(max(month, first, key=_order), last, key=_order)


def _order(month: Month) -> tuple[int, int]:
    return month.year, month.number


def _starts_of(search: Search, month: Month) -> dict[date, list[OfferedSlot]]:
    """The free slots of a month by the visitor's date.

    Asked a day further on both sides: the dates of the rules are the company's.
    """
    first = max(month.first, search.today) - timedelta(days=1)
    last = min(month.last, search.last_day) + timedelta(days=1)
    if first > last:
        return {}
    found: dict[date, list[OfferedSlot]] = {}
    slots = availability.slots_for(
        search.service,
        first_day=first,
        last_day=last,
        now=search.now,
        providers=search.providers,
        ignoring_session=search.ignoring_session,
    )
    for slot in slots:
        day = slot.starts_at.astimezone(search.zone).date()
        if month.first <= day <= month.last:
            found.setdefault(day, []).append(slot)
    return found


def _nearest_free(search: Search, month: Month) -> datetime | None:
    midnight = datetime.combine(month.first, datetime.min.time(), tzinfo=search.zone)
    found = availability.nearest_free(
        search.service,
        max(midnight, search.now),
        now=search.now,
        count=1,
        providers=search.providers,
        ignoring_session=search.ignoring_session,
    )
    return found[0].starts_at if found else None


def _calendar_page(
    search: Search, month: Month, starts: dict[date, list[OfferedSlot]], wanted: date | None
) -> Picker:
    chosen = wanted if wanted and Month.of(wanted) == month else min(starts, default=None)
    picker = Picker(month=month, zone=search.zone, day=chosen)
    picker.weeks = [
        [_day(search, day, day in starts, day == chosen) if day else None for day in week]
        for week in month.weeks()
        if any(day and day >= search.today for day in week)
    ]
    if _order(month) > _order(Month.of(search.today)):
        picker.previous_url = search.address(month=month.previous().key)
    if _order(month) < _order(Month.of(search.last_day)):
        picker.following_url = search.address(month=month.following().key)
    return picker


def _day(search: Search, day: date, is_free: bool, is_chosen: bool) -> Day:
    url = search.address(day=day.isoformat()) if is_free else ""
    return Day(date=day, url=url, is_chosen=is_chosen)


def _fill_times(search: Search, picker: Picker, slots: list[OfferedSlot], query: QueryDict) -> None:
    if len(slots) > MANY_TIMES:
        slots = _one_hour(search, picker, slots, query.get("hour", ""))
    picker.times = [_time(search, slot) for slot in slots]


def _time(search: Search, slot: OfferedSlot) -> Time:
    url = search.lead_to(slot)
    return Time(slot.starts_at, slot.ends_at, url, slot.seats_left, slot.provider_ids)


def _one_hour(
    search: Search, picker: Picker, slots: list[OfferedSlot], wanted: str
) -> list[OfferedSlot]:
    """Note the hours that have free times and return the slots of the chosen one.

    Hours are told apart by their instant: where the clock goes back one comes twice.
    """
    by_hour: dict[str, list[OfferedSlot]] = {}
    for slot in slots:
        by_hour.setdefault(f"{slot.starts_at.astimezone(search.zone):%H%z}", []).append(slot)
    chosen = wanted if wanted in by_hour else next(iter(by_hour))
    picker.hours = [
        Hour(of[0].starts_at, key, key == chosen, _comes_twice(of, search.zone))
        for key, of in by_hour.items()
    ]
    return by_hour[chosen]


def _comes_twice(hour: list[OfferedSlot], zone: ZoneInfo) -> bool:
    """Whether an hour holds ambiguous times; clocks change at an end of one or amid it."""
    return any(formats.is_ambiguous(slot.starts_at, zone) for slot in (hour[0], hour[-1]))
