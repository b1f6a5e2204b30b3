"""What lies behind the tiles of the calendar: closed hours, time off, blocked time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.availability import working_between
from booking.models import Provider, SpecialDay, TimeOff
from booking.ranges import Range, common, covering, joined, moment_of, without
from web.desk.place import range_of

USUAL_START = time(8)
# By whose day: a provider's id, or None for the company's.
Notes = dict[tuple[int | None, date], str]


class Area(NamedTuple):
    """Part of one day in the company's wall time; ``provider_id`` is its column, None all."""

    starts: datetime
    ends: datetime
    text: str
    is_closed: bool
    provider_id: int | None


def areas_of(
    providers: Sequence[Provider], days: Sequence[date], *, has_columns: bool
) -> list[Area]:
    """The areas of these days, of ``providers`` by columns or together; three queries.

    Together only what is closed for all of them counts as closed, and one's time off carries
    the name. The note of a special day stands in what is closed of it.
    """
    notes = _notes(providers, days)
    found = []
    for pk, hours in _hours(providers, days, has_columns=has_columns):
        for day in days:
            note = notes.get((pk, day), notes.get((None, day), ""))
            closed = without([_range_of(day)], hours)
            found += _areas(closed, note, pk if has_columns else None, is_closed=True)
    for row in _time_off(providers, days):
        text = row.note or _("Time off")
        if row.provider and not has_columns and len(providers) > 1:
            text = f"{row.provider.name}: {text}"
        met = common([_range_of(day) for day in days], [covering(row.starts_at, row.ends_at)])
        found += _areas(met, text, row.provider_id if has_columns else None, is_closed=False)
    return found


def start_of_work(providers: Sequence[Provider], days: Sequence[date], now: datetime) -> time:
    """The wall time at which the days begin to be worth seeing.

    That is when work begins, and on a day that is under way the present hour.
    """
    working = working_between(providers, days[0], days[-1]).values()
    hours = joined(each for found in working for each in found.hours)
    minute = covering(now, now)[0]
    if len(days) == 1 and any(start <= minute < end for start, end in hours):
        return timezone.localtime(now).time().replace(minute=0, second=0, microsecond=0)
    starts = [timezone.localtime(moment_of(start)).time() for start, _end in hours]
    return min(starts, default=USUAL_START)


def _hours(
    providers: Sequence[Provider], days: Sequence[date], *, has_columns: bool
) -> list[tuple[int | None, list[Range]]]:
    """Whose hours are drawn: each provider's, or those of all who share the columns."""
    working = working_between(providers, days[0], days[-1])
    if has_columns or len(providers) == 1:
        return [(pk, found.hours) for pk, found in working.items()]
    return [(None, joined(each for found in working.values() for each in found.hours))]


def _areas(
    ranges: Iterable[Range], text: str, provider_id: int | None, *, is_closed: bool
) -> Iterator[Area]:
    for start, end in ranges:
        starts, ends = (timezone.localtime(moment_of(minute)) for minute in (start, end))
        if starts.replace(tzinfo=None) < ends.replace(tzinfo=None):  # not where clocks go back
            yield Area(starts, ends, text, is_closed, provider_id)


def _range_of(day: date) -> Range:
    return covering(*range_of([day]))


def _time_off(providers: Sequence[Provider], days: Sequence[date]) -> Iterable[TimeOff]:
    from_at, until_at = range_of(days)
    hits = TimeOff.objects.filter(starts_at__lt=until_at, ends_at__gt=from_at)
    of_these = Q(provider__in=providers) | Q(provider=None)
    return hits.filter(of_these).select_related("provider").order_by("starts_at", "pk")


def _notes(providers: Sequence[Provider], days: Sequence[date]) -> Notes:
    of_these = Q(provider__in=providers) | Q(provider=None)
    rows = SpecialDay.objects.filter(of_these, date__in=days).order_by("starts", "pk")
    return {(pk, day): note for pk, day, note in rows.values_list("provider_id", "date", "note")}
