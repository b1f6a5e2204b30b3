"""Bookings that staff approve: they keep their time while they wait."""

from datetime import timedelta

import pytest

from booking import actions
from booking.errors import BookingClosed, SlotTaken
from booking.models import Booking, Event, Session
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details, service

pytestmark = pytest.mark.django_db
LATER = TOMORROW_NOON + timedelta(hours=2)


@pytest.fixture
def boss():
    return factories.staff()


@pytest.fixture
def careful(ada):
    """A lesson whose bookings staff approve."""
    return service(ada, needs_approval=True)


@pytest.fixture
def asked(careful):
    return book_one(careful)


def kinds():
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_booking_of_a_client_waits_for_approval_and_keeps_the_time(asked, careful):
    assert (asked.state, asked.revision) == (Booking.PENDING, 1)
    assert kinds() == [Event.REQUESTED]
    with pytest.raises(SlotTaken):
        book_one(careful, client=details("Dan"))


def test_booking_of_staff_needs_no_approval(careful, boss):
    booking = book_one(careful, actor=boss)

    assert booking.state == Booking.CONFIRMED
    assert kinds() == [Event.BOOKED]


def test_approved_booking_is_confirmed(asked, boss):
    booking = actions.approve(booking_id=asked.pk, now=NOW, actor=boss)

    assert (booking.state, booking.revision) == (Booking.CONFIRMED, 2)
    event = Event.objects.get(kind=Event.APPROVED)
    assert (event.booking, event.actor) == (booking, boss)


def test_declined_booking_frees_its_time_and_says_why(asked, careful, boss):
    booking = actions.decline(booking_id=asked.pk, now=NOW, actor=boss, reason="Fully booked.")

    assert (booking.state, booking.cancel_reason) == (Booking.DECLINED, "Fully booked.")
    assert Event.objects.get(kind=Event.DECLINED).details == {"reason": "Fully booked."}
    book_one(careful, client=details("Dan"))


def test_declined_places_are_given_back(yoga, boss):
    yoga.needs_approval = True
    yoga.save()
    session = yoga.sessions.get()
    booking = actions.book(
        service_id=yoga.pk, session_id=session.pk, places=3, client=details(), now=NOW
    )

    actions.decline(booking_id=booking.pk, now=NOW, actor=boss)

    session.refresh_from_db()
    assert (session.status, session.seats_taken) == (Session.ACTIVE, 0)


@pytest.mark.parametrize("answer", [actions.approve, actions.decline])
def test_only_a_waiting_booking_is_answered(lesson, boss, answer):
    confirmed = book_one(lesson)

    with pytest.raises(BookingClosed):
        answer(booking_id=confirmed.pk, now=NOW, actor=boss)


@pytest.mark.parametrize("answer", [actions.approve, actions.decline])
def test_booking_whose_time_is_over_is_not_answered(asked, boss, answer):
    with pytest.raises(BookingClosed):
        answer(booking_id=asked.pk, now=asked.session.ends_at, actor=boss)


def test_client_may_cancel_while_waiting(asked, careful):
    actions.cancel(booking_id=asked.pk, now=NOW)

    assert Event.objects.get(kind=Event.CANCELLED).details["was_state"] == "pending"
    book_one(careful, client=details("Dan"))


def test_booking_moved_by_its_client_waits_again(asked, boss):
    actions.approve(booking_id=asked.pk, now=NOW, actor=boss)

    moved = actions.reschedule(booking_id=asked.pk, starts_at=LATER, now=NOW)

    assert moved.state == Booking.PENDING
    assert Event.objects.get(kind=Event.RESCHEDULED).details["awaits_approval"] is True


def test_booking_moved_by_staff_stays_approved(asked, boss):
    actions.approve(booking_id=asked.pk, now=NOW, actor=boss)

    moved = actions.reschedule(booking_id=asked.pk, starts_at=LATER, now=NOW, actor=boss)

    assert moved.state == Booking.CONFIRMED
    assert "awaits_approval" not in Event.objects.get(kind=Event.RESCHEDULED).details


def test_request_nobody_answered_expires_at_its_start(asked):
    start = asked.session.starts_at

    assert actions.expire_overdue(now=start - timedelta(seconds=1)) == 0
    assert actions.expire_overdue(now=start) == 1
    assert actions.expire_overdue(now=start) == 0

    asked.refresh_from_db()
    assert (asked.state, asked.session.status) == (Booking.EXPIRED, Session.CANCELLED)
    assert Event.objects.get(kind=Event.EXPIRED).details == {"was_state": "pending"}
