"""What the pages say of a booking that is held, waits, was declined, expired or was cancelled."""

from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar

from booking import actions
from booking.models import Booking
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.site.conftest import hidden_values
from web.site.accounts import proven_user

pytestmark = pytest.mark.django_db

IN_AN_HOUR = NOW + timedelta(hours=1)


@pytest.fixture
def staff(company):
    return factories.staff()


@pytest.fixture
def asked(ada):
    """A booking that waits for approval."""
    return factories.book_one(factories.service(ada, name="Talk", needs_approval=True))


@pytest.fixture
def held(lesson):
    return actions.hold(
        service_id=lesson.pk,
        starts_at=TOMORROW_NOON,
        held_until=IN_AN_HOUR,
        client=factories.details(),
        now=NOW,
    )


def page_of(booking, rest=""):
    return f"/b/{booking.manage_token}/{rest}"


def read(client, booking):
    return client.get(page_of(booking)).content.decode()


def tabs_showing(client, booking) -> list[str]:
    client.force_login(proven_user("cleo@client.example"))
    pages = {
        tab: client.get(f"/my-bookings/?show={tab}") for tab in ("upcoming", "past", "cancelled")
    }
    return [tab for tab, page in pages.items() if booking.code in page.content.decode()]


def my_bookings(client, tab="upcoming"):
    client.force_login(proven_user("cleo@client.example"))
    return client.get(f"/my-bookings/?show={tab}").content.decode()


class TestWaiting:
    def test_details_say_beforehand_that_staff_approve(self, client, ada):
        factories.service(ada, name="Talk", needs_approval=True)

        asked = client.get("/book/talk/details/?starts_at=2026-11-24T10:00Z").content.decode()

        assert "We look at each booking before it is confirmed." in asked
        assert ">Ask for this time</button>" in asked
        assert ">Book</button>" not in asked

    def test_details_of_other_services_say_nothing_of_it(self, client, lesson):
        page = client.get("/book/lesson/details/?starts_at=2026-11-24T10:00Z").content.decode()

        assert "before it is confirmed" not in page
        assert ">Book</button>" in page

    def test_asking_through_the_form_leads_to_a_waiting_booking(self, client, ada):
        factories.service(ada, name="Talk", needs_approval=True)
        page = client.get("/book/talk/details/?starts_at=2026-11-24T10:00Z").content.decode()
        form = {**hidden_values(page), "name": "Cleo", "email": "cleo@client.example"}

        shown = client.post("/book/talk/details/", form, follow=True).content.decode()

        assert Booking.objects.get().state == "pending"
        assert "Waiting for approval" in shown

    def test_page_says_what_comes_next(self, client, asked):
        page = read(client, asked)

        assert "We keep this time for you." in page
        assert "You will hear from us at cleo@client.example." in page
        assert page_of(asked, "reschedule/") in page
        assert page_of(asked, "cancel/") in page
        assert "calendar.ics" not in page

    def test_stands_among_the_upcoming(self, client, asked):
        assert tabs_showing(client, asked) == ["upcoming"]
        assert "Waiting for approval" in my_bookings(client)

    def test_calendar_file_is_tentative(self, client, asked):
        file = client.get(page_of(asked, "calendar.ics")).content

        assert Calendar.from_ical(file).walk("VEVENT")[0]["STATUS"] == "TENTATIVE"

    def test_approved_one_is_booked(self, client, asked, staff):
        actions.approve(booking_id=asked.pk, now=NOW, actor=staff)

        page = read(client, asked)

        assert "You are booked" in page
        assert "calendar.ics" in page

    def test_moving_an_approved_one_says_that_it_waits_again(self, client, asked, staff):
        actions.approve(booking_id=asked.pk, now=NOW, actor=staff)
        later = (TOMORROW_NOON + timedelta(hours=1)).isoformat()

        asked_first = client.get(page_of(asked, "reschedule/"), {"starts_at": later})
        form = hidden_values(asked_first.content.decode())
        moved = client.post(page_of(asked, "reschedule/"), form, follow=True).content.decode()

        assert "The new time must be approved again." in asked_first.content.decode()
        assert "The new time waits for approval; you will hear from us." in moved
        assert "Waiting for approval" in moved

    def test_moving_one_that_needs_no_approval_says_nothing_of_it(self, client, booked):
        later = (TOMORROW_NOON + timedelta(hours=1)).isoformat()

        asked = client.get(page_of(booked, "reschedule/"), {"starts_at": later}).content.decode()

        assert "approved again" not in asked


class TestHeld:
    def test_page_says_until_when_and_confirms(self, client, held):
        page = read(client, held)
        answer = client.post(page_of(held, "confirm/"), follow=True).content.decode()

        held.refresh_from_db()
        assert "Held for you until Monday, 23 November 2026, 10:00 (Kyiv, UTC+2)" in page
        assert ">Confirm the booking</button>" in page
        assert "calendar.ics" not in page
        assert held.state == "confirmed"
        assert "You are booked" in answer

    def test_stands_among_the_upcoming_while_it_is_held(self, client, held):
        assert tabs_showing(client, held) == ["upcoming"]
        assert "Held for you until" in my_bookings(client)

    def test_lapsed_one_is_shown_as_expired_before_anybody_swept(self, client, held):
        with time_machine.travel(IN_AN_HOUR, tick=False):
            page = read(client, held)
            tabs = tabs_showing(client, held)

        assert "Your booking has expired" in page
        assert "confirm/" not in page
        assert page_of(held, "cancel/") not in page
        assert f'href="/book/lesson/?provider={held.session.provider_id}"' in page
        assert tabs == ["cancelled"]

    def test_lapsed_one_cannot_be_confirmed(self, client, held):
        with time_machine.travel(IN_AN_HOUR, tick=False):
            answer = client.post(page_of(held, "confirm/"))

        assert answer.status_code == 409
        assert "no longer held for you" in answer.content.decode()

    @pytest.mark.parametrize("rest", ["cancel/", "reschedule/"])
    def test_lapsed_one_leads_back_from_its_forms(self, client, held, rest):
        with time_machine.travel(IN_AN_HOUR, tick=False):
            asked = client.get(page_of(held, rest))
            sent = client.post(
                page_of(held, rest), {"starts_at": "2026-11-25T10:00Z", "revision": held.revision}
            )

        assert (asked.status_code, asked["Location"]) == (302, page_of(held))
        assert sent.status_code == 409

    def test_confirming_needs_a_form_and_the_link(self, client, held):
        assert client.get(page_of(held, "confirm/")).status_code == 405
        assert client.post("/b/x/confirm/").status_code == 404
        held.refresh_from_db()
        assert held.state == "held"

    def test_confirming_what_is_confirmed_is_refused(self, client, booked):
        answer = client.post(page_of(booked, "confirm/"))

        assert answer.status_code == 409
        assert "You are booked" in answer.content.decode()


class TestEnded:
    def test_declined_one_gives_the_reason_and_a_way_on(self, client, asked, staff):
        actions.decline(booking_id=asked.pk, now=NOW, actor=staff, reason="We are full.")

        page = read(client, asked)

        assert "Your booking was declined" in page
        assert "We are full." in page
        assert f'href="/book/talk/?provider={asked.session.provider_id}"' in page
        assert "mailto:hello@kyiv-yoga.example" in page
        assert page_of(asked, "cancel/") not in page

    def test_declined_one_stands_among_the_cancelled(self, client, asked, staff):
        actions.decline(booking_id=asked.pk, now=NOW, actor=staff, reason="We are full.")

        assert tabs_showing(client, asked) == ["cancelled"]
        assert "Declined" in my_bookings(client, "cancelled")
        assert "We are full." in my_bookings(client, "cancelled")

    def test_request_nobody_answered_has_expired(self, client, asked):
        actions.expire_overdue(now=TOMORROW_NOON)

        page = read(client, asked)

        assert "Your booking has expired" in page
        assert "It was not approved in time." in page
        assert tabs_showing(client, asked) == ["cancelled"]

    def test_cancelled_by_staff_says_whose_doing_it_was_and_why(self, client, booked, staff):
        actions.cancel(booking_id=booked.pk, now=NOW, actor=staff, reason="Ada is ill.")

        page = read(client, booked)

        assert "We had to cancel this booking" in page
        assert "Ada is ill." in page
        assert "mailto:hello@kyiv-yoga.example" in page

    def test_cancelled_by_the_client_says_so_plainly(self, client, booked):
        actions.cancel(booking_id=booked.pk, now=NOW, reason="I am ill.")

        page = read(client, booked)

        assert "This booking is cancelled" in page
        assert "We had to" not in page

    def test_service_no_longer_given_is_not_offered_again(self, client, booked, lesson):
        actions.cancel(booking_id=booked.pk, now=NOW)
        lesson.is_active = False
        lesson.save()

        assert 'href="/book/lesson/"' not in read(client, booked)
