"""Times of reminders and follow-ups: for which bookings they count, when, and until when."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking import actions as booking_actions
from booking.models import Booking
from notifications import actions, tasks
from notifications.actions import timing as timing_actions
from notifications.errors import TimingRefused
from notifications.models import Message, Timing
from notifications.wakeups import OWE_TIMED
from tests import factories
from tests.factories import NOW, TOMORROW_NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
IN_A_WEEK = TOMORROW_NOON + timedelta(days=7)


def add(minutes=60, kind="reminder", audience="client", channel="email", *, now=NOW) -> Timing:
    """A new time, and the worker that goes through earlier bookings for it."""
    timing = actions.add_timing(kind=kind, audience=audience, channel=channel, minutes=minutes)
    actions.owe_timed(timing_id=timing.pk, now=now)
    return timing


def rows(timing: Timing) -> list[tuple[str, str]]:
    return list(timing.messages.order_by("pk").values_list("key", "state"))


def deliver(message: Message, now: datetime) -> str:
    actions.deliver_message(message_id=message.pk, now=now)
    message.refresh_from_db()
    return message.reason or message.state


@pytest.fixture
def yoga(ada):
    factories.company()
    factories.enable("classes")
    return factories.service(ada, name="Yoga", kind="class", capacity=5)


@pytest.fixture
def session(yoga, ada):
    return booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=IN_A_WEEK, now=NOW
    )


def take_place(session, name="Cleo", *, now=NOW) -> Booking:
    return booking_actions.book(
        service_id=session.service_id,
        session_id=session.pk,
        client=factories.details(name),
        now=now,
    )


# --- For bookings made before ------------------------------------------------


def test_new_time_counts_for_bookings_made_before_once(lesson):
    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)

    timing = add()
    actions.owe_timed(timing_id=timing.pk, now=NOW)

    (message,) = timing.messages.all()
    assert message.key == f"b{booking.pk}:r1:remind-60:client:email"
    assert (message.due_at, message.state) == (IN_A_WEEK - HOUR, "owed")
    timing.refresh_from_db()
    assert timing.owed_at == NOW


@pytest.mark.parametrize(
    ("kind", "now", "owed"),
    [
        ("reminder", IN_A_WEEK - HOUR - timedelta(seconds=1), 1),
        ("reminder", IN_A_WEEK - HOUR, 0),
        ("follow-up", IN_A_WEEK + timedelta(minutes=29), 1),
        ("follow-up", IN_A_WEEK + timedelta(minutes=30), 0),
    ],
)
def test_moment_that_has_passed_is_not_owed(lesson, kind, now, owed):
    factories.book_one(lesson, starts_at=IN_A_WEEK)

    assert add(kind=kind, now=now).messages.count() == owed


@pytest.mark.parametrize("state", ["pending", "cancelled", "held"])
def test_only_confirmed_bookings_are_reminded(lesson, state):
    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)
    Booking.objects.filter(pk=booking.pk).update(state=state, held_until=NOW, cancelled_at=NOW)

    assert rows(add()) == []


def test_request_is_reminded_of_from_its_approval_on(lesson):
    lesson.needs_approval = True
    lesson.save()
    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)
    timing = add()
    before = rows(timing)

    booking_actions.approve(booking_id=booking.pk, actor=None, now=NOW)

    assert before == []
    assert rows(timing) == [(f"b{booking.pk}:r2:remind-60:client:email", "owed")]


def test_many_bookings_are_gone_through_in_pieces(lesson, monkeypatch):
    for number in range(5):
        factories.book_one(lesson, starts_at=IN_A_WEEK + number * HOUR)
    monkeypatch.setattr(timing_actions, "AT_ONCE", 2)

    with CaptureQueriesContext(connection) as queries:
        timing = add()

    assert timing.messages.count() == 5
    written = [q["sql"] for q in queries if q["sql"].startswith("INSERT INTO")]
    assert len([sql for sql in written if "notifications_message" in sql]) == 3


def test_sweep_goes_through_what_a_worker_left_half_way(lesson):
    Timing.objects.update(owed_at=NOW - timedelta(days=1))
    timing = actions.add_timing(kind="reminder", audience="client", channel="email", minutes=9)

    assert actions.timings_to_owe(now=NOW) == [timing.pk]
    actions.owe_timed(timing_id=timing.pk, now=NOW)
    assert actions.timings_to_owe(now=NOW) == [timing.pk], "a booking was being made just then"
    assert actions.timings_to_owe(now=NOW + timing_actions.LONGEST_BOOKING) == []


@pytest.mark.django_db(transaction=True)
def test_bell_of_a_new_time_is_rung_in_the_queue_of_bulk_work(lesson, rung_in_bulk):
    timing = actions.add_timing(kind="reminder", audience="client", channel="email", minutes=9)

    assert rung_in_bulk() == [(OWE_TIMED, {"timing_id": timing.pk})]
    assert tasks.owe_timed.name == OWE_TIMED


# --- What cannot be, and what goes ------------------------------------------


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 60 * 1440 + 1}, "minutes"),
        ({"minutes": 1440}, "minutes"),
        ({"kind": "follow-up", "audience": "provider"}, "audience"),
    ],
)
def test_time_that_cannot_be_is_refused_at_its_field(lesson, wish, field):
    of = {"kind": "reminder", "audience": "client", "channel": "email", "minutes": 60, **wish}

    with pytest.raises(TimingRefused) as refusal:
        actions.add_timing(**of)

    assert refusal.value.field == field
    assert Timing.objects.count() == 1


def test_time_that_goes_takes_along_what_it_owes_and_can_come_back(lesson):
    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)
    old = add()
    message = old.messages.get()

    assert actions.remove_timing(timing_id=old.pk, now=NOW)
    assert not actions.remove_timing(timing_id=old.pk, now=NOW)
    again = add()

    message.refresh_from_db()
    assert (message.state, message.reason, message.timing) == ("skipped", "switched-off", None)
    assert rows(again) == [(f"b{booking.pk}:r1:remind-60:client:email", "owed")]
    assert deliver(again.messages.get(), IN_A_WEEK - HOUR) == "caught"


def test_what_is_being_sent_when_its_time_goes_is_not_tried_again(lesson):
    factories.book_one(lesson, starts_at=IN_A_WEEK)
    timing = add()
    message = timing.messages.get()
    Message.objects.filter(pk=message.pk).update(state="sending", claimed_until=NOW)

    actions.remove_timing(timing_id=timing.pk, now=NOW)

    assert deliver(message, IN_A_WEEK - HOUR) == "switched-off"


def test_time_that_is_gone_owes_nothing(lesson):
    factories.book_one(lesson, starts_at=IN_A_WEEK)

    actions.owe_timed(timing_id=4711, now=NOW)

    assert not Message.objects.filter(key__contains="remind-60").exists()


def remove_all_times(_event) -> None:
    """Somebody does without every time, by a connection of their own."""

    def remove():
        for pk in Timing.objects.values_list("pk", flat=True):
            actions.remove_timing(timing_id=pk, now=NOW)
        connection.close()

    somebody = Thread(target=remove)
    somebody.start()
    somebody.join()


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_booking_made_while_a_time_goes_is_made_without_it(lesson, settings):
    timing = add()
    settings.EVENT_LISTENERS = [*settings.EVENT_LISTENERS, f"{__name__}.remove_all_times"]

    booking = factories.book_one(lesson, starts_at=IN_A_WEEK)

    assert not Timing.objects.filter(pk=timing.pk).exists()
    assert set(Message.objects.filter(booking=booking).values_list("kind", flat=True)) == {
        "confirmation"
    }


# --- Sessions that change ----------------------------------------------------


def test_class_reminds_our_side_once_whoever_is_in_it(session, ada):
    take_place(session)
    take_place(session, "Dan")

    timing = add(audience="provider")
    take_place(session, "Eve")

    key = f"s{session.pk}:r{session.revision}:remind-60:provider-{ada.pk}:email"
    assert rows(timing) == [(key, "owed")]
    assert timing.messages.get().booking is None


def test_class_reminder_stands_while_anybody_is_in_it(session):
    timing = add(audience="company")
    first = take_place(session)
    booking_actions.cancel(booking_id=first.pk, now=NOW)
    take_place(session, "Dan")

    assert deliver(timing.messages.get(), IN_A_WEEK - HOUR) == "caught"
    assert "\nBookings: 1" in timing.messages.get().body_text


def test_class_that_everybody_left_is_not_reminded_of(session):
    timing = add(audience="company")
    booking_actions.cancel(booking_id=take_place(session).pk, now=NOW)

    assert deliver(timing.messages.get(), IN_A_WEEK - HOUR) == "not-confirmed"


def test_class_first_booked_after_the_moment_is_not_reminded_of(session):
    timing = add(audience="company")

    take_place(session, now=IN_A_WEEK - timedelta(minutes=59))

    assert rows(timing) == []


def test_other_provider_of_a_class_is_reminded_instead(session, yoga, ada):
    bob = factories.provider("Bob")
    yoga.providers.add(bob)
    timing = add(audience="provider")
    take_place(session)
    take_place(session, "Dan")

    booking_actions.move_class_session(
        session_id=session.pk, starts_at=IN_A_WEEK + HOUR, provider_id=bob.pk, now=NOW
    )

    of_ada, of_bob = timing.messages.order_by("pk")
    assert (of_ada.provider, of_bob.provider) == (ada, bob)
    assert deliver(of_ada, IN_A_WEEK) == "outdated"
    assert deliver(of_bob, IN_A_WEEK) == "caught"


def test_place_that_moves_takes_its_reminder_along(session, yoga, ada):
    other = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=IN_A_WEEK + 24 * HOUR, now=NOW
    )
    timing, of_ada = add(), add(audience="provider")
    booking = take_place(session)

    booking_actions.reschedule(booking_id=booking.pk, session_id=other.pk, now=NOW)

    assert [state for _key, state in rows(timing)] == ["skipped", "owed"]
    assert timing.messages.get(state="owed").due_at == other.starts_at - HOUR
    before, after = of_ada.messages.order_by("pk")
    assert deliver(before, IN_A_WEEK - HOUR) == "not-confirmed"
    assert deliver(after, other.starts_at - HOUR) == "caught"


# --- When they hold, and what an hour is -------------------------------------


@pytest.mark.parametrize(
    ("attendance", "late", "outcome"),
    [
        ("unknown", timedelta(), "caught"),
        ("attended", timedelta(days=7) - timedelta(seconds=1), "caught"),
        ("attended", timedelta(days=7), "too-late"),
        ("no_show", timedelta(), "did-not-come"),
    ],
)
def test_follow_up_goes_to_who_came_within_a_week(lesson, attendance, late, outcome):
    booking = factories.book_one(lesson)
    message = add(kind="follow-up").messages.get()
    Booking.objects.filter(pk=booking.pk).update(attendance=attendance)

    assert message.due_at == booking.session.ends_at + HOUR
    assert deliver(message, message.due_at + late) == outcome


def test_a_day_before_is_24_hours_also_when_the_clocks_change(lesson):
    # Kyiv turns its clocks back on 25 October 2026: noon is 10:00 UTC, the day before 09:00.
    noon = datetime(2026, 10, 25, 10, tzinfo=UTC)
    factories.book_one(lesson, starts_at=noon, now=noon - timedelta(days=9))

    reminder = Message.objects.get(kind="reminder")

    assert reminder.due_at == datetime(2026, 10, 24, 10, tzinfo=UTC)
