"""Somebody's place on a waiting list: its page, the offer, and *My bookings*."""

from datetime import timedelta

import pytest
import time_machine

from booking import actions
from booking.models import Booking, Consent, Question, WaitingEntry
from tests import factories
from tests.factories import NOW
from tests.web.site.full_class import (
    book,
    free_places,
    my_page,
    scheduled,
    switch_off,
    wait,
)
from web.site.accounts import proven_user

pytestmark = pytest.mark.django_db


def offered(entry):
    entry.refresh_from_db()
    return f"/b/{entry.booking.manage_token}/"


class TestWaiting:
    def test_page_says_who_comes_before(self, client, session):
        first = wait(session, "Dan", now=NOW - timedelta(minutes=1))
        second, third = wait(session, "Eve"), wait(session, "Fay")

        pages = [client.get(my_page(entry)).content.decode() for entry in (first, second, third)]

        assert "You are first in line." in pages[0]
        assert "1 person is before you." in pages[1]
        assert "2 people are before you." in pages[2]

    def test_page_tells_session_zone_and_places(self, client, session):
        page = client.get(my_page(wait(session, places=2))).content.decode()

        assert "Tuesday, 24 November 2026, 12:00–12:30 (Kyiv, UTC+2)" in page
        assert '<dd class="col-7 col-sm-8 mb-0">2</dd>' in page
        assert "keep it for you for 2 h and write to dan@client.example." in page

    def test_page_is_private(self, client, session):
        page = client.get(my_page(wait(session)))

        assert page["Referrer-Policy"] == "no-referrer"
        assert page["X-Robots-Tag"] == "noindex"
        assert page["Cache-Control"] == "no-store"
        assert '<meta name="robots" content="noindex">' in page.content.decode()

    @pytest.mark.parametrize("token", ["A" * 22, "x", "None"])
    @pytest.mark.parametrize("rest", ["", "leave/"])
    def test_foreign_token_is_not_found(self, client, session, token, rest):
        wait(session)

        method = client.post if rest else client.get

        assert method(f"/w/{token}/{rest}").status_code == 404

    def test_token_of_a_booking_opens_no_entry(self, client, session):
        booking = Booking.objects.get()

        assert client.get(f"/w/{booking.manage_token}/").status_code == 404

    def test_leaving_needs_a_form(self, client, session):
        entry = wait(session)

        assert client.get(my_page(entry, "leave/")).status_code == 405
        entry.refresh_from_db()
        assert entry.state == WaitingEntry.WAITING

    def test_leaving_lets_the_next_move_up(self, client, session):
        entry, following = wait(session), wait(session, "Eve")

        page = client.post(my_page(entry, "leave/"), follow=True).content.decode()

        entry.refresh_from_db()
        assert entry.state == WaitingEntry.LEFT
        assert "You have left the waiting list" in page
        assert "leave/" not in page
        assert "You are first in line." in client.get(my_page(following)).content.decode()

    def test_leaving_twice_is_as_once(self, client, session):
        entry = wait(session)

        answers = [client.post(my_page(entry, "leave/")).status_code for _time in range(2)]

        assert answers == [302, 302]

    def test_offer_leads_to_the_booking(self, client, session):
        entry = wait(session)
        free_places()

        assert client.get(my_page(entry))["Location"] == offered(entry)

    def test_leaving_too_late_leaves_the_offer_standing(self, client, session):
        entry = wait(session)
        free_places()

        page = client.post(my_page(entry, "leave/"), follow=True)

        assert page.redirect_chain[-1][0] == offered(entry)
        assert Booking.objects.get(client__name="Dan").state == Booking.HELD
        assert "no longer on the waiting list" not in page.content.decode()

    def test_cancelled_session_is_said(self, client, session):
        entry = wait(session)
        actions.cancel_session(session_id=session.pk, now=NOW)

        page = client.get(my_page(entry)).content.decode()

        assert "This session is cancelled" in page
        assert "leave/" not in page

    def test_session_that_has_begun_is_said(self, client, session):
        entry = wait(session)

        with time_machine.travel(session.starts_at, tick=False):
            page = client.get(my_page(entry)).content.decode()

        assert "No place came free" in page
        assert "leave/" not in page

    def test_nothing_is_promised_while_the_feature_is_off(self, client, session):
        entry = wait(session)
        switch_off()

        page = client.get(my_page(entry)).content.decode()

        assert "The waiting list is closed at present: no places are offered." in page
        assert "When a place comes free" not in page
        assert my_page(entry, "leave/") in page


class TestOffer:
    @pytest.fixture
    def offer(self, session):
        entry = wait(session, places=2)
        free_places()
        entry.refresh_from_db()
        return entry.booking

    def path(self, offer, rest=""):
        return f"/b/{offer.manage_token}/{rest}"

    def test_page_speaks_of_an_offer(self, client, offer):
        page = client.get(self.path(offer)).content.decode()

        assert "2 places are free for you" in page
        assert "Held for you until Monday, 23 November 2026, 11:00 (Kyiv, UTC+2)" in page
        assert ">Take these 2 places</button>" in page
        assert "No, thank you</a>" in page
        assert "Choose another time" not in page
        assert "Not confirmed yet" not in page

    def test_taking_it_makes_it_a_booking_like_any_other(self, client, offer):
        page = client.post(self.path(offer, "confirm/"), follow=True).content.decode()

        offer.refresh_from_db()
        assert offer.state == Booking.CONFIRMED
        assert "You are booked" in page
        assert "Cancel the booking" in page

    def test_who_takes_it_is_asked_what_all_others_are(self, client, offer):
        mat = Question.objects.create(service=offer.session.service, label="Mat?", is_required=True)
        terms = Consent.objects.create(text="I agree to the terms.")
        page = client.get(self.path(offer)).content.decode()
        confirm, answer = self.path(offer, "confirm/"), {f"answer-{mat.pk}": "My own"}

        without = client.post(confirm, answer)
        offer.refresh_from_db()
        was = offer.state
        client.post(confirm, {**answer, f"consent-{terms.pk}": "on"})

        offer.refresh_from_db()
        assert (without.status_code, was) == (422, Booking.HELD)
        assert "Mat?" in page
        assert 'value="My own"' in without.content.decode()
        assert offer.state == Booking.CONFIRMED
        assert [one["answer"] for one in offer.answers] == ["My own"]
        assert [one["text"] for one in offer.agreed] == ["I agree to the terms."]

    def test_taking_it_too_late_is_refused(self, client, offer):
        with time_machine.travel(NOW + timedelta(hours=2), tick=False):
            answer = client.post(self.path(offer, "confirm/"))

        assert answer.status_code == 409
        assert "The offer has run out" in answer.content.decode()

    def test_declining_it_gives_it_to_the_next(self, client, session, offer):
        following = wait(session, "Eve", places=2)

        asked = client.get(self.path(offer, "cancel/")).content.decode()
        page = client.post(
            self.path(offer, "cancel/"), {"reason": ""}, follow=True
        ).content.decode()

        assert "Let this place go?" in asked
        assert "Thank you for telling us. The place goes to somebody else." in page
        assert "You did not take this place" in page
        following.refresh_from_db()
        assert following.state == WaitingEntry.OFFERED

    def test_offer_that_staff_withdraw_is_not_said_to_be_declined(self, client, offer):
        actions.cancel(booking_id=offer.pk, now=NOW, actor=factories.staff())

        assert "We had to cancel this booking" in client.get(self.path(offer)).content.decode()

    def test_other_holds_are_no_offers(self, client, yoga):
        held = actions.hold(
            service_id=yoga.pk,
            session_id=scheduled(yoga).pk,
            client=factories.details("Dan"),
            now=NOW,
            held_until=NOW + timedelta(hours=1),
        )

        page = client.get(self.path(held)).content.decode()

        assert "Not confirmed yet" in page
        assert ">Confirm the booking</button>" in page


class TestMyBookings:
    @pytest.fixture
    def as_dan(self, client, session):
        wait(session)
        client.force_login(proven_user("dan@client.example"))
        return client

    def test_shows_what_is_waited_for_among_the_upcoming(self, as_dan):
        link = my_page(WaitingEntry.objects.get())

        found = [
            tab
            for tab in ("upcoming", "past", "cancelled")
            if link in as_dan.get(f"/my-bookings/?show={tab}").content.decode()
        ]

        assert found == ["upcoming"]
        assert "No upcoming bookings" not in as_dan.get("/my-bookings/").content.decode()

    def test_shows_nobody_elses(self, as_dan, session):
        wait(session, "Eve")

        assert [entry.client.name for entry in as_dan.get("/my-bookings/").context["waiting"]] == [
            "Dan"
        ]

    def test_shows_an_offer_as_a_booking_to_take(self, as_dan):
        free_places()

        page = as_dan.get("/my-bookings/")

        assert page.context["waiting"] == []
        assert ">Take this place</button>" in page.content.decode()
        assert "Offered to you" in page.content.decode()

    def test_shows_nothing_while_the_feature_is_off(self, as_dan):
        switch_off()

        assert as_dan.get("/my-bookings/").context["waiting"] == []

    def test_shows_no_session_that_has_begun_or_is_cancelled(self, as_dan, session):
        with time_machine.travel(session.starts_at, tick=False):
            assert as_dan.get("/my-bookings/").context["waiting"] == []
        actions.cancel_session(session_id=session.pk, now=NOW)
        assert as_dan.get("/my-bookings/").context["waiting"] == []

    @pytest.mark.parametrize("rows", [1, 3])
    def test_takes_the_same_queries_for_any_number(
        self, as_dan, yoga, rows, django_assert_num_queries
    ):
        for number in range(1, rows):
            found = scheduled(yoga, days=number)
            book(found)
            wait(found)

        # session, user, company, bookings, features, entries
        with django_assert_num_queries(6):
            page = as_dan.get("/my-bookings/")

        assert len(page.context["waiting"]) == rows
