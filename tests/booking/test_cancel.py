"""Cancelling a booking or a whole session, and what that frees."""

from datetime import timedelta

import pytest
from django.conf import settings

from booking import actions
from booking.errors import BookingClosed, NotBookable, SlotTaken, TooLate
from booking.models import Booking, Event, Session
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details, provider, service

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(lesson):
    return book_one(lesson)


def cancel(booking, **fields):
    fields.setdefault("now", NOW)
    return actions.cancel(booking_id=booking.pk, **fields)


def book_places(yoga, name, places):
    return actions.book(
        service_id=yoga.pk,
        session_id=yoga.sessions.get().pk,
        places=places,
        client=details(name),
        now=NOW,
    )


# --- One booking -------------------------------------------------------------


def test_cancelled_appointment_frees_its_time(booking, lesson):
    cancelled = cancel(booking, reason="ill")

    session = Session.objects.get()
    assert (cancelled.state, cancelled.cancelled_at, cancelled.cancel_reason) == (
        "cancelled",
        NOW,
        "ill",
    )
    assert (cancelled.revision, session.revision) == (2, 2)
    assert (session.status, session.seats_taken) == ("cancelled", 0)
    assert book_one(lesson, client=details("Dan")).is_confirmed


def test_cancellation_is_recorded(booking):
    boss = factories.staff()

    cancel(booking, reason="ill", actor=boss)

    event = Event.objects.get(kind=Event.CANCELLED)
    assert (event.booking, event.session, event.actor) == (booking, booking.session, boss)
    assert event.details == {"reason": "ill", "was_state": "confirmed"}


def test_cancelled_place_of_a_class_leaves_the_others(yoga):
    first, _second = book_places(yoga, "Cleo", 3), book_places(yoga, "Dan", 2)

    cancel(first)

    session = yoga.sessions.get()
    assert (session.status, session.seats_taken) == ("active", 2)


def test_cancelling_twice_is_refused_and_frees_nothing_twice(yoga):
    first, _second = book_places(yoga, "Cleo", 3), book_places(yoga, "Dan", 2)
    cancel(first)

    with pytest.raises(BookingClosed):
        cancel(first)

    assert yoga.sessions.get().seats_taken == 2
    assert Event.objects.filter(kind=Event.CANCELLED).count() == 1


def test_client_cancels_until_the_companys_time_and_staff_after_it(booking):
    company = factories.company(cancel_until_minutes=60)
    too_late = TOMORROW_NOON - timedelta(minutes=60)

    assert not actions.may_be_cancelled(booking, company, now=too_late)
    with pytest.raises(TooLate):
        cancel(booking, now=too_late)
    assert actions.may_be_cancelled(booking, company, now=too_late - timedelta(seconds=1))
    assert cancel(booking, now=too_late, actor=factories.staff()).state == "cancelled"


def test_booking_that_is_over_is_not_cancelled(booking):
    with pytest.raises(BookingClosed):
        cancel(booking, now=booking.session.ends_at, actor=factories.staff())


# --- A whole session ---------------------------------------------------------


def test_cancelled_session_cancels_every_booking_each_with_its_event(yoga):
    bookings = [book_places(yoga, name, 2) for name in ("Cleo", "Dan", "Eve")]
    cancel(bookings[2])

    [session] = actions.cancel_session(session_id=yoga.sessions.get().pk, now=NOW, reason="flood")

    states = Booking.objects.order_by("pk").values_list("state", "cancel_reason", "revision")
    assert list(states) == [
        ("cancelled", "flood", 2),
        ("cancelled", "flood", 2),
        ("cancelled", "", 2),
    ]
    session.refresh_from_db()
    assert (session.status, session.seats_taken, session.revision) == ("cancelled", 0, 2)
    told = Event.objects.filter(details__reason="flood").order_by("pk")
    assert [(event.kind, event.booking) for event in told] == [
        ("cancelled", bookings[0]),
        ("cancelled", bookings[1]),
        ("session_cancelled", None),
    ]
    assert told.last().details["bookings"] == 2


def test_listeners_of_a_cancelled_session_meet_it_cancelled(yoga, monkeypatch):
    book_places(yoga, "Cleo", 1)
    seen = []
    monkeypatch.setattr(settings, "EVENT_LISTENERS", [f"{__name__}.note"])
    monkeypatch.setitem(NOTES, "seen", seen)

    actions.cancel_session(session_id=yoga.sessions.get().pk, now=NOW)

    assert seen == ["cancelled", "cancelled"]


NOTES: dict[str, list] = {}


def note(event):
    NOTES["seen"].append(Session.objects.get(pk=event.session_id).status)


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(days=2)], ids=["cancelled", "over"])
def test_closed_session_is_not_cancelled(yoga, wait):
    session = yoga.sessions.get()
    if not wait:
        actions.cancel_session(session_id=session.pk, now=NOW)

    with pytest.raises(BookingClosed):
        actions.cancel_session(session_id=session.pk, now=NOW + wait)


# --- Scheduling --------------------------------------------------------------


@pytest.fixture
def yoga_class(company, ada):
    factories.enable("classes")
    return service(ada, name="Yoga", kind="class", capacity=12, buffer_after_minutes=10)


def schedule(of, who, starts_at=TOMORROW_NOON):
    return actions.schedule_session(
        service_id=of.pk, provider_id=who.pk, starts_at=starts_at, now=NOW
    )


def test_scheduled_session_has_the_classs_places_and_buffers(yoga_class, ada):
    session = schedule(yoga_class, ada)

    assert (session.provider, session.capacity, session.seats_taken) == (ada, 12, 0)
    assert session.occupied_until - session.ends_at == timedelta(minutes=10)


def test_session_is_not_scheduled_over_another(yoga_class, ada):
    book_one(service(ada), starts_at=TOMORROW_NOON + timedelta(minutes=35))

    with pytest.raises(SlotTaken):
        schedule(yoga_class, ada)

    assert schedule(yoga_class, ada, TOMORROW_NOON - timedelta(minutes=5)).is_active


def test_only_a_class_is_scheduled_by_who_gives_it_and_ahead(yoga_class, ada):
    for of, who, starts_at in [
        (service(ada), ada, TOMORROW_NOON),
        (yoga_class, provider("Ben"), TOMORROW_NOON),
        (yoga_class, ada, NOW),
    ]:
        with pytest.raises(NotBookable):
            schedule(of, who, starts_at)
    assert not Session.objects.exists()


def test_unknown_service_is_not_scheduled(ada):
    with pytest.raises(NotBookable):
        actions.schedule_session(service_id=0, provider_id=ada.pk, starts_at=NOW, now=NOW)
