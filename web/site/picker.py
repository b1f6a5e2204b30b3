"""What the page of days and times shows, in the visitor's own zone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict

from booking import availability, formats
from booking.availability import OfferedSlot
from booking.models import Company, Provider, Service, Session
from web.site.addresses import KEPT_IN_FRAME
from web.site.months import Month, day_named
from web.site.parts_of_day import Part, parts_of

# More times than this in one day, and the day is shown hour by hour.
MANY_TIMES = 72
# Up to so many times a day has few, or some.
FEW_TIMES, SOME_TIMES = 3, 8
ONE_DAY = timedelta(days=1)
CARRIED = ("provider", *KEPT_IN_FRAME)


@dataclass(frozen=True)
class Day:
    """A day of the calendar page with the number of its free times; no ``url`` without any."""

    date: date
    url: str
    count: int
    is_chosen: bool

    @property
    def measure(self) -> str:
        """How free it is, told beside the colour."""
        return "few" if self.count <= FEW_TIMES else "some" if self.count <= SOME_TIMES else "many"


@dataclass(frozen=True)
class Time:
    """A free start, or a session with no ``seats_left``; ``url`` leads on with it.

    ``is_ambiguous`` as in `formats`.
    """

    starts_at: datetime
    ends_at: datetime
    url: str
    seats_left: int
    provider_ids: tuple[int, ...]
    is_ambiguous: bool


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
    """One month of days, the times of the chosen day, and where to look further.

    ``count`` is of the whole day, where ``times`` may be those of one hour. Others than the
    chosen provider have a time on ``others_day``, if there is one.
    """

    month: Month
    zone: ZoneInfo
    weeks: list[list[Day | None]] = field(default_factory=list)
    day: date | None = None
    count: int = 0
    hours: list[Hour] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    previous_url: str = ""
    following_url: str = ""
    next_free_url: str = ""
    next_free_at: datetime | None = None
    others_day: date | None = None
    others_url: str = ""

    @property
    def parts(self) -> list[Part[Time]]:
        """The times by parts of the day, where there are many and no hours to choose."""
        return parts_of(self.times, self.zone, is_one=bool(self.hours))


@dataclass(frozen=True)
class Search:
    """Whose times are looked for, and where a time leads.

    ``carried`` is what every link of the page keeps, such as the provider; ``lead_to``
    makes the address of the next page; ``ignoring_session`` is one that is to move, with
    as many ``places``. ``others`` could be chosen instead of ``providers``.
    """

    service: Service
    providers: Sequence[Provider]
    company: Company
    zone: ZoneInfo
    now: datetime
    carried: dict[str, str]
    lead_to: Callable[[OfferedSlot], str]
    ignoring_session: Session | None = None
    places: int = 1
    others: Sequence[Provider] = ()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def last_day(self) -> date:
        """The last date that can be booked, in the visitor's zone."""
        days = self.service.horizon_days
        horizon = timedelta(days=self.company.horizon_days if days is None else days)
        last = self.now.astimezone(self.company.zone).date() + horizon
        return _midnight(last + ONE_DAY, self.company.zone).astimezone(self.zone).date()

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
    free = _free_days(search, month.first, month.last)
    elsewhere = None if free else _nearest_free_day(search, month)
    if elsewhere is not None and wanted is None:
        month = Month.of(elsewhere)
        free = _free_days(search, month.first, month.last)
    picker = _calendar_page(search, month, free, day_named(query.get("day", "")))
    slots = _slots_on(search, picker.day) if picker.day in free else []
    if slots:
        _fill_times(search, picker, slots, query)
    else:
        _lead_elsewhere(search, picker, elsewhere or _after(free, picker.day))
    if search.others and not slots:
        _lead_to_others(search, picker, picker.day or month.first, picker.day or month.last)
    elif search.others and elsewhere is not None and picker.day is not None:
        _lead_to_others(search, picker, search.today, picker.day - ONE_DAY)
    return picker


def _after(free: Iterable[date], day: date | None) -> date | None:
    """The first free day of the month after one without any, else the last one."""
    later = [each for each in free if day is not None and each > day]
    return min(later, default=max(free, default=None))


def _lead_elsewhere(search: Search, picker: Picker, day: date | None) -> None:
    slots = _slots_on(search, day) if day is not None else []
    if slots:
        picker.next_free_at = slots[0].starts_at
        picker.next_free_url = search.address(day=str(day))


def _lead_to_others(search: Search, picker: Picker, first: date, last: date) -> None:
    """Note the first of these days on which others have a time."""
    anybodys = {name: value for name, value in search.carried.items() if name != "provider"}
    theirs = replace(search, providers=search.others, carried=anybodys)
    picker.others_day = min(_free_days(theirs, first, last), default=None)
    if picker.others_day is not None:
        picker.others_url = theirs.address(day=str(picker.others_day))


def coming_sessions(search: Search, *, full_too: bool = False) -> list[Time]:
    """The sessions of a class that still have as many places, soonest first.

    ``full_too`` adds those that could be booked if they had any place left. Who has chosen
    among providers sees no others' sessions.
    """
    first_day, last_day = search.today - ONE_DAY, search.last_day + ONE_DAY
    slots = availability.slots_for(
        search.service,
        first_day=first_day,
        last_day=last_day,
        now=search.now,
        ignoring_session=search.ignoring_session,
    )
    shown = [slot for slot in slots if slot.seats_left >= search.places]
    if full_too:
        shown += availability.full_sessions(
            search.service, first_day=first_day, last_day=last_day, now=search.now
        )
        shown.sort(key=lambda slot: slot.starts_at)
    if search.others:
        chosen = {provider.pk for provider in search.providers}
        shown = [slot for slot in shown if chosen.issuperset(slot.provider_ids)]
    return [_time(search, slot) for slot in shown[:MANY_TIMES]]


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


def _free_days(search: Search, first: date, last: date) -> dict[date, int]:
    """The visitor's dates, from first to last, that have free starts; and how many."""
    return availability.free_days(
        search.service,
        first_day=max(first, search.today),
        last_day=min(last, search.last_day),
        zone=search.zone,
        now=search.now,
        providers=search.providers,
        ignoring_session=search.ignoring_session,
    )


def _nearest_free_day(search: Search, month: Month) -> date | None:
    wanted = max(month.first, search.today)
    days = _free_days(search, search.today, search.last_day)
    return min(days, key=lambda day: abs(day - wanted), default=None)


def _slots_on(search: Search, day: date) -> list[OfferedSlot]:
    """The free slots of a visitor's date, which may lie on two of the company's."""
    starts_at, ends_at = _midnight(day, search.zone), _midnight(day + ONE_DAY, search.zone)
    company_zone = search.company.zone
    slots = availability.slots_for(
        search.service,
        first_day=starts_at.astimezone(company_zone).date(),
        last_day=(ends_at - timedelta(minutes=1)).astimezone(company_zone).date(),
        now=search.now,
        providers=search.providers,
        ignoring_session=search.ignoring_session,
    )
    return [slot for slot in slots if starts_at <= slot.starts_at < ends_at]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which a date begins in a zone."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _calendar_page(
    search: Search, month: Month, free: Mapping[date, int], wanted: date | None
) -> Picker:
    chosen = wanted if wanted and Month.of(wanted) == month else min(free, default=None)
    picker = Picker(month=month, zone=search.zone, day=chosen)
    picker.count = free.get(chosen, 0) if chosen else 0
    picker.weeks = [
        [_day(search, day, free.get(day, 0), day == chosen) if day else None for day in week]
        for week in month.weeks()
        if any(day and day >= search.today for day in week)
    ]
    if _order(month) > _order(Month.of(search.today)):
        picker.previous_url = search.address(month=month.previous().key)
    if _order(month) < _order(Month.of(search.last_day)):
        picker.following_url = search.address(month=month.following().key)
    return picker


def _day(search: Search, day: date, count: int, is_chosen: bool) -> Day:
    url = search.address(day=day.isoformat()) if count else ""
    return Day(date=day, url=url, count=count, is_chosen=is_chosen)


def _fill_times(search: Search, picker: Picker, slots: list[OfferedSlot], query: QueryDict) -> None:
    if len(slots) > MANY_TIMES:
        slots = _one_hour(search, picker, slots, query.get("hour", ""))
    picker.times = [_time(search, slot) for slot in slots]


def _time(search: Search, slot: OfferedSlot) -> Time:
    url = search.lead_to(slot)
    return Time(
        slot.starts_at,
        slot.ends_at,
        url,
        slot.seats_left,
        slot.provider_ids,
        formats.is_ambiguous(slot.starts_at, search.zone),
    )


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
