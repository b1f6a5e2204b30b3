"""When the company is open, as visitors read it: wall times of the company's zone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from booking import formats
from booking.models import Company, SpecialDay, WorkingHours

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """A day, or days that follow one another, and its stretches; ``is_now`` marks today."""

    days: str
    hours: str
    is_now: bool = False


@dataclass(frozen=True)
class OpeningHours:
    """The week, the days ahead that differ from it, and the zone of both."""

    week: list[Line]
    special: list[Line]
    zone: str


def opening_hours(company: Company, *, now: datetime) -> OpeningHours | None:
    """Return what is shown, as far ahead as one may book; None where nothing is to be.

    Two queries, one where the company has no weekly hours: whoever came by them would
    stand before a closed door.
    """
    if not company.shows_hours:
        return None
    by_weekday = defaultdict(list)
    for row in WorkingHours.objects.filter(provider=None).order_by("starts"):
        by_weekday[row.weekday].append(row)
    if not by_weekday:
        return None
    today = now.astimezone(company.zone).date()
    return OpeningHours(
        week=[
            Line(str(WEEKDAYS[number]), _written(by_weekday[number]), number == today.weekday())
            for number in range(7)
        ],
        special=list(_special(company, today)),
        zone=formats.format_zone(now, company.zone, get_language() or ""),
    )


def _special(company: Company, today: date) -> Iterator[Line]:
    """Days with the same hours that follow one another stand in one line."""
    by_date = defaultdict(list)
    coming = (today, today + timedelta(days=company.horizon_days))
    for row in SpecialDay.objects.filter(provider=None, date__range=coming).order_by("starts"):
        by_date[row.date].append(row)
    runs: list[tuple[date, date, str]] = []
    for day in sorted(by_date):
        hours = _written(by_date[day])
        if runs and runs[-1][1:] == (day - ONE_DAY, hours):
            runs[-1] = (runs[-1][0], day, hours)
        else:
            runs.append((day, day, hours))
    for first, last, hours in runs:
        yield Line(_named(first, last, company), hours, first <= today <= last)


def _named(first: date, last: date, company: Company) -> str:
    language = get_language() or ""
    if first != last:
        return formats.format_days(first, last, language)
    noon = datetime.combine(first, time(12), company.zone)
    return formats.format_date(noon, company.zone, language, short=True)


def _written(rows: Iterable[WorkingHours | SpecialDay]) -> str:
    """``09:00–13:00, 14:00–18:00``; a closed day's in words."""
    open_rows = [row for row in rows if row.starts is not None]
    if not open_rows:
        return _("Closed")
    if any(row.minutes == (0, 1440) for row in open_rows):
        return _("Round the clock")
    return ", ".join(row.hours for row in open_rows)
