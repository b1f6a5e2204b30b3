"""A time zone as calendar files explain it (RFC 5545, section 3.6.5): two yearly rules. Pure.

Outlook reads one rule for summer and one for winter, each a weekday of a month, and no list
of dates ([MS-OXCICAL], section 2.1.3.1.1.19.2). icalendar 7.3 writes such lists, and times
the change to summer an hour late; were both otherwise, its own function would do.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_LAST = -1
_LONG_AGO = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall time, as every onset
_Observance = TimezoneStandard | TimezoneDaylight


@dataclass(frozen=True)
class _Change:
    """One change of the clock; ``onset`` is the wall time that it ends, without a zone."""

    onset: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str

    @property
    def kind(self) -> tuple[object, ...]:
        """What is the same from year to year where a yearly rule holds."""
        day = self.onset
        return day.month, day.weekday(), day.time(), self.offset_from, self.offset_to, self.name

    @property
    def weeks(self) -> set[int]:
        """The numbers a rule may call the week by: counted, or the last."""
        is_last = self.onset.day + 7 > monthrange(self.onset.year, self.onset.month)[1]
        return {(self.onset.day - 1) // 7 + 1} | ({_LAST} if is_last else set())


def explained(zone: ZoneInfo, year: int) -> Timezone | None:
    """Return the zone's part of a file about something in ``year``.

    None where no two yearly rules tell its clock from the year before to the year after.
    """
    last, this, following = (_changes(zone, one) for one in (year - 1, year, year + 1))
    if not last and not this and not following:
        return _part(zone, [_steady(zone, year)])
    by_rule = list(zip(last, this, following, strict=False))
    if not len(last) == len(this) == len(following) == 2 or not all(map(_holds, by_rule)):
        return None
    return _part(zone, [_yearly(years) for years in by_rule])


def _holds(years: tuple[_Change, ...]) -> bool:
    return len({change.kind for change in years}) == 1 and bool(_weeks(years))


def _weeks(years: tuple[_Change, ...]) -> set[int]:
    return set.intersection(*(change.weeks for change in years))


@lru_cache(maxsize=256)
def _changes(zone: ZoneInfo, year: int) -> tuple[_Change, ...]:
    """Every change of the clock within a year of UTC."""
    begins, ends = (datetime(one, 1, 1, tzinfo=UTC) for one in (year, year + 1))
    return tuple(_found(zone, begins, ends))


def _found(zone: ZoneInfo, moment: datetime, until: datetime) -> Iterator[_Change]:
    while moment < until:
        before, after = _offset(moment, zone), _offset(moment + _DAY, zone)
        if before != after:
            at = _instant(moment, moment + _DAY, zone)
            name = at.astimezone(zone).tzname() or ""
            yield _Change((at + before).replace(tzinfo=None), before, after, name)
        moment += _DAY


def _instant(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Halve the time between two offsets until the second one's first second is found."""
    while after - before > _SECOND:
        between = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if _offset(between, zone) == _offset(before, zone):
            before = between
        else:
            after = between
    return after


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _part(zone: ZoneInfo, observances: list[_Observance]) -> Timezone:
    part = Timezone()
    part.add("tzid", zone.key)
    for observance in observances:
        part.add_component(observance)
    return part


def _yearly(years: tuple[_Change, ...]) -> _Observance:
    """One change, from the first of the years on. Forward means summer, whatever its name."""
    first = years[0]
    part = TimezoneDaylight() if first.offset_to > first.offset_from else TimezoneStandard()
    day = f"{min(_weeks(years))}{_WEEKDAYS[first.onset.weekday()]}"
    part.add("rrule", {"freq": "yearly", "bymonth": first.onset.month, "byday": day})
    return _filled(part, first)


def _steady(zone: ZoneInfo, year: int) -> _Observance:
    moment = datetime(year, 1, 1, tzinfo=UTC)
    offset, name = _offset(moment, zone), moment.astimezone(zone).tzname() or ""
    return _filled(TimezoneStandard(), _Change(_LONG_AGO, offset, offset, name))


def _filled(part: _Observance, change: _Change) -> _Observance:
    part.add("dtstart", change.onset)
    part.add("tzoffsetfrom", change.offset_from)
    part.add("tzoffsetto", change.offset_to)
    part.add("tzname", change.name)
    return part
