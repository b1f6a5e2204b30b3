"""A hold that needs proof is confirmed by whoever reads its client's mail, or by staff."""

from datetime import timedelta

import pytest

from booking import actions
from booking.actions.proving import MOST_AN_HOUR, MOST_UNPROVED
from booking.errors import (
    BookingClosed,
    HoldExpired,
    ProofNeeded,
    SlotTaken,
    TooManyUnproved,
    WrongValue,
)
from booking.models import Booking, Event, WaitingEntry
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, details

pytestmark = pytest.mark.django_db
UNTIL = NOW + timedelta(minutes=15)


def hold(of, *, at=TOMORROW_NOON, **fields):
    wish = {"client": details(), "now": NOW, "held_until": UNTIL, "needs_proof": True, **fields}
    if not of.is_class:
        wish["starts_at"] = at
    return actions.hold(service_id=of.pk, **wish)


@pytest.fixture
def held(lesson):
    return hold(lesson)


def test_proof_makes_a_hold_a_booking_once(held):
    proof = held.proof_token
    wish = {"booking_id": held.pk, "now": UNTIL - timedelta(seconds=1)}

    booking = actions.confirm(proof=proof, **wish)

    assert (booking.state, booking.proof_token) == (Booking.CONFIRMED, None)
    assert len(proof) == 22
    with pytest.raises(BookingClosed):
        actions.confirm(proof=proof, **wish)
    assert Event.objects.filter(kind=Event.BOOKED).count() == 1


@pytest.mark.parametrize("proof", [None, "", "x" * 22, "ї", "manage_token"])
def test_without_its_proof_a_hold_is_not_confirmed(held, proof):
    proof = held.manage_token if proof == "manage_token" else proof

    with pytest.raises(ProofNeeded):
        actions.confirm(booking_id=held.pk, proof=proof, now=NOW)

    held.refresh_from_db()
    assert held.state == Booking.HELD


def test_staff_confirm_without_a_proof(held):
    assert actions.confirm(booking_id=held.pk, now=NOW, actor=factories.staff()).is_confirmed


def test_time_is_taken_meanwhile_and_free_again_though_the_proof_comes_late(lesson, held):
    with pytest.raises(SlotTaken):
        factories.book_one(lesson, client=details("Dan"))

    factories.book_one(lesson, client=details("Dan"), now=UNTIL)

    with pytest.raises(HoldExpired):
        actions.confirm(booking_id=held.pk, proof=held.proof_token, now=UNTIL)


def test_one_address_has_few_holds_at_once(lesson):
    hours = [TOMORROW_NOON + timedelta(hours=number) for number in range(MOST_UNPROVED + 1)]
    for number, at in enumerate(hours[:-1]):
        hold(lesson, at=at, client=details(f"Name {number}", email="Cleo@Client.example"))

    with pytest.raises(TooManyUnproved):
        hold(lesson, at=hours[-1])
    hold(lesson, at=hours[-1], client=details("Dan"))
    assert hold(lesson, at=hours[0], now=UNTIL, held_until=UNTIL + timedelta(minutes=15))


def test_who_cancels_each_hold_cannot_fill_a_mailbox(lesson):
    for _time in range(MOST_AN_HOUR):
        actions.cancel(booking_id=hold(lesson).pk, now=NOW)

    with pytest.raises(TooManyUnproved):
        hold(lesson)
    later = NOW + timedelta(hours=1)
    assert hold(lesson, now=later, held_until=later + timedelta(minutes=15))


def test_hold_without_an_address_is_refused(lesson):
    with pytest.raises(WrongValue):
        hold(lesson, client=details(email=""))


def test_waiting_list_is_left_once_the_address_is_proved(ada):
    factories.enable("classes")
    factories.enable("waiting-list")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=1)
    session = actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON, now=NOW
    )
    of = {"session_id": session.pk, "now": NOW}
    taken = actions.book(service_id=yoga.pk, client=details("Dan"), **of)
    actions.join_waiting_list(client=details(), places=1, **of)
    WaitingEntry.objects.update(seats=9)  # passed over when a place comes free
    actions.cancel(booking_id=taken.pk, now=NOW)

    held = hold(yoga, session_id=session.pk)
    waits_until_proved = WaitingEntry.objects.get().state
    booking = actions.confirm(booking_id=held.pk, proof=held.proof_token, now=NOW)

    assert waits_until_proved == WaitingEntry.WAITING
    assert WaitingEntry.objects.get().state == WaitingEntry.LEFT
    assert (booking.state, booking.session.seats_taken) == (Booking.CONFIRMED, 1)
