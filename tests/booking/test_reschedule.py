"""Moving a booking: another time, another provider, another session of a class."""

from datetime import timedelta

import pytest

from booking import actions
from booking.errors import (
    BookingClosed,
    NotBookable,
    Outdated,
    SessionFull,
    SlotNotOffered,
    SlotTaken,
    TooLate,
)
from booking.models import Event, Session
from booking.slots import Refusal
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details, provider, service

pytestmark = pytest.mark.django_db

LATER = TOMORROW_NOON + timedelta(hours=2)


@pytest.fixture
def booking(lesson):
    return book_one(lesson)


def move(booking, **fields):
    fields.setdefault("now", NOW)
    return actions.reschedule(booking_id=booking.pk, **fields)


def moves():
    return Event.objects.filter(kind=Event.RESCHEDULED)


def test_moved_booking_keeps_session_length_and_links(booking):
    before = booking.session

    moved = move(booking, starts_at=LATER)

    after = Session.objects.get()
    assert (after.pk, after.starts_at, after.duration) == (before.pk, LATER, before.duration)
    assert after.host_token == before.host_token
    assert (moved.join_token, moved.manage_token) == (booking.join_token, booking.manage_token)
    assert (moved.revision, after.revision) == (2, 2)


def test_moved_session_takes_its_own_buffers_along(ada):
    lesson = service(ada, buffer_before_minutes=10, buffer_after_minutes=20)
    booking = book_one(lesson)
    lesson.buffer_before_minutes = lesson.buffer_after_minutes = 0
    lesson.save()

    session = move(booking, starts_at=LATER).session

    assert session.starts_at - session.occupied_from == timedelta(minutes=10)
    assert session.occupied_until - session.ends_at == timedelta(minutes=20)


def test_move_is_recorded_with_what_was_before(booking, ada):
    boss = factories.staff()

    move(booking, starts_at=LATER, actor=boss)

    event = moves().get()
    assert (event.booking, event.actor, event.occurred_at) == (booking, boss, NOW)
    assert event.details == {
        "was": {
            "session": booking.session_id,
            "starts_at": TOMORROW_NOON.isoformat(),
            "ends_at": (TOMORROW_NOON + timedelta(minutes=30)).isoformat(),
            "provider": ada.pk,
        }
    }


def test_booking_may_overlap_its_own_former_time(booking):
    assert move(booking, starts_at=TOMORROW_NOON + timedelta(minutes=5)).revision == 2


def test_other_provider_gets_another_host_link(booking, lesson):
    ben = provider("Ben")
    lesson.providers.add(ben)

    moved = move(booking, starts_at=TOMORROW_NOON, provider_id=ben.pk)

    assert moved.session.provider == ben
    assert moved.session.host_token != booking.session.host_token
    assert moved.join_token == booking.join_token


def test_move_to_where_it_is_changes_nothing_and_tells_nobody(booking, ada):
    moved = move(booking, starts_at=TOMORROW_NOON, provider_id=ada.pk)

    assert (moved.revision, moved.session.revision) == (1, 1)
    assert not moves().exists()


def test_move_onto_another_booking_is_refused(booking, lesson):
    book_one(lesson, starts_at=LATER)

    with pytest.raises(SlotTaken):
        move(booking, starts_at=LATER - timedelta(minutes=5))

    booking.session.refresh_from_db()
    assert booking.session.starts_at == TOMORROW_NOON
    assert not moves().exists()


def test_move_to_a_time_that_is_not_offered_is_refused(booking):
    with pytest.raises(SlotNotOffered) as refusal:
        move(booking, starts_at=LATER + timedelta(minutes=1))

    assert refusal.value.reason == Refusal.OFF_GRID


def test_move_to_a_provider_who_does_not_give_the_service_is_refused(booking):
    with pytest.raises(NotBookable):
        move(booking, starts_at=LATER, provider_id=provider("Ben").pk)


def test_appointment_needs_a_time_to_move_to(booking):
    with pytest.raises(NotBookable):
        move(booking)


def test_move_on_the_strength_of_an_older_state_is_refused(booking):
    move(booking, starts_at=LATER, expected_revision=1)

    with pytest.raises(Outdated):
        move(booking, starts_at=TOMORROW_NOON, expected_revision=1)


def test_cancelled_booking_is_not_moved(booking):
    actions.cancel(booking_id=booking.pk, now=NOW)

    with pytest.raises(BookingClosed):
        move(booking, starts_at=LATER)


def test_booking_that_is_over_is_not_moved_by_staff_either(booking):
    with pytest.raises(BookingClosed):
        move(booking, starts_at=LATER, now=booking.session.ends_at, actor=factories.staff())


def test_client_moves_until_the_companys_time_and_staff_after_it(booking):
    factories.company(reschedule_until_minutes=60)
    too_late = TOMORROW_NOON - timedelta(minutes=60)

    with pytest.raises(TooLate):
        move(booking, starts_at=LATER, now=too_late)
    moved = move(booking, starts_at=LATER, now=too_late - timedelta(seconds=1))
    assert moved.session.starts_at == LATER
    again = move(booking, starts_at=TOMORROW_NOON, now=too_late, actor=factories.staff())
    assert again.session.starts_at == TOMORROW_NOON


# --- Seats of a class --------------------------------------------------------


@pytest.fixture
def later_yoga(yoga, ada):
    return actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=LATER, now=NOW
    )


@pytest.fixture
def seats(yoga):
    """Three places in the session at noon."""
    noon = yoga.sessions.get(starts_at=TOMORROW_NOON)
    return actions.book(service_id=yoga.pk, session_id=noon.pk, places=3, client=details(), now=NOW)


def taken(*sessions):
    return [Session.objects.get(pk=session.pk).seats_taken for session in sessions]


def test_moved_places_are_given_back_and_taken(seats, later_yoga):
    noon = seats.session

    moved = move(seats, session_id=later_yoga.pk)

    assert moved.session == later_yoga
    assert taken(noon, later_yoga) == [0, 3]
    assert moves().get().details["was"]["session"] == noon.pk
    assert moved.revision == 2


def test_places_do_not_move_into_a_full_session(seats, later_yoga, yoga):
    actions.book(
        service_id=yoga.pk, session_id=later_yoga.pk, places=8, client=details("Dan"), now=NOW
    )

    with pytest.raises(SessionFull):
        move(seats, session_id=later_yoga.pk)

    assert taken(seats.session, later_yoga) == [3, 8]


def test_places_do_not_move_to_another_class(seats, ada):
    pilates = service(ada, name="Pilates", kind="class", capacity=5)
    other = actions.schedule_session(
        service_id=pilates.pk, provider_id=ada.pk, starts_at=LATER, now=NOW
    )

    with pytest.raises(NotBookable):
        move(seats, session_id=other.pk)


def test_places_moved_to_their_own_session_stay_untouched(seats):
    moved = move(seats, session_id=seats.session_id)

    assert moved.revision == 1
    assert taken(seats.session) == [3]


def test_class_is_not_moved_by_a_time(seats):
    with pytest.raises(NotBookable):
        move(seats, starts_at=LATER)


@pytest.mark.parametrize("session_id", [0, -1, 2**63, 10**30])
def test_place_is_not_moved_to_what_is_no_session(yoga, session_id):
    booking = actions.book(
        service_id=yoga.pk, session_id=yoga.sessions.get().pk, client=details(), now=NOW
    )

    with pytest.raises(NotBookable):
        actions.reschedule(booking_id=booking.pk, session_id=session_id, now=NOW)
