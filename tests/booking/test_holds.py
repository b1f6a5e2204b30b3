"""What is kept for somebody for a while is free again at once when the while is over."""

from datetime import timedelta

import pytest

from booking import actions
from booking.errors import BookingClosed, HoldExpired, SessionFull, SlotTaken
from booking.models import Booking, Event, Session
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details, provider, service

pytestmark = pytest.mark.django_db
UNTIL = NOW + timedelta(minutes=10)
INSTANT = timedelta(seconds=1)


def hold(of, *, now=NOW, held_until=UNTIL, **fields):
    fields.setdefault("client", details())
    if not of.is_class:
        fields.setdefault("starts_at", TOMORROW_NOON)
    return actions.hold(service_id=of.pk, now=now, held_until=held_until, **fields)


def hold_places(yoga, places, **fields):
    return hold(yoga, session_id=yoga.sessions.get().pk, places=places, **fields)


def book_places(yoga, places, *, now=NOW):
    return actions.book(
        service_id=yoga.pk,
        session_id=yoga.sessions.get().pk,
        places=places,
        client=details("Dan"),
        now=now,
    )


def test_held_time_is_kept_until_the_hold_runs_out(lesson):
    held = hold(lesson)

    assert (held.state, held.held_until) == (Booking.HELD, UNTIL)
    with pytest.raises(SlotTaken):
        book_one(lesson, client=details("Dan"), now=UNTIL - INSTANT)
    book_one(lesson, client=details("Dan"), now=UNTIL)
    held.refresh_from_db()
    assert held.state == Booking.EXPIRED
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [
        Event.HELD,
        Event.EXPIRED,
        Event.BOOKED,
    ]


def test_class_can_be_scheduled_over_a_hold_that_has_run_out(lesson, ada):
    factories.enable("classes")
    yoga = service(ada, name="Yoga", kind="class", capacity=10)
    hold(lesson)
    chosen = {"service_id": yoga.pk, "provider_id": ada.pk, "starts_at": TOMORROW_NOON}

    with pytest.raises(SlotTaken):
        actions.schedule_session(now=NOW, **chosen)
    actions.schedule_session(now=UNTIL, **chosen)


def test_booking_can_be_moved_onto_a_hold_that_has_run_out(lesson):
    booking = book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=3))
    hold(lesson, client=details("Dan"))
    wish = {"booking_id": booking.pk, "starts_at": TOMORROW_NOON}

    with pytest.raises(SlotTaken):
        actions.reschedule(now=NOW, **wish)
    moved = actions.reschedule(now=UNTIL, **wish)

    assert moved.session.starts_at == TOMORROW_NOON


def test_held_places_are_kept_until_the_hold_runs_out(yoga):
    hold_places(yoga, 8)

    with pytest.raises(SessionFull):
        book_places(yoga, 3)
    book_places(yoga, 3, now=UNTIL)

    assert yoga.sessions.get().seats_taken == 3


def test_confirmed_hold_is_a_booking(lesson):
    held = hold(lesson)

    booking = actions.confirm(booking_id=held.pk, now=UNTIL - INSTANT)

    assert (booking.state, booking.held_until) == (Booking.CONFIRMED, None)
    assert Event.objects.filter(kind=Event.BOOKED, booking=booking).count() == 1
    with pytest.raises(SlotTaken):
        book_one(lesson, client=details("Dan"), now=UNTIL)


def test_confirmed_hold_waits_for_approval_where_that_is_asked_for(ada):
    held = hold(service(ada, needs_approval=True))

    booking = actions.confirm(booking_id=held.pk, now=NOW)

    assert booking.state == Booking.PENDING
    assert Event.objects.filter(kind=Event.REQUESTED).count() == 1


def test_hold_that_has_run_out_is_not_confirmed(lesson):
    held = hold(lesson)

    with pytest.raises(HoldExpired):
        actions.confirm(booking_id=held.pk, now=UNTIL)
    actions.expire_overdue(now=UNTIL)
    with pytest.raises(HoldExpired):
        actions.confirm(booking_id=held.pk, now=UNTIL)


def test_what_is_no_hold_is_not_confirmed(lesson):
    booking = book_one(lesson)

    with pytest.raises(BookingClosed):
        actions.confirm(booking_id=booking.pk, now=NOW)


def test_hold_that_has_run_out_is_not_changed(lesson):
    held = hold(lesson)
    later = TOMORROW_NOON + timedelta(hours=1)

    with pytest.raises(BookingClosed):
        actions.cancel(booking_id=held.pk, now=UNTIL)
    with pytest.raises(BookingClosed):
        actions.reschedule(booking_id=held.pk, starts_at=later, now=UNTIL)


def test_sweep_lets_holds_that_have_run_out_expire(lesson, yoga):
    hold(lesson, starts_at=TOMORROW_NOON + timedelta(hours=3))
    hold_places(yoga, 4)
    hold(lesson, starts_at=TOMORROW_NOON + timedelta(hours=5), held_until=UNTIL + INSTANT)

    assert actions.expire_overdue(now=UNTIL) == 2

    states = Booking.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["expired", "expired", "held"]
    assert yoga.sessions.get().seats_taken == 0
    assert Session.objects.active().count() == 2


def test_hold_of_another_provider_is_left_alone(lesson, ada):
    bens = service(provider("Ben"), name="Bens")
    held = hold(bens)

    book_one(lesson, now=UNTIL)

    held.refresh_from_db()
    assert held.state == Booking.HELD
