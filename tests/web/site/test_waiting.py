"""The waiting list as a client meets it: a full class, joining, waiting, the offer."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from booking import actions, features
from booking.models import Booking, Client, WaitingEntry
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.site.conftest import hidden_values
from web.site.accounts import proven_user

pytestmark = pytest.mark.django_db

DAN = {"name": "Dan", "email": "dan@client.example"}


@pytest.fixture
def yoga(ada):
    factories.enable("classes")
    factories.enable("waiting-list")
    return factories.service(ada, name="Yoga", kind="class", capacity=3)


def scheduled(yoga, *, days=0):
    return actions.schedule_session(
        service_id=yoga.pk,
        provider_id=yoga.providers.get().pk,
        starts_at=TOMORROW_NOON + timedelta(days=days),
        now=NOW,
    )


def book(session, places=3, *, name="Cleo"):
    return actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        places=places,
        client=factories.details(name),
        now=NOW,
    )


@pytest.fixture
def session(yoga):
    """A session whose three places Cleo has taken."""
    found = scheduled(yoga)
    book(found)
    return found


def wait(session, name="Dan", *, places=1, now=NOW):
    return actions.join_waiting_list(
        session_id=session.pk, client=factories.details(name), places=places, now=now
    )


def switch_off():
    actions.set_feature(key="waiting-list", on=False, now=NOW)
    features.forget()


def free_places():
    booking = Booking.objects.confirmed().get(client__name="Cleo")
    actions.cancel(booking_id=booking.pk, now=NOW)


def join_page(session):
    return f"/book/{session.service.slug}/waiting/{session.pk}/"


def send(client, session, **given):
    """Fill in the form and send it; ``given`` replaces what the page says."""
    fields = hidden_values(client.get(join_page(session)).content.decode())
    return client.post(join_page(session), {**fields, **DAN, "places": "1", **given})


def my_page(entry, rest=""):
    return f"/w/{entry.token}/{rest}"


def offered(entry):
    entry.refresh_from_db()
    return f"/b/{entry.booking.manage_token}/"


class TestClassPage:
    def test_shows_full_sessions_with_the_way_to_wait(self, client, session, yoga):
        free = scheduled(yoga, days=1)

        page = client.get("/book/yoga/?zone=Europe/Paris")

        shown = page.context["sessions"]
        assert [time.starts_at for time in shown] == [session.starts_at, free.starts_at]
        assert shown[0].url == f"{join_page(session)}?zone=Europe%2FParis"
        text = page.content.decode()
        assert text.count(">Full</span>") == 1
        assert text.count(">Join the waiting list</span>") == 1

    def test_shows_only_free_ones_while_the_feature_is_off(self, client, session):
        switch_off()

        page = client.get("/book/yoga/")

        assert page.context["sessions"] == []
        assert "waiting" not in page.content.decode()

    def test_leaves_out_full_ones_that_could_not_be_booked_anyhow(self, client, yoga, session):
        yoga.notice_minutes = 2 * 1440
        yoga.save()

        assert client.get("/book/yoga/").context["sessions"] == []

    def test_place_held_no_longer_is_free(self, client, yoga):
        found = scheduled(yoga)
        actions.hold(
            service_id=yoga.pk,
            session_id=found.pk,
            places=3,
            client=factories.details(),
            now=NOW - timedelta(minutes=9),
            held_until=NOW,
        )

        [shown] = client.get("/book/yoga/").context["sessions"]

        assert shown.seats_left == 3

    @pytest.mark.parametrize("rows", [1, 3])
    def test_takes_the_same_queries_for_any_number(
        self, client, yoga, rows, django_assert_num_queries
    ):
        for number in range(rows):
            book(scheduled(yoga, days=number))

        # features, company, service, providers, free sessions, full sessions
        with django_assert_num_queries(6):
            page = client.get("/book/yoga/")

        assert len(page.context["sessions"]) == rows

    def test_choosing_another_time_offers_no_full_session(self, client, session, yoga):
        booking = book(scheduled(yoga, days=1), 1, name="Eve")

        page = client.get(f"/b/{booking.manage_token}/reschedule/")

        assert page.context["sessions"] == []


class TestDetails:
    def test_full_session_offers_to_wait_for_it(self, client, session):
        page = client.get(f"/book/yoga/details/?session={session.pk}")

        assert page.status_code == 409
        assert join_page(session) in page.content.decode()

    def test_session_that_fills_up_meanwhile_offers_to_wait_for_it(self, client, yoga):
        found = scheduled(yoga)
        form = hidden_values(client.get(f"/book/yoga/details/?session={found.pk}").content.decode())
        book(found)

        answer = client.post("/book/yoga/details/", {**form, **DAN, "places": "1"})

        assert answer.status_code == 409
        assert join_page(found) in answer.content.decode()

    def test_offers_nothing_of_it_while_the_feature_is_off(self, client, session):
        switch_off()

        page = client.get(f"/book/yoga/details/?session={session.pk}")

        assert page.status_code == 409
        assert "waiting" not in page.content.decode()

    def test_session_too_near_offers_nothing_of_it(self, client, yoga, session):
        yoga.notice_minutes = 2 * 1440
        yoga.save()

        page = client.get(f"/book/yoga/details/?session={session.pk}")

        assert "waiting" not in page.content.decode()


class TestJoining:
    def test_page_tells_how_it_works(self, client, session):
        page = client.get(join_page(session)).content.decode()

        assert "When a place comes free, we keep it for you for 2 h and write to you." in page

    def test_leads_to_ones_own_page(self, client, session):
        answer = send(client, session, places="2", phone="+380441234567", zone="Europe/Paris")

        entry = WaitingEntry.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, my_page(entry))
        assert (entry.client.name, entry.client.email) == ("Dan", "dan@client.example")
        assert (entry.session, entry.seats, entry.state) == (session, 2, WaitingEntry.WAITING)
        assert (entry.phone, entry.timezone) == ("+380441234567", "Europe/Paris")

    def test_opening_the_page_changes_nothing(self, client, session):
        assert client.get(join_page(session)).status_code == 200
        assert not WaitingEntry.objects.exists()

    def test_knows_who_is_signed_in_and_what_they_wait_for(self, client, session):
        client.force_login(proven_user("dan@client.example"))

        page = client.get(join_page(session))
        send(client, session)

        assert page.context["form"]["email"].value() == "dan@client.example"
        assert Client.objects.get(name="Dan").user.email == "dan@client.example"

    def test_only_place_is_not_asked_for(self, client, yoga):
        yoga.capacity = 1
        yoga.save()
        found = scheduled(yoga)
        book(found, 1)

        answer = send(client, found)

        assert answer.status_code == 303
        assert WaitingEntry.objects.get().seats == 1

    def test_who_waits_already_is_told_so_and_gets_no_link_of_anybodys(self, client, session):
        entry = wait(session)

        answer = send(client, session)

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "You are on the waiting list of this session already." in page
        assert entry.token not in page
        assert WaitingEntry.objects.count() == 1

    def test_session_with_places_left_leads_to_the_booking(self, client, yoga):
        found = scheduled(yoga)

        answer = client.get(f"{join_page(found)}?zone=Europe/Paris")

        assert answer.status_code == 302
        assert answer["Location"] == (f"/book/yoga/details/?zone=Europe%2FParis&session={found.pk}")

    def test_place_that_came_free_meanwhile_is_to_be_booked(self, client, session):
        form = hidden_values(client.get(join_page(session)).content.decode())
        free_places()

        answer = client.post(join_page(session), {**form, **DAN, "places": "1"})

        assert answer.status_code == 409
        assert f"/book/yoga/details/?session={session.pk}" in answer.content.decode()
        assert not WaitingEntry.objects.exists()

    def test_session_too_near_is_refused_before_anybody_types(self, client, session, yoga):
        yoga.notice_minutes = 2 * 1440
        yoga.save()

        page = client.get(join_page(session))

        assert page.status_code == 409
        assert 'name="email"' not in page.content.decode()
        assert send(client, session).status_code == 409
        assert not WaitingEntry.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *[("name", value) for value in ("", " \t ", "x" * 151, "a\0b")],
            *[("email", value) for value in ("", "dan", "a\0@client.example")],
            *[("phone", value) for value in ("12", "call me", "\0")],
            *[("places", value) for value in ("x", "-1", "0", "1.5", "4", "9" * 30, "\0")],
            *[("zone", value) for value in ("Moon/Base", "\0")],
            ("website", "https://spam.example"),
        ],
    )
    def test_field_at_fault_is_named(self, client, session, field, value):
        answer = send(client, session, **{field: value})

        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert str(answer.context["form"].errors[field][0]) in answer.content.decode()
        assert not WaitingEntry.objects.exists()

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_not_found_while_the_feature_is_off(self, client, session, method):
        switch_off()

        assert getattr(client, method)(join_page(session), DAN).status_code == 404

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_other_sessions_are_not_found(self, client, session, yoga, lesson, ada, method):
        factories.service(ada, name="Dance", kind="class")
        appointment = factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=5))
        cancelled = scheduled(yoga, days=1)
        actions.cancel_session(session_id=cancelled.pk, now=NOW)

        for path in (
            f"/book/dance/waiting/{session.pk}/",
            f"/book/lesson/waiting/{appointment.session_id}/",
            f"/book/yoga/waiting/{cancelled.pk}/",
            "/book/yoga/waiting/0/",
            f"/book/yoga/waiting/{10**30}/",
        ):
            assert getattr(client, method)(path, DAN).status_code == 404, path
        assert not WaitingEntry.objects.exists()

    def test_needs_the_token_against_forgery(self, session):
        browser = Browser(enforce_csrf_checks=True)

        assert browser.post(join_page(session), DAN).status_code == 403

    def test_too_many_forms_are_told_when_to_come_back(self, client, session, settings):
        settings.RATE_LIMIT_PER_MINUTE = 1

        answers = [client.post(join_page(session), {}).status_code for _time in range(2)]

        assert answers == [422, 429]


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
