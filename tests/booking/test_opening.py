"""When providers work, whatever is booked."""

from datetime import UTC, date, datetime, time

import pytest

from booking.availability import working_between
from booking.models import TimeOff, WorkingHours
from booking.ranges import minute_of
from tests import factories

MONDAY = date(2026, 11, 23)


def at(hour, day=MONDAY):
    """An hour of UTC, as an instant."""
    return minute_of(datetime.combine(day, time(hour), UTC))


@pytest.fixture
def ada(db):
    factories.company(timezone="UTC")
    for day in range(7):
        WorkingHours.objects.create(weekday=day, starts=time(9), ends=time(17))
    return factories.provider("Ada")


def test_working_time_is_what_own_and_common_time_off_leave(ada):
    ben = factories.provider("Ben")
    for whose, starts, ends in ((ada, 9, 10), (None, 12, 13), (ben, 14, 15)):
        moments = [datetime.combine(MONDAY, time(hour), UTC) for hour in (starts, ends)]
        TimeOff.objects.create(provider=whose, starts_at=moments[0], ends_at=moments[1])

    found = working_between([ada, ben], MONDAY, MONDAY)

    assert found[ada.pk].hours == found[ben.pk].hours == [(at(9), at(17))]
    assert found[ada.pk].time == [(at(10), at(12)), (at(13), at(17))]
    assert found[ben.pk].time == [(at(9), at(12)), (at(13), at(14)), (at(15), at(17))]


@pytest.mark.parametrize("number", [1, 3])
def test_working_time_takes_one_query_besides_the_company(ada, number, django_assert_num_queries):
    those = [ada, *(factories.provider(f"Ben {step}") for step in range(number - 1))]

    with django_assert_num_queries(2):
        found = working_between(those, MONDAY, date(2026, 12, 27))

    assert len(found) == number
