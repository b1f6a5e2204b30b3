"""A month of the calendar as totals."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import TimeOff, WorkingHours
from tests import factories
from tests.web.desk.yoga import come

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture
def open_nine_to_five(company):
    for day in range(5):
        WorkingHours.objects.create(weekday=day, starts=time(9), ends=time(17))


@pytest.fixture
def days_of(as_role):
    """The totals of the month of a day, by date, as the owner sees them."""
    owner = as_role("owner")

    def fetch(day="2026-11-24", **filters):
        query = {"view": "month", "date": day, **filters}
        weeks = owner.get(reverse("desk:calendar"), query).context["weeks"]
        return {cell["total"].day: cell["total"] for week in weeks for cell in week}

    return fetch


def test_month_has_whole_weeks_from_monday(days_of, lesson):
    days = list(days_of())

    assert (days[0], days[-1], len(days)) == (date(2026, 10, 26), date(2026, 12, 6), 42)


def test_month_steps_by_months(as_role, lesson):
    query = {"view": "month", "date": "2027-01-31"}

    page = as_role("owner").get(reverse("desk:calendar"), query).context

    assert page["earlier"] == "/admin/calendar/?view=month&date=2026-12-01"
    assert page["later"] == "/admin/calendar/?view=month&date=2027-02-01"


def test_day_counts_bookings_and_the_share_of_working_time(
    ada, ben, book, session, tomorrow, days_of, open_nine_to_five
):
    come(session, "Dan", "Eva")  # in a class of half an hour, with Ada
    book(ben)
    book(ben, starts_at=tomorrow + timedelta(hours=1))

    total = days_of()[tomorrow.date()]

    assert total.bookings == 4
    assert total.percent == 9  # 90 minutes of twice 480
    assert days_of(provider=ben.pk)[tomorrow.date()][1:3] == (2, 12)
    assert days_of()[date(2026, 11, 28)].is_closed  # a Saturday


def test_time_off_is_no_working_time(ada, book, tomorrow, days_of, open_nine_to_five):
    book(ada)
    ends = tomorrow.replace(hour=16)
    TimeOff.objects.create(starts_at=tomorrow.replace(hour=0), ends_at=ends)

    assert days_of(provider=ada.pk)[tomorrow.date()].percent == 50  # of the hour that is left


def test_share_is_left_out_where_filters_hide_bookings(
    ada, book, lesson, tomorrow, days_of, open_nine_to_five
):
    cancelled = book(ada)
    actions.cancel(booking_id=cancelled.pk, now=timezone.now())
    book(ada)

    for filters, count in (({"status": "all"}, 2), ({"service": lesson.pk}, 1)):
        total = days_of(**filters)[tomorrow.date()]
        assert (total.bookings, total.percent) == (count, None)


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)])
def test_day_is_the_companys_also_when_clocks_change(ada, lesson, days_of, day):
    """Half past midnight and half past eleven in the evening are one day in Kyiv, two in UTC."""
    now = datetime(2026, 9, 1, tzinfo=UTC)
    for clock in (time(0, 30), time(23, 30)):
        starts_at = datetime.combine(day, clock, tzinfo=KYIV)
        factories.book_one(lesson, provider_id=ada.pk, starts_at=starts_at, now=now)

    found = {day: total.bookings for day, total in days_of(day.isoformat()).items()}

    assert {day: count for day, count in found.items() if count} == {day: 2}


def test_junior_counts_only_own_bookings(ada, ben, book, as_ada, tomorrow):
    book(ben)
    book(ada)

    query = {"view": "month", "date": tomorrow.date().isoformat()}
    weeks = as_ada.get(reverse("desk:calendar"), query).context["weeks"]

    assert sum(cell["total"].bookings for week in weeks for cell in week) == 1


def test_month_reads_no_booking_by_itself(ada, book, as_role, tomorrow):
    owner, query = as_role("owner"), {"view": "month", "date": tomorrow.date().isoformat()}
    for step in range(3):
        book(ada, starts_at=tomorrow + timedelta(hours=step))

    with CaptureQueriesContext(connection) as queries:
        owner.get(reverse("desk:calendar"), query)

    of_bookings = [q["sql"] for q in queries if 'FROM "booking_booking"' in q["sql"]]
    assert sum("GROUP BY" in sql for sql in of_bookings) == 1
