"""Many people at one moment, over real connections: nothing is ever given away twice."""

import random
from datetime import timedelta
from functools import partial

import pytest

from booking import actions, features
from booking.errors import (
    BookingClosed,
    FeatureRefused,
    NotBookable,
    Outdated,
    SessionFull,
    SlotTaken,
)
from booking.models import Booking, Client, Event, Session
from tests import factories
from tests.concurrency.invariants import (
    assert_nobody_is_in_two_places,
    assert_seats_add_up,
    deadlocks,
    kinds,
)
from tests.concurrency.together import at_once, split
from tests.factories import NOW, TOMORROW_NOON, book_one, details, provider, service

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.serial,
    pytest.mark.soak,
    pytest.mark.usefixtures("company"),
]

CROWD = 50


@pytest.fixture
def company():
    return factories.company()


@pytest.fixture
def ada(company):
    return provider("Ada")


@pytest.fixture
def lesson(ada):
    return service(ada)


def slots(count):
    """Moments far enough apart to have nothing to do with one another."""
    return [TOMORROW_NOON + timedelta(hours=3 * number) for number in range(count)]


def person(number):
    return details(f"Client{number}")


# --- One slot ----------------------------------------------------------------


def test_fifty_bookings_of_one_slot_make_one(lesson, size):
    for starts_at in slots(size(3, 50)):
        answers = at_once(
            [
                partial(book_one, lesson, starts_at=starts_at, client=person(number))
                for number in range(CROWD)
            ]
        )

        booked, refused = split(answers)
        assert len(booked) == 1
        assert kinds(refused) == {SlotTaken}
        assert Session.objects.filter(starts_at=starts_at).count() == 1
    assert Event.objects.filter(kind=Event.BOOKED).count() == Booking.objects.count()


def test_unequal_services_of_one_provider_never_overlap(lesson, ada, size):
    talk = service(ada, name="Talk", duration_minutes=55, buffer_after_minutes=10)
    chance = random.Random(1)
    for starts_at in slots(size(4, 60)):
        wishes = [
            (chance.choice([lesson, talk]), starts_at + timedelta(minutes=5 * chance.randrange(12)))
            for _ in range(20)
        ]

        answers = at_once(
            [
                partial(book_one, of, starts_at=at, client=person(number))
                for number, (of, at) in enumerate(wishes)
            ]
        )

        booked, refused = split(answers)
        assert booked
        assert kinds(refused) <= {SlotTaken}
        assert_nobody_is_in_two_places()


def test_any_provider_with_three_free_makes_three(ada, size):
    lesson = service(ada, provider("Ben"), provider("Cai"), name="Any")
    for starts_at in slots(size(3, 40)):
        answers = at_once(
            [
                partial(book_one, lesson, starts_at=starts_at, client=person(number))
                for number in range(20)
            ]
        )

        booked, refused = split(answers)
        assert len({booking.session.provider_id for booking in booked}) == len(booked) == 3
        assert kinds(refused) == {SlotTaken}


def test_services_that_share_providers_do_not_block_each_other(ada, size):
    ben, cai = provider("Ben"), provider("Cai")
    services = [service(*who, name=f"S{number}") for number, who in enumerate(
        [(ada, ben), (ben, cai), (cai, ada)]
    )]  # fmt: skip
    for starts_at in slots(size(3, 40)):
        answers = at_once(
            [
                partial(book_one, services[number % 3], starts_at=starts_at, client=person(number))
                for number in range(18)
            ]
        )

        booked, refused = split(answers)
        assert len(booked) == 3
        assert kinds(refused) == {SlotTaken}
        assert_nobody_is_in_two_places()


def test_new_client_who_books_several_times_at_once_is_one_client(lesson, size):
    for number in range(size(3, 40)):
        wishes = [TOMORROW_NOON + timedelta(days=number, hours=hour) for hour in range(8)]

        answers = at_once(
            [partial(book_one, lesson, starts_at=at, client=person(number)) for at in wishes]
        )

        assert split(answers)[1] == []
    assert Client.objects.count() == size(3, 40)


# --- Places of a class -------------------------------------------------------


@pytest.fixture
def yoga(ada):
    factories.enable("classes")
    return service(ada, name="Yoga", kind="class", capacity=10)


def scheduled(yoga, ada, starts_at):
    return actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=starts_at, now=NOW
    )


def book_places(yoga, session, number, places):
    return actions.book(
        service_id=yoga.pk, session_id=session.pk, places=places, client=person(number), now=NOW
    )


def test_places_of_a_class_are_filled_and_never_overfilled(yoga, ada, size):
    chance = random.Random(2)
    for starts_at in slots(size(3, 50)):
        session = scheduled(yoga, ada, starts_at)
        wishes = [1] * 10 + [chance.randint(1, 3) for _ in range(20)]

        answers = at_once(
            [
                partial(book_places, yoga, session, number, places)
                for number, places in enumerate(wishes)
            ]
        )

        booked, refused = split(answers)
        assert kinds(refused) == {SessionFull}
        assert sum(booking.seats for booking in booked) == 10
        assert_seats_add_up()


def test_session_scheduled_many_times_at_once_is_scheduled_once(yoga, ada, lesson, size):
    for starts_at in slots(size(3, 40)):
        appointments = [
            partial(book_one, lesson, starts_at=starts_at, client=person(number))
            for number in range(6)
        ]

        answers = at_once([partial(scheduled, yoga, ada, starts_at)] * 6 + appointments)

        made, refused = split(answers)
        assert len(made) == 1
        assert kinds(refused) == {SlotTaken}
        assert_nobody_is_in_two_places()


def test_places_that_come_and_go_always_add_up(yoga, ada, size):
    for round_number, starts_at in enumerate(slots(size(3, 40))):
        here = scheduled(yoga, ada, starts_at)
        there = scheduled(yoga, ada, starts_at + timedelta(hours=1))
        seated = [book_places(yoga, here, number, 2) for number in range(3)]
        moving = book_places(yoga, there, 7, 3)

        answers = at_once(
            [
                *(partial(actions.cancel, booking_id=b.pk, now=NOW) for b in seated),
                *(partial(move_places, b, there) for b in seated),
                partial(move_places, moving, here),
                *(partial(book_places, yoga, here, 10 + number, 3) for number in range(4)),
                partial(actions.cancel_session, session_id=there.pk, now=NOW),
            ]
        )

        refused = split(answers)[1]
        assert kinds(refused) <= {BookingClosed, Outdated, SessionFull, NotBookable}, round_number
        assert_seats_add_up()


def move_places(booking, session):
    return actions.reschedule(booking_id=booking.pk, session_id=session.pk, now=NOW)


# --- Changes against one another ---------------------------------------------


def test_moves_bookings_and_cancellations_of_one_time_end_in_order(ada, size):
    ben = provider("Ben")
    lesson = service(ada, ben, name="Pair")
    deadlocks_before = deadlocks()
    for starts_at in slots(size(4, 60)):
        later = starts_at + timedelta(hours=1)
        first = book_one(lesson, starts_at=starts_at, provider_id=ada.pk)
        second = book_one(lesson, starts_at=later, provider_id=ben.pk, client=person(2))
        move = partial(actions.reschedule, now=NOW)

        answers = at_once(
            [
                partial(move, booking_id=first.pk, starts_at=later, provider_id=ben.pk),
                partial(move, booking_id=first.pk, starts_at=later),
                partial(move, booking_id=second.pk, starts_at=starts_at, provider_id=ada.pk),
                partial(move, booking_id=second.pk, starts_at=starts_at),
                partial(actions.cancel, booking_id=first.pk, now=NOW),
                partial(actions.cancel, booking_id=second.pk, now=NOW),
                *(
                    partial(book_one, lesson, starts_at=at, client=person(number))
                    for number, at in enumerate([starts_at, later] * 4)
                ),
            ]
        )

        refused = split(answers)[1]
        assert kinds(refused) <= {SlotTaken, BookingClosed, Outdated}
        assert_nobody_is_in_two_places()
        assert_seats_add_up()
    assert deadlocks() == deadlocks_before  # everybody locks in one order


def test_booking_cancelled_many_times_at_once_is_cancelled_once(lesson, size):
    for starts_at in slots(size(3, 40)):
        booking = book_one(lesson, starts_at=starts_at)

        answers = at_once([partial(actions.cancel, booking_id=booking.pk, now=NOW)] * 10)

        cancelled, refused = split(answers)
        assert len(cancelled) == 1
        assert kinds(refused) == {BookingClosed}
    assert Event.objects.filter(kind=Event.CANCELLED).count() == Booking.objects.count()


def test_move_asked_for_by_several_on_one_revision_happens_once(lesson, size):
    for starts_at in slots(size(3, 40)):
        booking = book_one(lesson, starts_at=starts_at)
        wishes = [starts_at + timedelta(minutes=30 * number) for number in range(1, 5)]

        answers = at_once(
            [
                partial(
                    actions.reschedule,
                    booking_id=booking.pk,
                    starts_at=at,
                    expected_revision=1,
                    now=NOW,
                )
                for at in wishes
            ]
        )

        moved, refused = split(answers)
        assert len(moved) == 1
        assert kinds(refused) == {Outdated}


# --- Twins -------------------------------------------------------------------


def test_twenty_times_one_key_is_one_booking_and_one_answer(lesson, size):
    for starts_at in slots(size(3, 50)):
        key = f"form {starts_at}"

        answers = at_once(
            [partial(book_one, lesson, starts_at=starts_at, idempotency_key=key)] * 20
        )

        assert len({booking.manage_token for booking in answers}) == 1
    assert Booking.objects.count() == Event.objects.filter(kind=Event.BOOKED).count()


def test_ten_times_one_key_moves_and_cancels_once_and_answers_everybody(lesson, size):
    for starts_at in slots(size(3, 40)):
        booking = book_one(lesson, starts_at=starts_at)
        change = {"booking_id": booking.pk, "now": NOW, "idempotency_key": "k"}
        to = {"starts_at": starts_at + timedelta(minutes=30), "expected_revision": 1}

        moved = at_once([partial(actions.reschedule, **change, **to)] * 10)
        cancelled = at_once([partial(actions.cancel, **change)] * 10)

        assert {answer.revision for answer in moved} == {2}
        assert {(answer.state, answer.revision) for answer in cancelled} == {("cancelled", 3)}
    for kind in (Event.RESCHEDULED, Event.CANCELLED):
        assert Event.objects.filter(kind=kind).count() == Booking.objects.count()


def test_one_key_books_the_last_places_once(yoga, ada, size):
    for starts_at in slots(size(3, 40)):
        session = scheduled(yoga, ada, starts_at)
        twin = partial(
            actions.book,
            service_id=yoga.pk,
            session_id=session.pk,
            places=10,
            client=details(),
            now=NOW,
            idempotency_key=f"form {starts_at}",
        )

        answers = at_once([twin] * 12)

        assert len({booking.pk for booking in answers}) == 1
        assert_seats_add_up()


def test_one_key_with_any_provider_books_one_of_them(ada, size):
    lesson = service(ada, provider("Ben"), provider("Cai"), name="Any")
    for starts_at in slots(size(3, 40)):
        key = f"form {starts_at}"

        answers = at_once(
            [partial(book_one, lesson, starts_at=starts_at, idempotency_key=key)] * 12
        )

        assert len({booking.pk for booking in answers}) == 1
        assert Session.objects.filter(starts_at=starts_at).count() == 1


# --- Features ----------------------------------------------------------------


def test_features_that_clash_are_never_both_switched_on(monkeypatch, size):
    specs = [
        features.FeatureSpec("payments", "Payments", ""),
        features.FeatureSpec("free-lessons", "Free lessons", "", conflicts=("payments",)),
    ]
    monkeypatch.setattr(features, "_specs", {spec.key: spec for spec in specs})
    for _round in range(size(3, 40)):
        answers = at_once(
            [partial(actions.set_feature, key=s.key, on=True, now=NOW) for s in specs] * 4
        )

        assert kinds(split(answers)[1]) == {FeatureRefused}
        on = [spec.key for spec in specs if features.is_on(spec.key)]
        assert len(on) == 1
        actions.set_feature(key=on[0], on=False, now=NOW)
