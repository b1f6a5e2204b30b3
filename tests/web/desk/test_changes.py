"""Booking, moving and scheduling by the staff's forms; cancelling from the popup."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from booking import actions
from booking.models import Booking, Event, Session
from tests import factories

NEW = "/admin/bookings/new/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def filled(lesson, ada, tomorrow) -> dict[str, object]:
    return {
        "service": lesson.pk,
        "provider": ada.pk,
        "date": tomorrow.date().isoformat(),
        "time": "12:00",
        "name": "Cleo",
        "email": "cleo@client.example",
        "phone": "+380441234567",
        "language": "uk",
        "note": "Knee hurts.",
    }


def test_staff_books_for_a_client(owner, filled, ada, tomorrow):
    answer = owner.post(NEW, filled)

    booking = Booking.objects.get()
    assert answer.url == f"/admin/calendar/?view=day&date={filled['date']}"
    assert (booking.session.starts_at, booking.session.provider) == (tomorrow, ada)
    assert (booking.client.name, booking.note, booking.language) == ("Cleo", "Knee hurts.", "uk")
    assert booking.source == Booking.STAFF
    assert booking.events.get().actor.email == "owner@kyiv-yoga.example"


def test_any_provider_is_found_by_the_server(owner, filled):
    owner.post(NEW, filled | {"provider": ""})

    assert Booking.objects.count() == 1


def test_double_click_books_once(owner, filled):
    key = owner.get(NEW).context["form"]["key"].value()
    other = owner.get(NEW).context["form"]["key"].value()

    for _click in range(2):
        owner.post(NEW, filled | {"provider": "", "key": key})
    assert Booking.objects.count() == 1

    owner.post(NEW, filled | {"provider": "", "key": other})
    assert Booking.objects.count() == 2


def test_taken_time_is_refused_with_everything_typed_still_there(owner, filled, ada, book):
    book(ada, client=factories.details("Dan"))

    answer = owner.post(NEW, filled)

    page = answer.content.decode()
    assert "This time has just been taken." in page
    assert "Knee hurts." in page
    assert "cleo@client.example" in page
    assert Booking.objects.count() == 1


def test_nearest_free_time_is_offered_and_booked_by_its_button(owner, filled, ada, book):
    book(ada, client=factories.details("Dan"))
    nearest = owner.post(NEW, filled).context["nearest"]

    owner.post(NEW, filled | {"pick": nearest[0].starts_at.isoformat()})

    assert Booking.objects.get(client__name="Cleo").session.starts_at == nearest[0].starts_at


def test_time_that_comes_twice_is_offered_by_its_offset_and_booked_as_pressed(
    owner, filled, lesson, ada, company
):
    lesson.grid_minutes = lesson.duration_minutes = 60
    lesson.save()
    when = {"date": "2027-10-31", "time": "03:00"}  # the clocks go back at four
    owner.post(NEW, filled | when)

    again = owner.post(NEW, filled | when | {"name": "Dan"})

    second = next(slot for slot in again.context["nearest"] if slot.starts_at.hour == 1)
    assert "Sun, 31 Oct, 03:00 (Kyiv, UTC+2)" in again.content.decode()
    owner.post(NEW, filled | when | {"name": "Dan", "pick": second.starts_at.isoformat()})
    assert Booking.objects.get(client__name="Dan").session.starts_at == second.starts_at


def test_booking_in_the_second_of_two_alike_hours_keeps_its_time(owner, ada, ben, book):
    booking = book(ada, starts_at=datetime(2027, 10, 31, 1, 0, tzinfo=UTC))
    form = owner.get(reverse("desk:booking-move", args=[booking.pk])).context["form"]
    kept = {name: form[name].value() for name in ("date", "time", "fold")}

    move(owner, booking, provider=ben.pk, **kept)

    booking.refresh_from_db()
    assert booking.session.provider == ben
    assert booking.session.starts_at == datetime(2027, 10, 31, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "text"), [("name", ""), ("email", "nobody"), ("phone", "12"), ("time", "25:00")]
)
def test_what_is_missing_or_wrong_is_told_at_its_field(owner, filled, field, text):
    answer = owner.post(NEW, filled | {field: text})

    assert list(answer.context["form"].errors) == [field]
    assert not Booking.objects.exists()


def test_time_that_the_clocks_skip_is_refused(owner, filled):
    answer = owner.post(NEW, filled | {"date": "2027-03-28", "time": "03:30"})

    assert list(answer.context["form"].errors) == ["time"]


def test_click_in_the_calendar_fills_the_form(owner, lesson, ada):
    form = owner.get(NEW, {"provider": ada.pk, "date": "2026-11-25", "time": "14:30"})

    values = {name: form.context["form"][name].value() for name in ("provider", "date", "time")}
    assert values == {"provider": str(ada.pk), "date": "2026-11-25", "time": "14:30"}


def test_form_goes_back_only_to_our_own_pages(owner, filled):
    home = owner.post(NEW, filled | {"next": "/admin/calendar/?view=week&date=2026-11-23"})
    away = owner.post(NEW, filled | {"time": "15:00", "next": "https://evil.example/"})

    assert home.url == "/admin/calendar/?view=week&date=2026-11-23"
    assert away.url.startswith("/admin/calendar/")


def move(browser, booking, **fields):
    address = reverse("desk:booking-move", args=[booking.pk])
    return browser.post(address, {"revision": booking.revision, **fields})


def test_appointment_is_moved_to_another_time_and_provider(owner, ada, ben, book, tomorrow):
    booking = book(ada)

    move(owner, booking, provider=ben.pk, date=tomorrow.date().isoformat(), time="15:00")

    booking.refresh_from_db()
    assert booking.session.starts_at == tomorrow + timedelta(hours=3)
    assert booking.session.provider == ben
    assert booking.events.filter(kind=Event.RESCHEDULED).get().actor is not None


def test_move_to_a_taken_time_is_refused_at_the_form(owner, ada, book, tomorrow):
    booking = book(ada)
    book(ada, starts_at=tomorrow + timedelta(hours=3), client=factories.details("Dan"))

    answer = move(owner, booking, provider=ada.pk, date=tomorrow.date().isoformat(), time="15:00")

    assert "This time has just been taken." in answer.content.decode()
    booking.refresh_from_db()
    assert booking.session.starts_at == tomorrow


def test_move_of_a_booking_that_changed_meanwhile_is_refused(owner, ada, book, tomorrow):
    booking = book(ada)
    stale = Booking.objects.get(pk=booking.pk)
    later = tomorrow + timedelta(hours=1)
    actions.reschedule(booking_id=booking.pk, starts_at=later, now=timezone.now())

    answer = move(owner, stale, provider=ada.pk, date=tomorrow.date().isoformat(), time="15:00")

    assert "This booking has changed meanwhile." in answer.content.decode()


def test_booking_is_cancelled_with_its_reason(owner, ada, book):
    booking = book(ada)

    answer = owner.post(
        reverse("desk:booking-cancel", args=[booking.pk]),
        {"reason": "Ada is ill.", "next": "/admin/calendar/?view=list"},
    )

    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason) == (Booking.CANCELLED, "Ada is ill.")
    assert answer.url == "/admin/calendar/?view=list"


def test_cancelling_twice_says_why_not(owner, ada, book):
    address = reverse("desk:booking-cancel", args=[book(ada).pk])
    owner.post(address)

    page = owner.post(address, follow=True).content.decode()

    assert "This booking can no longer be changed." in page


@pytest.fixture
def yoga(ada):
    factories.enable("classes")
    return factories.service(ada, name="Yoga", kind="class", capacity=2)


@pytest.fixture
def session(yoga, ada, tomorrow) -> Session:
    return actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=tomorrow, now=timezone.now()
    )


def test_class_session_is_scheduled(owner, yoga, ada, tomorrow):
    when = {"date": tomorrow.date().isoformat(), "time": "12:00"}

    owner.post("/admin/sessions/new/", {"service": yoga.pk, "provider": ada.pk, **when})

    assert Session.objects.get().starts_at == tomorrow


def test_class_session_at_a_taken_time_is_refused(owner, yoga, ada, session, tomorrow):
    when = {"date": tomorrow.date().isoformat(), "time": "12:00"}

    answer = owner.post("/admin/sessions/new/", {"service": yoga.pk, "provider": ada.pk, **when})

    assert answer.context["form"].non_field_errors()
    assert Session.objects.count() == 1


def test_client_is_added_to_a_session_until_it_is_full(owner, session):
    address = reverse("desk:session-book", args=[session.pk])
    client = {"name": "Dan", "language": "en", "places": 2}
    owner.post(address, client)

    answer = owner.post(address, client | {"name": "Eve", "places": 1})

    session.refresh_from_db()
    assert session.seats_taken == 2
    assert answer.context["form"].non_field_errors()


@pytest.mark.parametrize(("to", "is_moved"), [("Ada", True), ("Ben", False)])
def test_junior_moves_a_place_to_sessions_of_their_own_only(
    as_ada, session, ben, tomorrow, to, is_moved
):
    session.service.providers.add(ben)
    others = {
        name: actions.schedule_session(
            service_id=session.service_id,
            provider_id=provider.pk,
            starts_at=tomorrow + timedelta(days=1),
            now=timezone.now(),
        )
        for name, provider in [("Ada", session.provider), ("Ben", ben)]
    }
    booking = actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        client=factories.details("Dan"),
        now=timezone.now(),
    )

    form = {"session": others[to].pk, "revision": booking.revision}
    as_ada.post(reverse("desk:booking-move", args=[booking.pk]), form)

    booking.refresh_from_db()
    assert booking.session == (others[to] if is_moved else session)


def test_cancelled_session_takes_its_bookings_with_it(owner, session):
    booking = actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        client=factories.details("Dan"),
        now=timezone.now(),
    )

    owner.post(reverse("desk:session-cancel", args=[session.pk]), {"reason": "No room"})

    booking.refresh_from_db()
    session.refresh_from_db()
    assert (booking.state, session.status) == (Booking.CANCELLED, Session.CANCELLED)
