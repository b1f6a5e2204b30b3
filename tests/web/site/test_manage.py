"""The page of one booking, for whoever holds its link."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from icalendar import Calendar

from booking import actions
from booking.models import Booking
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.site.conftest import hidden_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def online(booked):
    """The booking once its service and provider meet on Zoom."""
    factories.enable("online-meetings")
    user = factories.zoom_user(factories.zoom_connection())
    factories.meets_by_zoom(booked.session.provider, user)
    booked.session.service.is_online_meeting = True
    booked.session.service.save()
    return booked


def page_of(booking, rest=""):
    return f"/b/{booking.manage_token}/{rest}"


def move(client, booking, starts_at, **given):
    fields = {"starts_at": starts_at.isoformat(), "revision": booking.revision, **given}
    return client.post(page_of(booking, "reschedule/"), fields)


def test_page_says_what_is_booked(client, booked):
    page = client.get(page_of(booked)).content.decode()

    assert "You are booked" in page
    assert booked.code in page
    assert "Tuesday, 24 November 2026, 12:00–12:30 (Kyiv, UTC+2)" in page
    assert "Company’s time" not in page
    assert "Open meeting" not in page


def test_page_shows_the_zone_it_was_booked_in_with_the_companys(client, lesson):
    booked = factories.book_one(lesson, client=factories.details(timezone="America/Los_Angeles"))

    page = client.get(page_of(booked)).content.decode()

    assert "Tuesday, 24 November 2026, 02:00–02:30 (Los Angeles, UTC−8)" in page
    assert "Company’s time: Tuesday, 24 November 2026, 12:00–12:30 (Kyiv, UTC+2)" in page


def test_online_booking_has_its_meeting_link(client, online):
    page = client.get(page_of(online)).content.decode()

    assert f"http://localhost:8000/m/{online.join_token}/" in page
    assert "opens at 12:00 (Kyiv, UTC+2)" in page
    assert online.session.host_token not in page


def test_once_begun_the_meeting_is_not_said_to_open_later(client, online):
    with time_machine.travel(online.session.starts_at, tick=False):
        page = client.get(page_of(online)).content.decode()

    assert "Open meeting" in page
    assert "The online meeting opens at" not in page


def test_online_booking_without_a_link_says_how_it_goes_on(client, online):
    online.session.provider.meeting_choice.delete()

    page = client.get(page_of(online)).content.decode()

    assert "Open meeting" not in page
    assert "Your host will tell you how you meet." in page


def test_page_of_an_offline_booking_says_nothing_of_meetings(client, booked):
    page = client.get(page_of(booked)).content.decode()

    assert "how you meet" not in page


def test_cancelled_booking_has_no_meeting_link(client, online):
    actions.cancel(booking_id=online.pk, now=NOW)

    page = client.get(page_of(online)).content.decode()

    assert "This booking is cancelled" in page
    assert online.join_token not in page
    assert "how you meet" not in page


@pytest.mark.parametrize("rest", ["", "cancel/", "reschedule/", "calendar.ics", "calendar/google/"])
def test_foreign_token_is_404(client, booked, rest):
    for token in ("x", "%00", booked.join_token, booked.session.host_token, booked.code):
        assert client.get(f"/b/{token}/{rest}").status_code == 404


@pytest.mark.parametrize("rest", ["", "cancel/", "reschedule/", "calendar.ics", "calendar/google/"])
def test_token_pages_stay_private(client, booked, rest):
    answer = client.get(page_of(booked, rest))

    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("rest", ["", "cancel/", "reschedule/", "calendar.ics", "calendar/google/"])
def test_opening_every_page_changes_nothing(client, booked, rest):
    client.get(page_of(booked, rest))

    booked.refresh_from_db()
    assert (booked.state, booked.revision) == ("confirmed", 1)


def test_page_takes_no_form(client, booked):
    assert client.post(page_of(booked)).status_code == 405


def test_cancel_needs_a_form_and_keeps_the_reason(client, booked):
    answer = client.post(page_of(booked, "cancel/"), {"reason": "I am ill."}, follow=True)

    booked.refresh_from_db()
    assert (booked.state, booked.cancel_reason) == ("cancelled", "I am ill.")
    assert "Your booking is cancelled." in answer.content.decode()


def test_cancel_page_says_once_until_when(client, booked):
    page = client.get(page_of(booked, "cancel/")).content.decode()

    assert page.count("You can cancel or choose another time until") == 1


def test_cancel_twice_is_refused(client, booked):
    client.post(page_of(booked, "cancel/"), {"reason": "first"})

    answer = client.post(page_of(booked, "cancel/"), {"reason": "second"})

    booked.refresh_from_db()
    assert answer.status_code == 409
    assert "can no longer be changed" in answer.content.decode()
    assert booked.cancel_reason == "first"


def test_cancel_too_late_is_refused_and_not_offered(client, company, booked):
    company.cancel_until_minutes = 24 * 60
    company.save()

    with time_machine.travel(TOMORROW_NOON - timedelta(hours=3), tick=False):
        page = client.get(page_of(booked)).content.decode()
        answer = client.post(page_of(booked, "cancel/"), {"reason": ""})

    booked.refresh_from_db()
    assert page_of(booked, "cancel/") not in page
    assert answer.status_code == 409
    assert booked.state == "confirmed"


def test_move_takes_the_new_time(client, booked):
    later = TOMORROW_NOON + timedelta(minutes=15)  # overlaps where it is now

    asked = client.get(page_of(booked, "reschedule/"), {"starts_at": later.isoformat()})
    fields = hidden_values(asked.content.decode())
    answer = client.post(page_of(booked, "reschedule/"), fields, follow=True)

    booked.session.refresh_from_db()
    assert booked.session.starts_at == later
    assert "Your booking is moved." in answer.content.decode()


def test_move_offers_times_of_the_same_provider(client, company):
    ada, ben = factories.provider("Ada"), factories.provider("Ben")
    lesson = factories.service(ada, ben, grid_minutes=60)
    booked = factories.book_one(lesson, provider_id=ada.pk)
    factories.book_one(
        lesson,
        starts_at=TOMORROW_NOON + timedelta(hours=1),
        provider_id=ada.pk,
        client=factories.details("Dan"),
    )

    picker = client.get(page_of(booked, "reschedule/?day=2026-11-24")).context["picker"]

    starts = [time.starts_at for time in picker.times]
    assert TOMORROW_NOON in starts
    assert TOMORROW_NOON + timedelta(hours=1) not in starts


def test_move_to_a_taken_time_names_the_nearest(client, lesson, booked):
    taken = TOMORROW_NOON + timedelta(hours=2)
    factories.book_one(lesson, starts_at=taken, client=factories.details("Dan"))

    answer = move(client, booked, taken)

    booked.session.refresh_from_db()
    assert answer.status_code == 409
    assert len(answer.context["alternatives"]) == 3
    assert booked.session.starts_at == TOMORROW_NOON


@pytest.mark.parametrize("days", [-2, 400])
def test_move_out_of_what_is_offered_is_refused(client, booked, days):
    answer = move(client, booked, TOMORROW_NOON + timedelta(days=days))

    assert answer.status_code == 409


def test_move_on_the_strength_of_an_older_state_is_refused(client, booked):
    move(client, booked, TOMORROW_NOON + timedelta(hours=1))

    answer = move(client, booked, TOMORROW_NOON + timedelta(hours=5))

    assert answer.status_code == 409
    assert "has changed meanwhile" in answer.content.decode()


def test_move_without_a_time_asks_for_one(client, booked):
    answer = client.post(page_of(booked, "reschedule/"), {"revision": 1})

    assert (answer.status_code, answer["Location"]) == (302, page_of(booked, "reschedule/"))


def test_move_of_a_cancelled_booking_leads_back(client, booked):
    actions.cancel(booking_id=booked.pk, now=NOW)

    answer = client.get(page_of(booked, "reschedule/"))

    assert (answer.status_code, answer["Location"]) == (302, page_of(booked))
    assert move(client, booked, TOMORROW_NOON + timedelta(hours=1)).status_code == 409


def test_seat_moves_to_another_session_of_its_class(client, ada):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=2)
    first, second = [
        actions.schedule_session(
            service_id=yoga.pk,
            provider_id=ada.pk,
            starts_at=TOMORROW_NOON + timedelta(days=days),
            now=NOW,
        )
        for days in (0, 1)
    ]
    booked = actions.book(
        service_id=yoga.pk, session_id=first.pk, client=factories.details(), now=NOW
    )

    shown = client.get(page_of(booked, "reschedule/")).context["sessions"]
    asked = client.get(page_of(booked, f"reschedule/?session={second.pk}"))
    client.post(page_of(booked, "reschedule/"), hidden_values(asked.content.decode()))

    assert [time.starts_at for time in shown] == [second.starts_at]
    assert Booking.objects.get().session == second


def test_calendar_file_keeps_its_uid_when_the_booking_moves(client, online):
    def entry():
        answer = client.get(page_of(online, "calendar.ics"))
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        return Calendar.from_ical(answer.content).walk("VEVENT")[0]

    before = entry()
    move(client, online, TOMORROW_NOON + timedelta(hours=1))
    after = entry()

    assert before["UID"] == after["UID"] == f"{online.code}@localhost"
    assert before.decoded("DTSTART") == TOMORROW_NOON
    assert after.decoded("DTSTART") == TOMORROW_NOON + timedelta(hours=1)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert online.join_token in str(after["LOCATION"])
    assert online.session.host_token not in str(after.to_ical())


def test_calendar_file_of_a_cancelled_booking_says_so(client, booked):
    actions.cancel(booking_id=booked.pk, now=NOW)

    file = client.get(page_of(booked, "calendar.ics")).content

    assert Calendar.from_ical(file).walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def test_calendars_on_the_web_are_told_the_entry_of_the_file(client, online):
    address = client.get(page_of(online, "calendar/outlook/"))["Location"]

    told = parse_qs(urlsplit(address).query)
    assert told["subject"] == ["Lesson · Kyiv Yoga"]
    assert told["startdt"] == [f"{TOMORROW_NOON:%Y-%m-%dT%H:%M:%SZ}"]
    assert told["location"][0].endswith(f"/m/{online.join_token}/")
    assert online.code in told["body"][0]
    assert client.get(page_of(online, "calendar/yahoo/")).status_code == 404
