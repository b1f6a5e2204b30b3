"""Undoing a cancellation: all as it was, unless somebody else has the time or the place."""

from datetime import timedelta

import pytest

from booking import actions
from booking.errors import (
    BookingClosed,
    NotBookable,
    SessionFull,
    SlotTaken,
)
from booking.models import Booking, Event, Session, TimeOff, WaitingEntry
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details, service

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE


@pytest.fixture
def boss():
    return factories.staff()


def cancelled(booking, **fields):
    return actions.cancel(booking_id=booking.pk, now=NOW, **fields)


def restore(booking, boss, **fields):
    fields = {"now": NOW, **fields}
    return actions.restore(booking_id=booking.pk, actor=boss, **fields)


def test_booking_is_restored_with_its_time_and_links(lesson, boss):
    before = book_one(lesson)
    cancelled(before, actor=boss, reason="A mistake")

    restore(before, boss)

    booking = Booking.objects.select_related("session").get()
    session = booking.session
    assert (booking.state, booking.cancelled_at, booking.cancel_reason) == ("confirmed", None, "")
    assert (booking.manage_token, booking.join_token) == (before.manage_token, before.join_token)
    assert (session.is_active, session.seats_taken) == (True, 1)
    assert (session.starts_at, session.host_token) == (TOMORROW_NOON, before.session.host_token)
    assert (booking.revision, session.revision) == (3, 3)
    event = Event.objects.get(kind=Event.RESTORED)
    assert (event.booking, event.actor, event.details) == (
        booking,
        boss,
        {"was_state": "cancelled"},
    )


def test_client_who_cancelled_may_be_taken_back(lesson, boss):
    assert restore(cancelled(book_one(lesson)), boss).is_confirmed


def test_rules_of_today_are_not_asked(ada, boss):
    lesson = service(ada)
    booking = cancelled(book_one(lesson))
    TimeOff.objects.create(provider=ada, starts_at=TOMORROW_NOON, ends_at=TOMORROW_NOON + HOUR)
    lesson.notice_minutes, lesson.daily_maximum = 3 * 1440, 1
    lesson.save()
    book_one(lesson, starts_at=TOMORROW_NOON + HOUR, actor=boss, overrides_rules=True)

    assert restore(booking, boss).is_confirmed


@pytest.mark.parametrize("end", ["decline", "cancel"])
def test_request_waits_for_approval_again_until_its_start(ada, boss, end):
    booking = book_one(service(ada, needs_approval=True))
    {"decline": actions.decline, "cancel": actions.cancel}[end](
        booking_id=booking.pk, now=NOW, actor=boss
    )

    with pytest.raises(NotBookable):
        restore(booking, boss, now=TOMORROW_NOON)
    assert restore(booking, boss).state == Booking.PENDING


def test_running_appointment_is_restored_until_it_would_be_over(lesson, boss):
    booking = cancelled(book_one(lesson))

    with pytest.raises(NotBookable):
        restore(booking, boss, now=TOMORROW_NOON + 30 * MINUTE)
    assert restore(booking, boss, now=TOMORROW_NOON + 29 * MINUTE).is_confirmed


def test_only_what_is_cancelled_and_was_agreed_on_is_restored(lesson, boss):
    standing = book_one(lesson)
    held = actions.hold(
        service_id=lesson.pk,
        starts_at=TOMORROW_NOON + HOUR,
        client=details("Dan"),
        held_until=NOW + HOUR,
        now=NOW,
    )
    cancelled(held)

    for booking in (standing, held):
        with pytest.raises(BookingClosed):
            restore(booking, boss)
    with pytest.raises(BookingClosed):
        restore(restore(cancelled(standing), boss), boss)


def test_time_that_somebody_else_has_is_not_taken_back(lesson, boss):
    booking = cancelled(book_one(lesson))
    book_one(lesson, client=details("Dan"), starts_at=TOMORROW_NOON + 15 * MINUTE)

    for overrides_rules in (False, True):
        with pytest.raises(SlotTaken):
            restore(booking, boss, overrides_rules=overrides_rules)

    booking.refresh_from_db()
    assert booking.state == Booking.CANCELLED


def test_buffers_give_way_where_staff_say_so(ada, boss):
    lesson = service(ada, buffer_after_minutes=15)
    booking = cancelled(book_one(lesson))
    book_one(lesson, client=details("Dan"), starts_at=TOMORROW_NOON + 30 * MINUTE)

    with pytest.raises(SlotTaken):
        restore(booking, boss)
    session = restore(booking, boss, overrides_rules=True).session

    assert session.buffers == (timedelta(), timedelta())
    told = Event.objects.get(kind=Event.RESTORED).details
    assert (told["overridden"], told["without_buffers"]) == ("busy", True)


def test_hold_that_ran_out_is_in_nobodys_way(lesson, boss):
    booking = cancelled(book_one(lesson))
    actions.hold(
        service_id=lesson.pk,
        starts_at=TOMORROW_NOON,
        client=details("Dan"),
        held_until=NOW + MINUTE,
        now=NOW,
    )

    with pytest.raises(SlotTaken):
        restore(booking, boss)
    assert restore(booking, boss, now=NOW + MINUTE).is_confirmed


class TestClasses:
    @pytest.fixture
    def session(self, yoga):
        Session.objects.update(capacity=2)
        return Session.objects.get()

    def place(self, session, name="Cleo", places=1, **fields):
        return actions.book(
            service_id=session.service_id,
            session_id=session.pk,
            client=details(name),
            places=places,
            now=NOW,
            **fields,
        )

    def test_place_is_taken_again_if_there_is_one(self, session, boss):
        booking = cancelled(self.place(session, places=2))
        other = self.place(session, "Dan")

        with pytest.raises(SessionFull):
            restore(booking, boss)
        cancelled(other)
        assert restore(booking, boss).is_confirmed

        session.refresh_from_db()
        assert (session.seats_taken, session.revision) == (2, 1)

    def test_place_that_was_offered_meanwhile_stays_with_who_waited(self, session, boss):
        factories.enable("waiting-list")
        booking = self.place(session, places=2)
        actions.join_waiting_list(session_id=session.pk, client=details("Dan"), now=NOW)
        cancelled(booking)

        with pytest.raises(SessionFull):
            restore(booking, boss)

        assert WaitingEntry.objects.get().state == WaitingEntry.OFFERED

    def test_place_in_a_session_that_is_cancelled_is_not_restored_alone(self, session, boss):
        booking = self.place(session)
        actions.cancel_session(session_id=session.pk, now=NOW)

        with pytest.raises(NotBookable):
            restore(booking, boss)

    def test_session_is_restored_with_all_that_ended_with_it(self, session, boss):
        factories.enable("waiting-list")
        gone = cancelled(self.place(session, "Eve"))
        booking = self.place(session, places=2)
        entry = actions.join_waiting_list(session_id=session.pk, client=details("Dan"), now=NOW)
        actions.cancel_session(session_id=session.pk, now=NOW, actor=boss, reason="Ill")

        for _again in range(2):
            restored = actions.restore_session(session_id=session.pk, now=NOW, actor=boss)
            assert (restored.is_active, restored.seats_taken) == (True, 2)
            actions.cancel_session(session_id=session.pk, now=NOW, actor=boss)
        actions.restore_session(session_id=session.pk, now=NOW, actor=boss)

        for row in (gone, booking, entry):
            row.refresh_from_db()
        assert (gone.state, booking.state, entry.state) == ("cancelled", "confirmed", "waiting")
        of_booking, of_session = list(Event.objects.filter(kind=Event.RESTORED))[-2:]
        assert (of_booking.booking, of_booking.details["with_session"]) == (booking, True)
        told = of_session.details
        assert (of_session.booking, told["bookings"], told["waiting"]) == (None, 1, [entry.pk])

    def test_what_was_merely_held_does_not_come_back_with_its_session(self, session, boss):
        held = actions.hold(
            service_id=session.service_id,
            session_id=session.pk,
            client=details("Dan"),
            held_until=NOW + HOUR,
            now=NOW,
        )
        actions.cancel_session(session_id=session.pk, now=NOW)

        restored = actions.restore_session(session_id=session.pk, now=NOW, actor=boss)

        held.refresh_from_db()
        assert (held.state, restored.seats_taken) == (Booking.CANCELLED, 0)

    def test_session_is_restored_only_where_its_time_is_free(self, session, lesson, boss):
        actions.cancel_session(session_id=session.pk, now=NOW)
        in_its_way = book_one(lesson, starts_at=TOMORROW_NOON + 15 * MINUTE)

        with pytest.raises(SlotTaken):
            actions.restore_session(session_id=session.pk, now=NOW, actor=boss)
        cancelled(in_its_way)
        assert actions.restore_session(session_id=session.pk, now=NOW, actor=boss).is_active

    def test_session_that_stands_or_is_over_or_is_no_class_is_not_restored(
        self, session, lesson, boss
    ):
        with pytest.raises(BookingClosed):
            actions.restore_session(session_id=session.pk, now=NOW, actor=boss)
        actions.cancel_session(session_id=session.pk, now=NOW)
        with pytest.raises(NotBookable):
            actions.restore_session(session_id=session.pk, now=session.ends_at, actor=boss)
        appointment = cancelled(book_one(lesson, starts_at=TOMORROW_NOON + HOUR))
        with pytest.raises(NotBookable):
            actions.restore_session(session_id=appointment.session_id, now=NOW, actor=boss)


def test_what_an_erased_client_had_does_not_come_back(lesson, boss):
    booking = book_one(lesson)
    actions.erase_clients(client_ids=[booking.client_id], now=NOW)

    with pytest.raises(BookingClosed):
        restore(booking, boss)


def test_session_comes_back_without_erased_clients(yoga, boss):
    factories.enable("classes")
    factories.enable("waiting-list")
    session = yoga.sessions.get()
    wish = {"session_id": session.pk, "now": NOW}
    seats = session.seats_left
    erased = actions.book(service_id=yoga.pk, client=details("Cleo"), places=1, **wish)
    actions.book(service_id=yoga.pk, client=details("Dan"), places=seats - 1, **wish)
    waits = [actions.join_waiting_list(client=details(name), **wish) for name in ("Eve", "Fay")]
    actions.cancel_session(session_id=session.pk, now=NOW, actor=boss)
    actions.erase_clients(client_ids=[erased.client_id, waits[0].client_id], now=NOW)

    restored = actions.restore_session(session_id=session.pk, now=NOW, actor=boss)

    assert restored.seats_taken == seats - 1
    assert [entry.client.name for entry in restored.waiting.waiting()] == ["Fay"]
