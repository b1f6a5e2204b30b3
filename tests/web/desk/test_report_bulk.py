"""Booking details: cancelling many bookings, and writing to their clients."""

import pytest
from django.utils import timezone

from booking import actions
from booking.models import Booking
from notifications.models import Message
from tests import factories

REPORT = "/admin/reports/bookings/"
CANCEL = f"{REPORT}cancel/"
MESSAGE = f"{REPORT}message/"
NAME = "a-round-of-news"
BY_MAIL = {"channel": "email", "subject": "Hello", "body": "See you, [client_name].", "name": NAME}


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def two(ada, ben, book):
    """Cleo with Ada, Dan with Ben."""
    return [book(ada), book(ben, client=factories.details("Dan"))]


def ticked(*bookings, **fields):
    return {"booking": [booking.pk for booking in bookings], "next": REPORT, **fields}


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def states(bookings) -> list[str]:
    found = Booking.objects.in_bulk([booking.pk for booking in bookings])
    return [found[booking.pk].state for booking in bookings]


# --- Cancelling --------------------------------------------------------------


def test_nothing_is_cancelled_before_it_is_confirmed(owner, two):
    page = owner.post(CANCEL, ticked(*two))

    assert "2 bookings are about to be cancelled" in page.content.decode()
    assert states(two) == ["confirmed", "confirmed"]


def test_ticked_bookings_are_cancelled_with_the_reason_and_their_clients_told(owner, two):
    form = ticked(*two, confirmed=1, reason="We are ill", asks_to_tell=1, tell=1)

    page = owner.post(CANCEL, form, follow=True)

    assert said(page) == ["2 bookings are cancelled."]
    assert states(two) == ["cancelled", "cancelled"]
    assert set(Booking.objects.values_list("cancel_reason", flat=True)) == {"We are ill"}
    assert Message.objects.filter(kind="cancelled", audience="client", channel="email").count() == 2


def test_they_are_cancelled_quietly_where_nobody_is_to_be_told(owner, two):
    page = owner.post(CANCEL, ticked(*two, confirmed=1, asks_to_tell=1), follow=True)

    assert said(page) == ["2 bookings are cancelled. Nobody is told."]
    assert not Message.objects.filter(kind="cancelled").exists()


def test_one_that_cannot_be_cancelled_is_named_and_the_others_are(owner, two):
    actions.cancel(booking_id=two[0].pk, now=timezone.now())

    page = owner.post(CANCEL, ticked(*two, confirmed=1), follow=True)

    refusal, done = said(page)
    assert refusal.startswith(f"{two[0].code}, Cleo: ")
    assert done == "1 booking is cancelled."


def test_all_that_fit_the_filters_are_cancelled_and_no_others(owner, two, ben):
    form = {"all": 1, "filters": f"first=&last=&provider={ben.pk}", "confirmed": 1}

    owner.post(CANCEL, form)

    assert states(two) == ["confirmed", "cancelled"]


@pytest.mark.parametrize("address", [CANCEL, MESSAGE])
def test_too_many_and_none_are_refused(owner, two, monkeypatch, address):
    monkeypatch.setattr("web.desk.reports.bulk.MOST", 1)

    assert said(owner.post(address, {"all": 1}, follow=True)) == [
        "These are too many at once: at most 1. Narrow the filters."
    ]
    assert said(owner.post(address, {}, follow=True)) == ["Tick the bookings first."]


@pytest.mark.parametrize("address", [CANCEL, MESSAGE])
def test_a_foreign_or_odd_booking_is_404_and_nothing_is_done(as_ada, two, address):
    fields = {"confirmed": 1, "send": 1, **BY_MAIL}

    assert as_ada.post(address, ticked(*two, **fields)).status_code == 404
    assert as_ada.post(address, {"booking": ["abc"], **fields}).status_code == 404
    assert states(two) == ["confirmed", "confirmed"]
    assert not Message.objects.filter(kind="news").exists()


def test_all_of_a_junior_are_their_own(as_ada, two):
    as_ada.post(CANCEL, {"all": 1, "filters": "first=&last=", "confirmed": 1})

    assert states(two) == ["cancelled", "confirmed"]


@pytest.mark.parametrize("address", [CANCEL, MESSAGE])
def test_who_only_looks_may_do_neither_and_no_get_does(as_role, two, address):
    assert as_role("viewer").post(address, ticked(*two)).status_code == 403
    assert as_role("owner").get(address).status_code == 405


# --- Writing -----------------------------------------------------------------


def test_words_are_shown_before_they_are_sent(owner, two):
    page = owner.post(MESSAGE, ticked(*two, preview=1, **BY_MAIL))

    assert page.context["shown"].body_text == "See you, Cleo."
    assert "Send to 2 clients" in page.content.decode()
    assert not Message.objects.filter(kind="news").exists()


def test_each_client_is_owed_the_words_about_their_own_booking_once(owner, two):
    form = ticked(*two, send=1, **BY_MAIL)

    page = owner.post(MESSAGE, form, follow=True)
    owner.post(MESSAGE, form)

    assert said(page) == ["2 messages are on their way."]
    sent = Message.objects.filter(kind="news").order_by("pk")
    assert [(m.to_address, m.body_text) for m in sent] == [
        ("cleo@client.example", "See you, Cleo."),
        ("dan@client.example", "See you, Dan."),
    ]
    assert {m.requested_by.email for m in sent} == {"owner@kyiv-yoga.example"}


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ({"body": "[client_nam]"}, "body", "Did you mean [client_name]?"),
        ({"body": "[comment]"}, "body", "cannot be used in messages to this reader"),
        ({"body": "[online_meeting_provider_link]"}, "body", "cannot be used"),
        ({"body": " "}, "body", "Write a text."),
        ({"subject": ""}, "subject", "Write a subject."),
    ],
)
def test_words_that_cannot_be_sent_are_refused(owner, two, fields, field, text):
    page = owner.post(MESSAGE, ticked(*two, send=1, **{**BY_MAIL, **fields}))

    assert text in "".join(page.context["form"].errors[field])
    assert not Message.objects.filter(kind="news").exists()


def test_page_counts_who_cannot_be_reached(owner, two):
    page = " ".join(owner.post(MESSAGE, ticked(*two)).content.decode().split())

    assert "About 2 bookings, 2 clients." in page
    assert "2 of them cannot be reached by SMS." in page


def test_preview_holds_no_link_for_who_may_not_read_them(as_ada, ada, book):
    booking = book(ada)
    form = ticked(booking, preview=1, **{**BY_MAIL, "body": "Move it: [reschedule_link]"})

    shown = as_ada.post(MESSAGE, form).context["shown"]

    assert booking.manage_token not in shown.body_text
    assert "/b/" in shown.body_text
