"""How open calendars hear that something has happened."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from booking import actions
from booking.models import Event
from tests import factories
from tests.factories import NOW, TOMORROW_NOON

PULSE = "desk:calendar-pulse"


def pulse(browser, **query) -> dict:
    return browser.get(reverse(PULSE), query).json()


def test_pulse_rises_with_what_happens_and_says_what_is_new(as_role, book, ada, ben):
    owner = as_role("owner")
    before = pulse(owner)["newest"]
    book(ada)
    book(ben, client=factories.details("Dan"))

    after = pulse(owner, since=before)

    assert (before, after["said"]) == (0, "2 new bookings")
    assert pulse(owner, since=after["newest"]) == {"newest": after["newest"]}


def test_own_bookings_are_no_news_and_moves_are_not_counted(as_ada, book, ada):
    book(ada, actor=ada.user)
    seen = Event.objects.latest("pk").pk
    actions.reschedule(
        booking_id=Event.objects.latest("pk").booking_id,
        starts_at=TOMORROW_NOON + timedelta(hours=1),
        now=NOW,
    )

    assert pulse(as_ada, since=0)["said"] == ""
    assert pulse(as_ada)["newest"] > seen


def test_junior_hears_of_own_calendar_and_of_what_leaves_it(as_ada, book, ada, ben):
    book(ben)
    foreign = pulse(as_ada)["newest"]
    booking = book(ada)
    mine = pulse(as_ada)["newest"]
    actions.reschedule(
        booking_id=booking.pk, provider_id=ben.pk, starts_at=booking.session.starts_at
        + timedelta(hours=2), now=NOW,
    )  # fmt: skip

    assert (foreign, pulse(as_ada)["newest"] > mine > foreign) == (0, True)


def test_old_events_are_not_looked_at(as_role, book, ada):
    book(ada)
    owner = as_role("owner")

    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert pulse(owner) == {"newest": 0}


@pytest.mark.parametrize("odd", ["-1", "abc", "\0", "9" * 30, "", "1.5"])
def test_odd_numbers_break_nothing(as_role, book, ada, odd):
    book(ada)

    assert set(pulse(as_role("owner"), since=odd)) == {"newest"}


def test_pulse_is_one_query_however_much_happened(as_role, book, ada, django_assert_num_queries):
    owner = as_role("owner")
    pulse(owner)
    for hour in range(3):
        with django_assert_num_queries(SIGNED_IN + 1):
            pulse(owner)
        book(ada, starts_at=TOMORROW_NOON + timedelta(hours=hour))


SIGNED_IN = 5  # company, session, user, own permissions, those of the group


@pytest.mark.parametrize(("role", "status"), [("client", 403), ("anonymous", 302), ("viewer", 200)])
def test_pulse_is_for_staff(as_role, role, status):
    assert as_role(role).get(reverse(PULSE)).status_code == status
