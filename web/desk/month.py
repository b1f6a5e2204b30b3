"""A month of the calendar as totals: how much there is on each day, and how full it is."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, DurationField, ExpressionWrapper, F, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from booking.availability import working_between
from booking.models import Booking, Provider, Session, User
from booking.ranges import Range, common, covering
from web.desk.access import visible_sessions
from web.desk.place import Place, range_of
from web.desk.schedule import narrowed, states_on_show


class Total(NamedTuple):
    """One day: its bookings, and how many hundredths of the working time they take.

    ``percent`` is None on a day without working time, and where filters hide bookings.
    """

    day: date
    bookings: int
    percent: int | None
    is_closed: bool

    @property
    def bar(self) -> int:
        """The percentage as far as a bar can show it: booked outside the hours it is more."""
        return min(self.percent or 0, 100)


def totals_of(
    user: User, place: Place, providers: Iterable[Provider], *, now: datetime
) -> list[Total]:
    """The days of the month on show, in the company's zone; two queries besides the hours.

    A session counts for the day on which it starts; ``providers`` are those on show.
    """
    bookings = bookings_by_day(user, place, now=now)
    used, working = {}, minutes_by_day(providers, place.days)
    if place.filters.is_of_people_only:
        used = used_by_day(user, place, now=now)
    return [
        Total(
            day,
            bookings.get(day, 0),
            _percent(used.get(day, timedelta()), working[day]) if used else None,
            not working[day],
        )
        for day in place.days
    ]


def bookings_by_day(user: User, place: Place, *, now: datetime) -> dict[date, int]:
    """How many bookings, a class's each by itself, start on which day."""
    sessions = _starting(narrowed(visible_sessions(user), place.filters), place.days)
    states = states_on_show(place.filters.status)
    rows = Booking.objects.filter(session__in=sessions, state__in=states)
    rows = rows.exclude(state=Booking.HELD, held_until__lte=now)
    return _by_day(rows, "session__starts_at", Count("pk"))


def used_by_day(user: User, place: Place, *, now: datetime) -> dict[date, timedelta]:
    """How long the sessions are in which somebody has a place, by the day they start on."""
    sessions = narrowed(visible_sessions(user), place.filters).taking_time(now)
    rows = _starting(sessions.filter(seats_taken__gt=0, provider__is_active=True), place.days)
    length = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())
    return _by_day(rows, "starts_at", Sum(length))


def minutes_by_day(providers: Iterable[Provider], days: list[date]) -> dict[date, int]:
    """The minutes that these providers work, together, on each of the company's days."""
    those = working_between(providers, days[0], days[-1]).values()
    worked = [working.time for working in those]
    return {
        day: sum(_minutes(common(ranges, [covering(*range_of([day]))])) for ranges in worked)
        for day in days
    }


def _starting(sessions: QuerySet[Session], days: list[date]) -> QuerySet[Session]:
    from_at, until_at = range_of(days)
    return sessions.filter(starts_at__gte=from_at, starts_at__lt=until_at)


def _by_day(rows: QuerySet, moment: str, total: Count | Sum) -> dict[date, object]:
    day = TruncDate(moment, tzinfo=timezone.get_current_timezone())
    return dict(rows.annotate(day=day).values_list("day").annotate(total=total))


def _minutes(ranges: list[Range]) -> int:
    return sum(end - start for start, end in ranges)


def _percent(used: timedelta, minutes: int) -> int | None:
    return round(100 * used / timedelta(minutes=minutes)) if minutes else None
