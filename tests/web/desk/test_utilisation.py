"""Utilisation: the booked share of the working time, by provider and by hour of the week."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking import actions
from booking.models import TimeOff, WorkingHours
from booking.ranges import covering
from tests import factories
from web.desk.reports.utilisation import by_hour_of_week

PAGE = "/admin/reports/utilisation/"
TUESDAY = f"{PAGE}?first=2026-11-24&last=2026-11-24"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def open_at_daytime(company):
    """From 10 to 14 on Tuesdays."""
    WorkingHours.objects.create(weekday=1, starts=time(10), ends=time(14))


def shares(response) -> dict[str, tuple[int, int, int | None]]:
    found = response.context["found"]
    return {
        provider.name: (share.working, share.booked, share.percent)
        for provider, share in found.providers
    }


def test_share_is_what_is_booked_of_the_working_time(owner, open_at_daytime, ada, ben, book):
    cancelled = book(ben)
    actions.cancel(booking_id=cancelled.pk, now=factories.NOW)
    book(ada)

    page = owner.get(TUESDAY)

    assert shares(page) == {"Ada": (240, 30, 12), "Ben": (240, 0, 0)}
    assert page.context["found"].total.working == 480


def test_time_off_is_no_working_time_and_what_lies_beside_is_told_apart(
    owner, open_at_daytime, ada, book, tomorrow
):
    book(ada)
    book(ada, starts_at=tomorrow + timedelta(hours=5))
    ten = tomorrow - timedelta(hours=2)
    TimeOff.objects.create(provider=ada, starts_at=ten, ends_at=ten + timedelta(hours=1))

    page = owner.get(TUESDAY)

    assert shares(page)["Ada"] == (180, 30, 17)
    assert page.context["found"].total.outside == 30


def test_week_has_a_row_for_each_working_hour(owner, open_at_daytime, ada, book):
    book(ada)

    week = owner.get(f"{TUESDAY}&provider={ada.pk}").context["found"].week

    tuesday = {hour: (row[1].working, row[1].booked) for hour, row in week}
    assert tuesday == {10: (60, 0), 11: (60, 0), 12: (60, 30), 13: (60, 0)}
    assert all(row[0].percent is None for _hour, row in week)


def test_filters_narrow_to_a_service_and_a_provider(owner, open_at_daytime, ada, ben, book, lesson):
    other = factories.service(ada, name="Other")
    book(ada)

    assert shares(owner.get(f"{TUESDAY}&service={other.pk}"))["Ada"] == (240, 0, 0)
    assert list(shares(owner.get(f"{TUESDAY}&provider={ben.pk}"))) == ["Ben"]


def test_a_junior_sees_only_themselves(as_ada, open_at_daytime, ben):
    assert list(shares(as_ada.get(TUESDAY))) == ["Ada"]


@pytest.mark.parametrize(
    "query",
    [
        "first=2026-11-24&last=",
        "first=2026-11-24&last=2026-11-23",
        "first=2020-01-01&last=2026-11-23",
    ],
)
def test_a_period_must_have_two_ends_within_a_year(owner, company, query):
    page = owner.get(f"{PAGE}?{query}")

    assert page.context["found"] is None
    assert "Choose a day" in page.content.decode()


def test_without_hours_the_page_says_what_to_do(owner, ada):
    assert "There is no working time in these days" in owner.get(PAGE).content.decode()


def test_page_asks_no_more_for_three_bookings_and_providers(
    owner, open_at_daytime, ada, book, tomorrow, django_assert_max_num_queries
):
    book(ada)
    with django_assert_max_num_queries(40) as for_one:
        owner.get(TUESDAY)
    for step, name in enumerate(("Fay", "Gus"), start=1):
        factories.provider(name)
        start = tomorrow + timedelta(hours=step)
        book(ada, starts_at=start, client=factories.details(name))

    with django_assert_max_num_queries(len(for_one)):
        owner.get(TUESDAY)


def test_an_hour_that_comes_twice_is_counted_twice():
    kyiv, sunday = ZoneInfo("Europe/Kyiv"), date(2026, 10, 25)
    whole_day = covering(datetime(2026, 10, 25, tzinfo=kyiv), datetime(2026, 10, 26, tzinfo=kyiv))

    cells = by_hour_of_week([[whole_day]], kyiv, sunday, sunday)

    assert cells[6][3] == 120
    assert sum(map(sum, cells)) == 25 * 60
