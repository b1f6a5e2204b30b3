"""Pending bookings: the page, the menu's number, approving and declining."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import Booking, Event
from tests import factories

PENDING = "/admin/pending/"
DECIDE = "/admin/pending/decide/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def ask(lesson, book):
    """Book the lesson, which staff approve, as a client on the booking site."""
    lesson.needs_approval = True
    lesson.save()
    return book


def names_on(response) -> list[str]:
    return [booking.client.name for booking in response.context["page"].object_list]


def test_page_lists_who_waits_the_soonest_first(owner, ask, ada, ben, tomorrow):
    ask(ada, starts_at=tomorrow + timedelta(days=1))
    ask(ben, client=factories.details("Dan"))
    confirmed = ask(ben, client=factories.details("Eve"), starts_at=tomorrow + timedelta(hours=2))
    actions.approve(booking_id=confirmed.pk, now=timezone.now(), actor=factories.staff())

    assert names_on(owner.get(PENDING)) == ["Dan", "Cleo"]


def test_empty_page_says_what_would_stand_there(owner):
    page = owner.get(PENDING).content.decode()

    assert "Nobody waits for approval" in page
    assert "Approve ticked" not in page


def test_menu_counts_who_waits(owner, ask, ada, ben):
    def number():
        items = owner.get(PENDING).context["sidebar_navigation"][0]["items"]
        return next(item["badge"] for item in items if item["link"] == PENDING)

    assert number() == 0
    ask(ada)
    ask(ben, client=factories.details("Dan"))

    assert number() == 2


def test_booking_is_approved(owner, ask, ada):
    booking = ask(ada)

    answer = owner.post(reverse("desk:booking-approve", args=[booking.pk]), {"next": PENDING})

    booking.refresh_from_db()
    assert answer.url == PENDING
    assert booking.state == Booking.CONFIRMED
    assert booking.events.get(kind=Event.APPROVED).actor.email == "owner@kyiv-yoga.example"


def test_booking_is_declined_with_its_reason(owner, ask, ada):
    booking = ask(ada)

    owner.post(reverse("desk:booking-decline", args=[booking.pk]), {"reason": "Full\0 week"})

    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason) == (Booking.DECLINED, "Full week")


@pytest.mark.parametrize("decision", ["approve", "decline"])
def test_deciding_twice_says_why_not(owner, ask, ada, decision):
    address = reverse(f"desk:booking-{decision}", args=[ask(ada).pk])
    owner.post(address)

    page = owner.post(address, follow=True).content.decode()

    assert "This booking can no longer be changed." in page


@pytest.mark.parametrize(
    ("decision", "state"), [("approve", Booking.CONFIRMED), ("decline", Booking.DECLINED)]
)
def test_ticked_bookings_are_decided_together(owner, ask, ada, ben, tomorrow, decision, state):
    ticked = [ask(ada), ask(ben, client=factories.details("Dan"))]
    other = ask(ada, client=factories.details("Eve"), starts_at=tomorrow + timedelta(hours=1))

    owner.post(DECIDE, {"booking": [b.pk for b in ticked], "decision": decision, "reason": "So."})

    states = dict(Booking.objects.values_list("pk", "state"))
    assert states == {ticked[0].pk: state, ticked[1].pk: state, other.pk: Booking.PENDING}


def test_one_that_cannot_be_decided_is_named_and_the_others_are_done(owner, ask, ada, ben):
    closed, waiting = ask(ada), ask(ben, client=factories.details("Dan"))
    actions.cancel(booking_id=closed.pk, now=timezone.now())

    form = {"booking": [closed.pk, waiting.pk], "decision": "approve"}
    page = owner.post(DECIDE, form, follow=True).content.decode()

    waiting.refresh_from_db()
    assert waiting.is_confirmed
    assert f"{closed.code}, Cleo: This booking can no longer be changed." in page
    assert "1 booking is approved." in page


def test_nothing_ticked_is_said(owner, ask, ada):
    ask(ada)

    page = owner.post(DECIDE, {"decision": "approve"}, follow=True).content.decode()

    assert "Tick the bookings first." in page


@pytest.mark.parametrize("wrong", ["0", "x", "9" * 30, "\0"])
def test_unknown_booking_among_the_ticked_is_not_found(owner, ask, ada, wrong):
    booking = ask(ada)

    answer = owner.post(DECIDE, {"booking": [booking.pk, wrong], "decision": "approve"})

    booking.refresh_from_db()
    assert answer.status_code == 404
    assert booking.state == Booking.PENDING


def test_junior_sees_and_decides_own_ones_only(as_ada, ask, ada, ben):
    own, foreign = ask(ada), ask(ben, client=factories.details("Dan"))

    assert names_on(as_ada.get(PENDING)) == ["Cleo"]
    for decision in ("approve", "decline"):
        page = reverse(f"desk:booking-{decision}", args=[foreign.pk])
        assert as_ada.post(page).status_code == 404
    both = {"booking": [own.pk, foreign.pk], "decision": "approve"}
    assert as_ada.post(DECIDE, both).status_code == 404
    assert set(Booking.objects.values_list("state", flat=True)) == {Booking.PENDING}
    as_ada.post(DECIDE, {"booking": [own.pk], "decision": "approve"})
    own.refresh_from_db()
    assert own.is_confirmed


def test_enter_in_the_common_reason_declines(owner, ask, ada):
    ask(ada)

    page = BeautifulSoup(owner.get(PENDING).content, "html.parser")

    assert page.select("#several button")[0]["value"] == "decline"


def test_viewer_sees_who_waits_without_any_button(as_role, ask, ada):
    ask(ada)

    page = as_role("viewer").get(PENDING).content.decode()

    assert "Cleo" in page
    assert "Approve" not in page.partition('id="content"')[2]
    assert 'type="checkbox" form="several"' not in page


def test_buttons_stand_in_the_popup_while_it_waits(owner, ask, ada):
    booking = ask(ada)
    popup = reverse("desk:booking-popup", args=[booking.pk])
    approve = reverse("desk:booking-approve", args=[booking.pk])

    assert approve in owner.get(popup).content.decode()
    owner.post(approve)
    assert approve not in owner.get(popup).content.decode()


def test_feed_marks_what_is_not_certain_by_word_and_look(owner, ask, ada, tomorrow):
    booking = ask(ada)
    address, day = reverse("desk:calendar-feed"), {"date": tomorrow.date().isoformat()}

    [tile] = owner.get(address, day).json()
    assert tile["className"] == "z-unsure"
    assert tile["extendedProps"]["state"] == "Waiting for approval"

    actions.approve(booking_id=booking.pk, now=timezone.now(), actor=factories.staff())
    [tile] = owner.get(address, day).json()
    assert "className" not in tile
    assert "state" not in tile["extendedProps"]


def test_feed_shows_a_hold_until_it_runs_out(owner, lesson, ada, tomorrow):
    hold(lesson, ada, tomorrow, minutes=10)
    address, day = reverse("desk:calendar-feed"), {"date": tomorrow.date().isoformat()}

    [tile] = owner.get(address, day).json()
    assert tile["extendedProps"]["state"] == "Held"
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        assert owner.get(address, day).json() == []


def hold(service, provider, starts_at, *, minutes) -> Booking:
    return actions.hold(
        service_id=service.pk,
        provider_id=provider.pk,
        starts_at=starts_at,
        client=factories.details(),
        now=timezone.now(),
        held_until=timezone.now() + timedelta(minutes=minutes),
    )


def test_feed_leaves_out_what_was_declined(owner, ask, ada, tomorrow):
    booking = ask(ada)
    actions.decline(booking_id=booking.pk, now=timezone.now(), actor=factories.staff())

    feed = owner.get(reverse("desk:calendar-feed"), {"date": tomorrow.date().isoformat()})

    assert feed.json() == []


def test_page_of_a_hold_says_until_when(owner, lesson, ada, tomorrow):
    booking = hold(lesson, ada, tomorrow, minutes=10)

    page = owner.get(reverse("desk:booking", args=[booking.pk])).content.decode()

    assert "Held until Monday, 23 November 2026, 09:10 (Kyiv, UTC+2)" in page


def test_page_asks_no_more_for_three_rows_than_for_one(
    owner, ask, ada, tomorrow, django_assert_max_num_queries
):
    ask(ada)
    with django_assert_max_num_queries(15) as for_one:
        owner.get(PENDING)
    for step in (1, 2):
        ask(ada, starts_at=tomorrow + timedelta(hours=step), client=factories.details(f"C{step}"))

    with django_assert_max_num_queries(len(for_one)):
        response = owner.get(PENDING)

    assert len(names_on(response)) == 3
