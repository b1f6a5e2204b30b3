"""Until when clients cancel and move by themselves: what the pages say, and what is refused."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories import TOMORROW_NOON
from web.site.accounts import proven_user

pytestmark = pytest.mark.django_db

DAY, TWO_HOURS = timedelta(days=1), timedelta(hours=2)
CANCEL_UNTIL = "You can cancel until Mon, 23 Nov, 12:00 (Kyiv, UTC+2)."
MOVE_UNTIL = "You can choose another time until Tue, 24 Nov, 10:00 (Kyiv, UTC+2)."


@pytest.fixture
def company(company):
    company.cancel_until_minutes = DAY // timedelta(minutes=1)
    company.reschedule_until_minutes = TWO_HOURS // timedelta(minutes=1)
    company.phone = "+380442340000"
    company.save()
    return company


def before_start(length, seconds):
    return time_machine.travel(TOMORROW_NOON - length + timedelta(seconds=seconds), tick=False)


def page_of(booking, rest=""):
    return f"/b/{booking.manage_token}/{rest}"


def move_later(client, booked):
    fields = {"starts_at": (TOMORROW_NOON + DAY).isoformat(), "revision": booked.revision}
    return client.post(page_of(booked, "reschedule/"), fields)


@pytest.mark.parametrize(
    ("seconds", "state"), [(-1, "cancelled"), (0, "confirmed"), (1, "confirmed")]
)
def test_cancelling_ends_at_its_cut_off_to_the_second(client, booked, seconds, state):
    with before_start(DAY, seconds):
        page = client.get(page_of(booked)).content.decode()
        asked = client.get(page_of(booked, "cancel/"))
        answer = client.post(page_of(booked, "cancel/"), {"reason": ""})

    booked.refresh_from_db()
    assert booked.state == state
    is_offered = state == "cancelled"
    assert (page_of(booked, "cancel/") in page) == is_offered
    assert (CANCEL_UNTIL in page) == is_offered
    assert asked.status_code == (200 if is_offered else 302)
    assert answer.status_code == (302 if is_offered else 409)
    assert is_offered or "It is too late to change this booking online" in answer.content.decode()


@pytest.mark.parametrize(("seconds", "is_offered"), [(-1, True), (0, False), (1, False)])
def test_moving_ends_at_its_cut_off_to_the_second(client, booked, seconds, is_offered):
    with before_start(TWO_HOURS, seconds):
        page = client.get(page_of(booked)).content.decode()
        asked = client.get(page_of(booked, "reschedule/"))
        answer = move_later(client, booked)

    booked.session.refresh_from_db()
    assert (booked.session.starts_at > TOMORROW_NOON) == is_offered
    assert (page_of(booked, "reschedule/") in page) == is_offered
    assert (MOVE_UNTIL in page) == is_offered
    assert asked.status_code == (200 if is_offered else 302)
    assert answer.status_code == (302 if is_offered else 409)
    assert is_offered or "It is too late to change this booking online" in answer.content.decode()


def test_moving_too_late_offers_no_other_times(client, booked):
    with before_start(TWO_HOURS, 0):
        answer = move_later(client, booked)

    assert answer.context["alternatives"] == []


def test_page_says_until_when_each_is_possible(client, booked):
    page = client.get(page_of(booked)).content.decode()

    assert CANCEL_UNTIL in page
    assert MOVE_UNTIL in page
    assert "too late" not in page


def test_page_says_it_once_where_both_end_together(client, company, booked):
    company.reschedule_until_minutes = company.cancel_until_minutes
    company.save()

    page = client.get(page_of(booked)).content.decode()

    assert "You can cancel or choose another time until Mon, 23 Nov, 12:00 (Kyiv" in page


def test_client_elsewhere_reads_cut_offs_in_both_zones(client, booked):
    page = client.get(page_of(booked, "?zone=America/New_York")).content.decode()

    assert (
        "You can cancel until Mon, 23 Nov, 05:00 (New York, UTC−5) · 12:00 (Kyiv, UTC+2)." in page
    )


def test_no_line_breaks_inside_a_date_in_ukrainian(client, booked):
    client.cookies["django_language"] = "uk"

    page = client.get(page_of(booked)).content.decode()

    assert "Вівторок, 24 листопада 2026\N{NO-BREAK SPACE}р., 12:00" in page
    assert "до пн, 23\N{NO-BREAK SPACE}лист., 12:00" in page


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (DAY, "It is too late to cancel online."),
        (TWO_HOURS, "It is too late to change this booking online."),
    ],
)
def test_after_a_cut_off_the_page_says_whom_to_ask(client, booked, length, said):
    with before_start(length, 0):
        page = client.get(page_of(booked)).content.decode()

    assert said in page
    assert "Please contact us: <a " in page
    assert 'href="tel:+380442340000">+380 44 234 0000</a>' in page
    assert 'href="mailto:hello@kyiv-yoga.example">' in page


def test_my_bookings_say_the_same(client, booked):
    client.force_login(proven_user("cleo@client.example"))

    before = client.get("/my-bookings/").content.decode()
    with before_start(TWO_HOURS, 0):
        after = client.get("/my-bookings/").content.decode()

    assert CANCEL_UNTIL in before
    assert MOVE_UNTIL in before
    assert page_of(booked, "cancel/") in before
    assert "It is too late to change this booking online." in after
    assert "tel:+380442340000" in after
    assert page_of(booked, "cancel/") not in after
