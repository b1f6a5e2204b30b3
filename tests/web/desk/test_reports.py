"""Reports: what the filters let through, in how many queries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from booking import actions
from tests import factories

BOOKINGS = "/admin/reports/bookings/"
MEETINGS = "/admin/reports/online-meetings/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def clients_in(response) -> list[str]:
    return [booking.client.name for booking, _link in response.context["rows"]]


@pytest.fixture
def three(ada, ben, book, tomorrow):
    """Cleo with Ada tomorrow, Dan with Ben tomorrow (cancelled), Eve with Ada next week."""
    book(ada)
    dan = book(ben, client=factories.details("Dan"))
    actions.cancel(booking_id=dan.pk, now=timezone.now())
    eve = factories.details("Eve")
    book(ada, client=eve, starts_at=tomorrow + timedelta(days=7))
    return dan


def test_report_filters_by_day_provider_state_and_words(owner, three, ada, ben, tomorrow):
    day = tomorrow.date().isoformat()
    filters = {
        "": ["Cleo", "Dan", "Eve"],
        f"?first={day}&last={day}": ["Cleo", "Dan"],
        f"?provider={ben.pk}": ["Dan"],
        "?state=open": ["Cleo", "Eve"],
        "?state=cancelled": ["Dan"],
        "?q=eve@client": ["Eve"],
        f"?q={three.code.lower()}": ["Dan"],
        "?q=nobody": [],
    }

    found = {query: clients_in(owner.get(BOOKINGS + query)) for query in filters}

    assert found == filters


@pytest.mark.parametrize("query", ["?first=nonsense", "?provider=0", "?state=no", "?page=99"])
def test_report_opens_at_impossible_filters(owner, three, query):
    assert owner.get(BOOKINGS + query).status_code == 200


def test_empty_report_says_what_to_do(owner, lesson):
    assert "No bookings fit these filters" in owner.get(BOOKINGS).content.decode()


def queries_of(owner, address, django_assert_max_num_queries) -> int:
    with django_assert_max_num_queries(40) as captured:
        owner.get(address)
    return len(captured)


@pytest.mark.parametrize("address", [BOOKINGS, MEETINGS])
def test_report_asks_no_more_for_three_rows_than_for_one(
    owner, lesson, ada, book, tomorrow, address, django_assert_max_num_queries
):
    factories.enable("online-meetings")
    factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))
    lesson.is_online_meeting = True
    lesson.save()
    book(ada)
    for_one = queries_of(owner, address, django_assert_max_num_queries)
    for step in (1, 2):
        book(ada, starts_at=tomorrow + timedelta(hours=step), client=factories.details(f"C{step}"))

    for_three = queries_of(owner, address, django_assert_max_num_queries)

    assert len(owner.get(address).context["rows"]) == 3
    assert for_three == for_one
