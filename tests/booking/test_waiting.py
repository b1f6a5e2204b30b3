"""Places that come free in a full class go to those who wait for them, in turn."""

from datetime import timedelta

import pytest

from booking import actions
from booking.errors import (
    AlreadyWaiting,
    FeatureRefused,
    NotBookable,
    PlacesLeft,
    SessionFull,
    SlotNotOffered,
    WrongValue,
)
from booking.models import Booking, Event, WaitingEntry
from tests import factories
from tests.factories import NOW, book_one, details

pytestmark = pytest.mark.django_db
OFFER = timedelta(minutes=120)


@pytest.fixture
def session(yoga):
    """A session whose ten places Cleo has taken."""
    factories.enable("waiting-list")
    session = yoga.sessions.get()
    book(session, "Cleo", 4)
    book(session, "Gil", 6)
    return session


def book(session, name, places=1, *, now=NOW):
    return actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        places=places,
        client=details(name),
        now=now,
    )


def wait(session, name, places=1, *, now=NOW):
    return actions.join_waiting_list(
        session_id=session.pk, client=details(name), places=places, now=now
    )


def cancel(name, *, now=NOW):
    booking = Booking.objects.taking_seats().get(client__name=name)
    return actions.cancel(booking_id=booking.pk, now=now)


def offers():
    """Who holds an offer, with its places and end."""
    held = Booking.objects.filter(state=Booking.HELD).order_by("pk")
    return list(held.values_list("client__name", "seats", "held_until"))


def test_place_that_comes_free_is_offered_to_who_came_first(session):
    wait(session, "Dan", 2)
    wait(session, "Eve", 2)
    wait(session, "Fay", 1)

    cancel("Cleo")

    assert offers() == [("Dan", 2, NOW + OFFER), ("Eve", 2, NOW + OFFER)]
    session.refresh_from_db()
    assert session.seats_taken == 10
    event = Event.objects.filter(kind=Event.HELD).first()
    assert event.details == {"offered_to": WaitingEntry.objects.get(client__name="Dan").pk}


def test_who_wants_more_than_is_free_is_passed_over(session):
    wait(session, "Dan", 5)
    wait(session, "Eve", 3)

    cancel("Cleo")

    assert offers() == [("Eve", 3, NOW + OFFER)]
    assert WaitingEntry.objects.get(client__name="Dan").state == WaitingEntry.WAITING


def test_offer_is_taken_by_confirming_it(session):
    entry = wait(session, "Dan", 4)
    cancel("Cleo")
    entry.refresh_from_db()

    booking = actions.confirm(booking_id=entry.booking_id, now=NOW)

    assert booking.state == Booking.CONFIRMED


def test_offer_that_runs_out_goes_to_the_next(session):
    wait(session, "Dan", 4)
    wait(session, "Eve", 4)
    cancel("Cleo")

    actions.expire_overdue(now=NOW + OFFER)

    assert offers() == [("Eve", 4, NOW + 2 * OFFER)]


def test_offer_that_runs_out_goes_to_the_next_before_anybody_who_just_came(session):
    wait(session, "Dan", 4)
    wait(session, "Eve", 4)
    cancel("Cleo")

    with pytest.raises(SessionFull):
        book(session, "Hugo", now=NOW + OFFER)
    actions.expire_overdue(now=NOW + OFFER)

    assert offers() == [("Eve", 4, NOW + 2 * OFFER)]


def test_offer_that_is_declined_goes_to_the_next(session):
    wait(session, "Dan", 4)
    wait(session, "Eve", 4)
    cancel("Cleo")

    cancel("Dan")

    assert offers() == [("Eve", 4, NOW + OFFER)]


def test_more_places_are_offered(session):
    wait(session, "Dan", 2)

    actions.set_capacity(session_id=session.pk, capacity=12, now=NOW)

    assert offers() == [("Dan", 2, NOW + OFFER)]


def test_place_left_for_another_session_is_offered(session, yoga):
    wait(session, "Dan", 4)
    other = actions.schedule_session(
        service_id=yoga.pk,
        provider_id=session.provider_id,
        starts_at=session.starts_at + timedelta(days=1),
        now=NOW,
    )
    booking = Booking.objects.get(client__name="Cleo")

    actions.reschedule(booking_id=booking.pk, session_id=other.pk, now=NOW)

    assert offers() == [("Dan", 4, NOW + OFFER)]


@pytest.mark.parametrize(("minutes", "count"), [(15, 1), (14, 0)])
def test_offer_nobody_could_answer_in_time_is_not_made(session, minutes, count):
    wait(session, "Dan")
    now = session.starts_at - timedelta(minutes=minutes)

    cancel("Cleo", now=now)

    assert [until for _name, _seats, until in offers()] == [session.starts_at] * count


def test_nothing_is_offered_while_the_feature_is_off(session):
    wait(session, "Dan")
    actions.set_feature(key="waiting-list", on=False, now=NOW)

    cancel("Cleo")

    assert offers() == []
    with pytest.raises(NotBookable):
        wait(session, "Eve")


def test_waiting_list_needs_classes(session):
    with pytest.raises(FeatureRefused):
        actions.set_feature(key="classes", on=False, now=NOW)


def test_who_left_is_offered_nothing(session):
    entry = wait(session, "Dan")

    actions.leave_waiting_list(entry_id=entry.pk, now=NOW)
    cancel("Cleo")

    assert offers() == []


def test_who_joined_and_left_is_recorded_of_the_session(session):
    boss = factories.staff()
    gone, removed = wait(session, "Dan"), wait(session, "Eve")
    taken = wait(session, "Fay", 2)

    actions.leave_waiting_list(entry_id=gone.pk, now=NOW)
    actions.leave_waiting_list(entry_id=gone.pk, now=NOW)
    actions.leave_waiting_list(entry_id=removed.pk, actor=boss, now=NOW)
    actions.set_capacity(session_id=session.pk, capacity=11, now=NOW)
    book(session, "Fay")

    found = Event.objects.filter(kind__startswith="waiting", booking=None, session=session)
    rows = [(row.kind, row.details["client"], row.actor) for row in found.order_by("pk")]
    assert rows == [
        (Event.WAITING_JOINED, "Dan", None),
        (Event.WAITING_JOINED, "Eve", None),
        (Event.WAITING_JOINED, "Fay", None),
        (Event.WAITING_LEFT, "Dan", None),
        (Event.WAITING_LEFT, "Eve", boss),
        (Event.WAITING_LEFT, "Fay", None),
    ]
    assert found.last().details["entry"] == taken.pk


def test_nobody_waits_for_a_cancelled_session(session):
    entry = wait(session, "Dan")

    actions.cancel_session(session_id=session.pk, now=NOW)

    entry.refresh_from_db()
    assert (entry.state, offers()) == (WaitingEntry.LEFT, [])
    with pytest.raises(NotBookable):
        wait(session, "Eve")


def test_nobody_waits_twice(session):
    wait(session, "Dan")

    with pytest.raises(AlreadyWaiting):
        wait(session, "dan")


def test_nobody_waits_for_places_that_are_free(session):
    cancel("Cleo")

    wait(session, "Dan", 5)
    with pytest.raises(PlacesLeft):
        wait(session, "Eve", 4)


@pytest.mark.parametrize("places", [0, -1, 11, 10**6])
def test_impossible_places_are_refused(session, places):
    with pytest.raises(WrongValue) as refusal:
        wait(session, "Dan", places)

    assert refusal.value.field == "places"


def test_session_that_can_no_longer_be_booked_has_no_waiting_list(session):
    with pytest.raises(SlotNotOffered):
        wait(session, "Dan", now=session.starts_at + timedelta(minutes=1))


def test_appointment_has_no_waiting_list(session, lesson):
    booking = book_one(lesson, starts_at=session.starts_at + timedelta(hours=5))

    with pytest.raises(NotBookable):
        wait(booking.session, "Dan")
