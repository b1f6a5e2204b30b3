"""*Utilisation*: how much of the working time is booked, by provider and by hour of the week."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.availability import working_between
from booking.models import Booking, Company, Provider, Service, User
from booking.ranges import DAY, Range, common, covering, day_number, days_of, joined
from web.desk.access import visible_sessions
from web.desk.moments import start_of
from web.desk.reports.filters import PeriodForm

HOUR, WEEK = 60, 7
LONGEST = timedelta(days=366)
Cells = list[list[int]]  # minutes by weekday, Monday first, and hour


class UtilisationForm(PeriodForm):
    """A period with both ends, of a year at most, up to today at first."""

    def first_period(self, today: date) -> tuple[date, date]:
        return today - timedelta(days=29), today

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if not self.errors and not (first and last):
            self.add_error("first" if not first else "last", _("Choose a day."))
        elif first and last and not timedelta(0) <= last - first < LONGEST:
            self.add_error("last", _("Choose a day from the first on, within a year."))
        return cleaned


@dataclass(frozen=True)
class Share:
    """So much of the working time is booked, in minutes; ``outside`` is booked beside it."""

    working: int
    booked: int
    outside: int = 0

    @property
    def percent(self) -> int | None:
        """None where nobody works: there is nothing to be a share of."""
        return round(100 * self.booked / self.working) if self.working else None

    @property
    def level(self) -> int:
        """How dark it is drawn, from 0 to 5."""
        return -(-(self.percent or 0) // 20)

    @property
    def working_hours(self) -> float:
        return self.working / HOUR

    @property
    def booked_hours(self) -> float:
        return self.booked / HOUR

    @property
    def outside_hours(self) -> float:
        return self.outside / HOUR


@dataclass(frozen=True)
class Utilisation:
    """Of some providers in some days: each by themselves, all together, and by hour of the week.

    ``week`` has a row for each hour in which anybody works, with a share for each weekday.
    """

    providers: list[tuple[Provider, Share]]
    total: Share
    week: list[tuple[int, list[Share]]]


def utilisation(
    user: User, providers: Iterable[Provider], first: date, last: date, service: Service | None
) -> Utilisation:
    """Work it out for the company's days from first to last, in a constant number of queries.

    Booked is a session in which somebody has a place. Of a service only its own sessions
    count as booked, and the working time is still all of it.
    """
    those, zone = list(providers), Company.objects.current().zone
    booked = _booked(user, those, first, last, service)
    working = {pk: found.time for pk, found in working_between(those, first, last).items()}
    inside = {pk: common(working[pk], booked[pk]) for pk in working}
    shares = [(one, _share(working[one.pk], booked[one.pk], inside[one.pk])) for one in those]
    whole = by_hour_of_week(working.values(), zone, first, last)
    taken = by_hour_of_week(inside.values(), zone, first, last)
    return Utilisation(
        providers=shares,
        total=_together([share for _provider, share in shares]),
        week=[
            (hour, [Share(whole[day][hour], taken[day][hour]) for day in range(WEEK)])
            for hour in range(24)
            if any(whole[day][hour] for day in range(WEEK))
        ],
    )


def _share(working: list[Range], booked: list[Range], inside: list[Range]) -> Share:
    return Share(total(working), total(inside), outside=total(booked) - total(inside))


def _together(shares: list[Share]) -> Share:
    return Share(
        sum(share.working for share in shares),
        sum(share.booked for share in shares),
        sum(share.outside for share in shares),
    )


def _booked(
    user: User, providers: list[Provider], first: date, last: date, service: Service | None
) -> dict[int, list[Range]]:
    """When each provider has people, by id, within the days."""
    from_at, until_at = start_of(first), start_of(last + timedelta(days=1))
    taken = Booking.objects.taking_seats().filter(session=OuterRef("pk"))
    sessions = visible_sessions(user).filter(Exists(taken), provider__in=providers)
    sessions = sessions.active().taking_time(timezone.now()).meeting(from_at, until_at)
    if service is not None:
        sessions = sessions.filter(service=service)
    found: dict[int, list[Range]] = {provider.pk: [] for provider in providers}
    for pk, starts_at, ends_at in sessions.values_list("provider", "starts_at", "ends_at"):
        found[pk].append(covering(max(starts_at, from_at), min(ends_at, until_at)))
    return {pk: joined(ranges) for pk, ranges in found.items()}


def total(ranges: Iterable[Range]) -> int:
    """Minutes altogether."""
    return sum(end - start for start, end in ranges)


def by_hour_of_week(
    of_all: Iterable[list[Range]], zone: ZoneInfo, first: date, last: date
) -> Cells:
    """How many minutes of ranges fall on each hour of each weekday, by the clock of a zone."""
    cells: Cells = [[0] * 24 for _day in range(WEEK)]
    days = days_of(zone, day_number(first), day_number(last))
    for ranges in of_all:
        for weekday, hour, minutes in _pieces(ranges, days):
            cells[weekday][hour] += minutes
    return cells


def _pieces(
    ranges: list[Range], days: Sequence[tuple[int, int, int, int]]
) -> Iterator[tuple[int, int, int]]:
    """Weekday, hour and minutes of each piece of a range that lies within one hour.

    A year of many people is long: each range is looked up among the days, not in each of them.
    """
    beginnings = [begins for _day, _midnight, begins, _ends in days]
    for start, end in common(ranges, [(beginnings[0], days[-1][3])]):
        at = bisect_right(beginnings, start) - 1
        while start < end:
            day, midnight, _begins, ends = days[at]
            clock = (start - midnight) % DAY
            until = min(end, ends, start + HOUR - clock % HOUR)
            yield (day + 3) % WEEK, clock // HOUR, until - start
            start, at = until, at + (until == ends)
