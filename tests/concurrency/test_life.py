"""Everything that can happen to bookings, all at the same moment and in any order."""

import random
from datetime import timedelta
from functools import partial

import pytest

from booking import actions
from booking.errors import BookingError
from booking.models import Booking, Event
from tests import factories
from tests.concurrency.invariants import (
    assert_nobody_is_in_two_places,
    assert_open_bookings_have_open_sessions,
    assert_seats_add_up,
    deadlocks,
    kinds,
)
from tests.concurrency.together import at_once, split
from tests.factories import NOW, TOMORROW_NOON, details, provider, service

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serial, pytest.mark.soak]

HALF_HOUR = timedelta(minutes=30)
HOLD = timedelta(minutes=10)
CALLS = 14


class Company:
    """Two providers, a lesson that is approved, one with buffers, a class; and chance."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        factories.company()
        factories.enable("classes")
        factories.enable("waiting-list")
        self.boss = factories.staff()
        self.people = [provider("Ada"), provider("Ben")]
        self.lessons = [
            service(*self.people, name="Lesson", needs_approval=True),
            service(*self.people, name="Talk", duration_minutes=55, buffer_after_minutes=10),
        ]
        self.lessons.append(service(*self.people, name="Rare", daily_maximum=3))
        self.yoga = service(*self.people, name="Yoga", kind="class", capacity=4)

    def begin(self, noon):
        """Fill the hours after ``noon`` a little."""
        self.noon = noon
        self.now = NOW
        self.session = actions.schedule_session(
            service_id=self.yoga.pk,
            provider_id=self.people[0].pk,
            starts_at=noon + 4 * HALF_HOUR,
            now=NOW,
        )
        for call in (self.book, self.hold, self.book_place, self.hold_place) * 2:
            try:
                call()()
            except BookingError:
                continue  # the chosen time was taken
        self.bookings = list(Booking.objects.filter(session__starts_at__gte=noon))
        self.now = NOW + self.chance.choice([timedelta(0), HOLD])  # holds run out, or not

    def any_calls(self):
        kinds_of_calls = [
            self.book, self.hold, self.book_place, self.hold_place, self.move, self.move,
            self.cancel, self.approve, self.decline, self.confirm, self.sweep, self.move_session,
            self.resize, self.override, self.wait, self.last, self.restore, self.restore_session,
            self.cancel_session, self.merge,
        ]  # fmt: skip
        return [self.chance.choice(kinds_of_calls)() for _ in range(CALLS)]

    def _at(self):
        return self.noon + self.chance.randrange(8) * HALF_HOUR

    def _wish(self):
        lesson = self.chance.choice(self.lessons)
        someone = self.chance.choice([None, *(one.pk for one in self.people)])
        client = details(f"Client{self.chance.randrange(1000)}")
        return {
            "service_id": lesson.pk,
            "provider_id": someone,
            "starts_at": self._at(),
            "client": client,
            "now": self.now,
        }

    def _place(self):
        return {
            "service_id": self.yoga.pk,
            "session_id": self.session.pk,
            "places": self.chance.randint(1, 2),
            "client": details(f"Client{self.chance.randrange(1000)}"),
            "now": self.now,
        }

    def _booking(self):
        return self.chance.choice(self.bookings)

    def book(self):
        return partial(actions.book, **self._wish())

    def hold(self):
        return partial(actions.hold, held_until=self.now + HOLD, **self._wish())

    def override(self):
        wish = {**self._wish(), "actor": self.boss, "overrides_rules": True}
        return partial(actions.book, **wish)

    def book_place(self):
        return partial(actions.book, **self._place())

    def hold_place(self):
        return partial(actions.hold, held_until=self.now + HOLD, **self._place())

    def wait(self):
        wish = self._place()
        del wish["service_id"]
        return partial(actions.join_waiting_list, **wish)

    def move(self):
        return partial(
            actions.reschedule, booking_id=self._booking().pk, starts_at=self._at(), now=self.now
        )

    def cancel(self):
        return partial(actions.cancel, booking_id=self._booking().pk, now=self.now)

    def approve(self):
        how = {"booking_id": self._booking().pk, "now": self.now, "actor": self.boss}
        return partial(actions.approve, **how)

    def decline(self):
        how = {"booking_id": self._booking().pk, "now": self.now, "actor": self.boss}
        return partial(actions.decline, **how)

    def confirm(self):
        return partial(actions.confirm, booking_id=self._booking().pk, now=self.now)

    def sweep(self):
        return partial(actions.expire_overdue, now=self.now)

    def move_session(self):
        return partial(
            actions.move_class_session,
            session_id=self.session.pk,
            starts_at=self._at(),
            provider_id=self.chance.choice(self.people).pk,
            now=self.now,
        )

    def last(self):
        """Longer or shorter, where it is or elsewhere."""
        booking = self._booking()
        return partial(
            actions.reschedule,
            booking_id=booking.pk,
            starts_at=self.chance.choice([booking.session.starts_at, self._at()]),
            duration=self.chance.choice([15, 45, 90]) * timedelta(minutes=1),
            now=self.now,
            actor=self.boss,
            overrides_rules=self.chance.random() < 0.5,
        )

    def restore(self):
        return partial(
            actions.restore,
            booking_id=self._booking().pk,
            now=self.now,
            actor=self.boss,
            overrides_rules=self.chance.random() < 0.5,
        )

    def cancel_session(self):
        return partial(actions.cancel_session, session_id=self.session.pk, now=self.now)

    def restore_session(self):
        how = {"session_id": self.session.pk, "now": self.now, "actor": self.boss}
        return partial(actions.restore_session, **how)

    def merge(self):
        kept, other = (self._booking().client_id for _ in range(2))
        return partial(
            actions.merge_clients,
            kept_id=kept,
            other_ids=[other],
            now=self.now,
            actor=self.boss,
        )

    def resize(self):
        capacity = self.chance.randint(1, 6)
        return partial(
            actions.set_capacity, session_id=self.session.pk, capacity=capacity, now=self.now
        )


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_at_once_ends_in_order(seed, size):
    company = Company(seed)
    deadlocks_before = deadlocks()
    for number in range(size(5, 120)):
        company.begin(TOMORROW_NOON + timedelta(days=number))

        answers = at_once(company.any_calls())

        refusals = split(answers)[1]
        assert [kind for kind in kinds(refusals) if not issubclass(kind, BookingError)] == []
        assert_nobody_is_in_two_places()
        assert_seats_add_up()
        assert_open_bookings_have_open_sessions()
    assert deadlocks() == deadlocks_before  # everybody locks in one order


def test_request_is_answered_once_whoever_is_asked(size):
    company = Company(1)
    lesson = company.lessons[0]
    for number in range(size(3, 40)):
        starts_at = TOMORROW_NOON + timedelta(days=number)
        asked = actions.book(
            service_id=lesson.pk, starts_at=starts_at, client=details(f"C{number}"), now=NOW
        )
        how = {"booking_id": asked.pk, "now": NOW, "actor": company.boss}

        answers = at_once([partial(actions.approve, **how), partial(actions.decline, **how)] * 5)

        assert len(split(answers)[0]) == 1
    answered = Event.objects.filter(kind__in=[Event.APPROVED, Event.DECLINED])
    assert answered.count() == Booking.objects.count()


def test_hold_that_runs_out_goes_to_one_of_those_who_wait(size):
    company = Company(2)
    talk = company.lessons[1]
    for number in range(size(3, 40)):
        wish = {
            "service_id": talk.pk,
            "provider_id": company.people[0].pk,
            "starts_at": TOMORROW_NOON + timedelta(days=number),
        }
        held = actions.hold(client=details("Held"), now=NOW, held_until=NOW + HOLD, **wish)

        answers = at_once(
            [
                partial(actions.confirm, booking_id=held.pk, now=NOW + HOLD),
                partial(actions.expire_overdue, now=NOW + HOLD),
                *(
                    partial(actions.book, client=details(f"C{n}"), now=NOW + HOLD, **wish)
                    for n in range(8)
                ),
            ]
        )

        booked = [one for one in split(answers)[0] if isinstance(one, Booking)]
        assert len(booked) == 1
        assert_nobody_is_in_two_places()
