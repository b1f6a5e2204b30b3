"""When providers work, whatever is booked."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from booking import slots
from booking.availability import loading
from booking.availability.loading import Kind
from booking.availability.questions import ZONES_APART, zone_of
from booking.models import Company, Provider
from booking.ranges import Range, joined, without


class Working(NamedTuple):
    """One provider's hours inside the company's, and time off, everybody's too, as instants."""

    hours: list[Range]
    time_off: list[Range]

    @property
    def time(self) -> list[Range]:
        """The hours that time off leaves."""
        return without(self.hours, joined(self.time_off))


def working_between(
    providers: Iterable[Provider], first_day: date, last_day: date
) -> dict[int, Working]:
    """Each provider's working time on the company's dates from first to last, by id.

    One query besides the company.
    """
    those, company = list(providers), Company.objects.current()
    asked = loading.Asked(
        providers=[provider.pk for provider in those],
        services=[],
        from_at=datetime.combine(first_day, time(), UTC) - ZONES_APART,
        until_at=datetime.combine(last_day, time(), UTC) + ZONES_APART + timedelta(days=1),
    )
    timetable = loading.load({Kind.WEEKLY, Kind.SPECIAL, Kind.TIME_OFF}, asked)
    companys = timetable.company_hours(company.zone)
    found = {}
    for provider in those:
        own = timetable.provider_hours(provider.pk, zone_of(provider, company))
        hours = slots.working_time(companys, own, first_day, last_day)
        found[provider.pk] = Working(hours, timetable.time_off_of(provider.pk))
    return found
