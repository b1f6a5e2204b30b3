"""Reports: what the filters let through, in which columns, in how many queries."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone

from booking import actions
from booking.models import Booking, Label
from tests import factories

BOOKINGS = "/admin/reports/bookings/"
MEETINGS = "/admin/reports/online-meetings/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def clients_in(response) -> list[str]:
    return [row.booking.client.name for row in response.context["rows"]]


@pytest.fixture
def three(ada, ben, book, tomorrow):
    """Cleo with Ada tomorrow, Dan with Ben tomorrow (cancelled), Eve with Ada next week."""
    book(ada)
    dan = book(ben, client=factories.details("Dan"), source=Booking.STAFF)
    actions.cancel(booking_id=dan.pk, now=timezone.now(), reason="ill")
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
        "?source=staff": ["Dan"],
        f"?client={three.client_id}": ["Dan"],
        "?attendance=no_show": [],
        "?booked_first=2026-11-23&booked_last=2026-11-23": ["Cleo", "Dan", "Eve"],
        "?booked_first=2026-11-24": [],
        "?online=on": [],
        "?sort=-start": ["Eve", "Dan", "Cleo"],
        "?sort=-booked": ["Eve", "Dan", "Cleo"],
        "?column=code": ["Cleo", "Dan", "Eve"],
    }

    found = {query: clients_in(owner.get(BOOKINGS + query)) for query in filters}

    assert found == filters


def test_report_filters_by_label_attendance_and_what_is_online(owner, three, lesson, ada):
    paid = Label.objects.create(name="Paid")
    cleo = Booking.objects.get(client__name="Cleo")
    actions.set_label(booking_id=cleo.pk, label_id=paid.pk, now=timezone.now(), actor=ada.user)
    lesson.is_online_meeting = True
    lesson.save()

    assert clients_in(owner.get(f"{BOOKINGS}?label={paid.pk}")) == ["Cleo"]
    assert clients_in(owner.get(f"{BOOKINGS}?attendance=unknown&state=open")) == ["Cleo", "Eve"]
    assert clients_in(owner.get(f"{BOOKINGS}?online=on")) == ["Cleo", "Dan", "Eve"]


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("Today", "first=2026-11-23&last=2026-11-23"),
        ("This week", "first=2026-11-23&last=2026-11-29"),
        ("This month", "first=2026-11-01&last=2026-11-30"),
        ("Last month", "first=2026-10-01&last=2026-10-31"),
    ],
)
def test_a_period_is_picked_by_its_name_and_keeps_the_other_filters(owner, company, name, period):
    form = owner.get(f"{BOOKINGS}?state=open").context["form"]

    picks = {str(pick["name"]): pick["query"] for pick in form.quick_picks}

    assert set(picks[name].split("&")) == {*period.split("&"), "state=open"}


def test_filters_and_columns_survive_to_the_next_page(owner, three, ben):
    asked = f"first=&last=&provider={ben.pk}&column=code&column=reason&sort=-booked"

    query = owner.get(f"{BOOKINGS}?{asked}&page=1").context["query"]

    assert sorted(query.split("&")) == sorted(asked.split("&"))
    assert clients_in(owner.get(f"{BOOKINGS}?{query}&page=2")) == ["Dan"]


def test_a_page_beyond_the_first_keeps_the_days_shown_at_first(owner, book, ada, tomorrow):
    book(ada, starts_at=tomorrow + timedelta(days=60))

    assert clients_in(owner.get(f"{BOOKINGS}?page=1")) == []


def test_chosen_columns_are_drawn_and_remembered(owner, three):
    chosen = f"{BOOKINGS}?column=cancelled_by&column=reason&column=length&state=cancelled"

    cells = owner.get(chosen).context["rows"][0].cells
    later = owner.get(f"{BOOKINGS}?state=cancelled").context["rows"][0].cells

    shown = [(column.name, content) for column, content in cells]
    assert shown == [("length", 30), ("cancelled_by", "The client"), ("reason", "ill")]
    assert [column.name for column, _content in later] == ["length", "cancelled_by", "reason"]


def test_totals_count_bookings_clients_and_hours(owner, three, book, ada, tomorrow):
    book(ada, starts_at=tomorrow + timedelta(hours=3))

    totals = owner.get(BOOKINGS).context["totals"]

    assert (totals["bookings"], totals["clients"], totals["hours"]) == (4, 3, 2.0)


def test_a_client_of_foreign_bookings_is_not_named(as_ada, three):
    page = as_ada.get(f"{BOOKINGS}?client={three.client_id}").content.decode()

    assert "Dan" not in page


@pytest.mark.parametrize("query", ["?first=nonsense", "?provider=0", "?state=no", "?page=99"])
def test_report_opens_at_impossible_filters(owner, three, query):
    assert owner.get(BOOKINGS + query).status_code == 200


def test_empty_report_says_what_to_do(owner, lesson):
    assert "No bookings fit these filters" in owner.get(BOOKINGS).content.decode()


def queries_of(owner, address, django_assert_max_num_queries) -> int:
    with django_assert_max_num_queries(40) as captured:
        owner.get(address)
    return len(captured)


@pytest.mark.parametrize("address", [BOOKINGS, f"{BOOKINGS}export/?format=xlsx", MEETINGS])
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

    assert for_three == for_one


# --- Online video meetings ---------------------------------------------------


@pytest.fixture
def online(ada, lesson, book):
    """A booking by Zoom, with the meeting that stands there."""
    factories.enable("online-meetings")
    factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))
    lesson.is_online_meeting = True
    lesson.save()
    booking = book(ada)
    return booking.session.meeting


NOON = factories.TOMORROW_NOON
STANDS = [
    ({}, "Will be made"),
    ({"state": "ready", "zoom_id": 81234567890}, "Ready"),
    ({"state": "failed", "last_error": "Zoom refuses."}, "Failed"),
    ({"state": "failed", "fallback_told_at": NOON}, "In the fallback room"),
    ({"state": "ready", "started_by_host_at": NOON}, "Under way"),
    ({"state": "ready", "started_at": NOON, "ended_at": NOON + timedelta(minutes=9)}, "Ended"),
]


@pytest.mark.parametrize(("fields", "words"), STANDS)
def test_report_says_how_a_meeting_stands_and_filters_by_it(owner, online, fields, words):
    type(online).objects.update(**fields)

    [row] = owner.get(MEETINGS).context["rows"]

    assert row.state == words
    stands = row.session.stands
    assert len(owner.get(f"{MEETINGS}?state={stands}").context["rows"]) == 1
    assert owner.get(f"{MEETINGS}?state=cancelled").context["rows"] == []


def test_report_says_that_there_is_no_link_or_that_it_is_over(owner, online):
    online.session.provider.meeting_choice.zoom_user.delete()
    [row] = owner.get(MEETINGS).context["rows"]
    assert row.state == "No link at present"

    actions.cancel(booking_id=online.session.bookings.get().pk, now=timezone.now())
    [row] = owner.get(MEETINGS).context["rows"]
    assert row.state == "Cancelled"


def test_report_says_who_started_and_when(owner, online):
    type(online).objects.update(started_by_host_at=NOON - timedelta(minutes=2))
    [row] = owner.get(MEETINGS).context["rows"]
    assert (row.started_at, row.started_by) == (
        NOON - timedelta(minutes=2),
        "by hand, by the provider",
    )

    type(online).objects.update(started_by_host_at=None, started_at=NOON)
    [row] = owner.get(MEETINGS).context["rows"]
    assert (row.started_at, row.started_by) == (NOON, "by itself, with the first to come")


def retried(browser, meeting):
    return browser.post(f"{MEETINGS}{meeting.session_id}/retry/")


@pytest.fixture
def failed(online):
    later = timezone.now() + timedelta(hours=1)
    online.state, online.last_error, online.next_attempt_at = "failed", "Zoom refuses.", later
    online.save()
    return online


@pytest.mark.parametrize(("role", "status"), [("owner", 302), ("senior", 302), ("viewer", 403)])
def test_a_meeting_that_failed_is_tried_again_at_once(as_role, failed, role, status):
    assert retried(as_role(role), failed).status_code == status

    failed.refresh_from_db()
    assert (failed.next_attempt_at is None) == (status == 302)


def test_retry_stands_only_where_something_failed_and_for_whom_it_is(as_role, failed):
    address = f"{failed.session_id}/retry/"
    assert address in as_role("owner").get(MEETINGS).content.decode()
    assert address not in as_role("viewer").get(MEETINGS).content.decode()

    failed.last_error, failed.state = "", "ready"
    failed.save()
    assert address not in as_role("senior").get(MEETINGS).content.decode()


def test_what_is_over_or_foreign_is_not_tried_again(as_role, ben, failed, browser_of):
    ben.user = factories.staff("ben@kyiv-yoga.example")
    ben.save()
    ben.user.groups.set(Group.objects.filter(name="junior"))
    assert retried(browser_of(ben.user), failed).status_code == 404

    with time_machine.travel(failed.session.ends_at, tick=False):
        retried(as_role("owner"), failed)

    failed.refresh_from_db()
    assert failed.next_attempt_at is not None


def test_retry_is_absent_while_the_feature_is_off(owner, failed):
    actions.set_feature(key="online-meetings", on=False, now=timezone.now())

    assert retried(owner, failed).status_code == 404
    assert owner.get(f"{MEETINGS}export/").status_code == 404
