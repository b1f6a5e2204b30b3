"""Appointments and class sessions that last longer or shorter than their service says."""

from datetime import date, time, timedelta

import pytest

from booking import actions, availability
from booking.errors import (
    LengthRefused,
    NotBookable,
    SeriesClashes,
    SlotNotOffered,
    SlotTaken,
    WrongValue,
)
from booking.models import Event, Session, TimeOff, WorkingHours
from booking.slots import Refusal
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details, provider, service

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
HALF_PAST = TOMORROW_NOON + 30 * MINUTE


@pytest.fixture
def boss():
    return factories.staff()


def resize(booking, duration, boss, **fields):
    fields = {"starts_at": booking.session.starts_at, "now": NOW, **fields}
    return actions.reschedule(booking_id=booking.pk, duration=duration, actor=boss, **fields)


def refusal_of(call, *args, **fields):
    with pytest.raises(SlotNotOffered) as refusal:
        call(*args, **fields)
    return refusal.value.reason


@pytest.fixture
def opening(company):
    """Tuesday from nine to one."""
    WorkingHours.objects.create(weekday=1, starts=time(9), ends=time(13))


def test_appointment_is_booked_as_long_as_staff_say_with_the_services_buffers(ada, boss):
    lesson = service(ada, buffer_before_minutes=5, buffer_after_minutes=10)

    session = book_one(lesson, duration=2 * HOUR, actor=boss).session

    assert (session.starts_at, session.ends_at) == (TOMORROW_NOON, TOMORROW_NOON + 2 * HOUR)
    assert session.buffers == (5 * MINUTE, 10 * MINUTE)


def test_longer_appointment_must_find_room_for_all_of_it(lesson, boss):
    book_one(lesson, starts_at=TOMORROW_NOON + HOUR)

    for override in (False, True):
        with pytest.raises(SlotTaken):
            book_one(
                lesson,
                duration=61 * MINUTE,
                actor=boss,
                client=details("Dan"),
                overrides_rules=override,
            )
    assert book_one(lesson, duration=60 * MINUTE, actor=boss, client=details("Dan"))


@pytest.mark.usefixtures("opening")
def test_working_hours_are_asked_for_the_length_that_is_wanted(ada, boss):
    lesson = service(ada, ignores_hours=False)

    assert refusal_of(book_one, lesson, duration=65 * MINUTE, actor=boss) == Refusal.CLOSED
    booking = book_one(lesson, duration=65 * MINUTE, actor=boss, overrides_rules=True)

    assert booking.session.duration == 65 * MINUTE
    assert Event.objects.get(booking=booking).details["overridden"] == "closed"


@pytest.mark.parametrize(
    "length",
    [timedelta(), 4 * MINUTE, 1436 * MINUTE, -30 * MINUTE, 30 * MINUTE + timedelta(seconds=1)],
)
def test_length_that_no_service_can_have_is_refused(lesson, yoga, ada, boss, length):
    of_yoga = Session.objects.get(service=yoga)
    booking = book_one(lesson, starts_at=TOMORROW_NOON + HOUR)
    known = {"now": NOW, "actor": boss, "duration": length}
    later = TOMORROW_NOON + 5 * HOUR
    wishes = [
        lambda: book_one(lesson, starts_at=later, actor=boss, duration=length),
        lambda: actions.reschedule(booking_id=booking.pk, starts_at=later, **known),
        lambda: actions.schedule_session(
            service_id=yoga.pk, provider_id=ada.pk, starts_at=later, **known
        ),
        lambda: actions.move_class_session(session_id=of_yoga.pk, starts_at=later, **known),
    ]

    for wish in wishes:
        with pytest.raises(WrongValue) as refusal:
            wish()
        assert (refusal.value.field, refusal.value.code) == ("duration", "wrong_value")
        assert "minutes" in str(refusal.value)


@pytest.mark.parametrize("length", [5 * MINUTE, 1435 * MINUTE])
def test_shortest_and_longest_are_possible(lesson, boss, length):
    assert book_one(lesson, actor=boss, duration=length).session.duration == length


def test_client_may_not_choose_a_length(lesson):
    with pytest.raises(LengthRefused):
        book_one(lesson, duration=HOUR)
    booking = book_one(lesson)
    with pytest.raises(LengthRefused):
        resize(booking, HOUR, None)


def test_moved_appointment_keeps_the_length_it_was_given(lesson, boss):
    booking = book_one(lesson, duration=2 * HOUR, actor=boss)

    moved = actions.reschedule(booking_id=booking.pk, starts_at=TOMORROW_NOON + HOUR, now=NOW)

    assert moved.session.duration == 2 * HOUR


def test_appointment_is_moved_and_resized_at_once(lesson, boss):
    booking = book_one(lesson)
    book_one(lesson, starts_at=TOMORROW_NOON + 2 * HOUR, client=details("Dan"))

    with pytest.raises(SlotTaken):
        resize(booking, 65 * MINUTE, boss, starts_at=TOMORROW_NOON + HOUR)
    moved = resize(booking, 60 * MINUTE, boss, starts_at=TOMORROW_NOON + HOUR)

    assert (moved.session.starts_at, moved.session.duration) == (TOMORROW_NOON + HOUR, HOUR)


def test_resize_is_told_with_the_former_end_and_raises_both_revisions(lesson, boss):
    booking = book_one(lesson)

    resized = resize(booking, HOUR, boss)

    was = Event.objects.get(kind=Event.RESCHEDULED).details["was"]
    assert (was["starts_at"], was["ends_at"]) == (TOMORROW_NOON.isoformat(), HALF_PAST.isoformat())
    assert (resized.revision, resized.session.revision) == (2, 2)
    assert resized.session.host_token == booking.session.host_token


def test_resize_to_the_length_it_has_changes_nothing(lesson, boss):
    booking = book_one(lesson)

    assert resize(booking, 30 * MINUTE, boss).revision == 1
    assert not Event.objects.filter(kind=Event.RESCHEDULED).exists()


def test_resize_asks_no_rule_about_the_start(ada, boss):
    lesson = service(ada)
    booking = book_one(lesson, starts_at=TOMORROW_NOON + 5 * MINUTE)
    lesson.notice_minutes, lesson.grid_minutes, lesson.daily_maximum = 3 * 1440, 60, 1
    lesson.save()
    ada.is_active = False
    ada.save()

    assert resize(booking, HOUR, boss).session.duration == HOUR


def test_running_appointment_is_resized_until_it_is_over_but_not_into_the_past(lesson, boss):
    booking = book_one(lesson)
    during = TOMORROW_NOON + 20 * MINUTE

    for length in (15 * MINUTE, 20 * MINUTE):
        with pytest.raises(NotBookable):
            resize(booking, length, boss, now=during)
    assert resize(booking, 25 * MINUTE, boss, now=during).session.duration == 25 * MINUTE
    assert resize(booking, HOUR, boss, now=during).session.duration == HOUR


def test_longer_in_place_must_find_room_shorter_always_does(ada, boss):
    lesson = service(ada, buffer_after_minutes=10)
    booking = book_one(lesson)
    book_one(lesson, starts_at=TOMORROW_NOON + HOUR, client=details("Dan"))
    TimeOff.objects.create(provider=ada, starts_at=TOMORROW_NOON, ends_at=TOMORROW_NOON + HOUR)

    assert resize(booking, 25 * MINUTE, boss).session.duration == 25 * MINUTE
    assert refusal_of(resize, booking, 30 * MINUTE, boss) == Refusal.TIME_OFF
    for length in (61 * MINUTE, 3 * HOUR):
        with pytest.raises(SlotTaken):
            resize(booking, length, boss, overrides_rules=True)

    session = resize(booking, HOUR, boss, overrides_rules=True).session

    assert (session.duration, session.buffers[1]) == (HOUR, timedelta())
    details_ = Event.objects.filter(kind=Event.RESCHEDULED).latest("pk").details
    assert (details_["overridden"], details_["without_buffers"]) == ("time_off", True)


@pytest.mark.usefixtures("opening")
def test_longer_in_place_stays_within_working_hours(ada, boss):
    booking = book_one(service(ada, ignores_hours=False))

    assert refusal_of(resize, booking, 65 * MINUTE, boss) == Refusal.CLOSED
    assert resize(booking, 60 * MINUTE, boss).session.duration == HOUR


def test_one_place_of_a_class_has_no_length_of_its_own(yoga, boss):
    session = Session.objects.get()
    booking = actions.book(service_id=yoga.pk, session_id=session.pk, client=details(), now=NOW)

    with pytest.raises(NotBookable):
        resize(booking, HOUR, boss, session_id=session.pk)
    with pytest.raises(NotBookable):
        actions.book(
            service_id=yoga.pk,
            session_id=session.pk,
            client=details("Dan"),
            now=NOW,
            actor=boss,
            duration=HOUR,
        )


def test_free_times_and_reasons_follow_a_length(ada, lesson):
    book_one(lesson, starts_at=TOMORROW_NOON + HOUR)
    asked = {"now": NOW, "length": 90 * MINUTE}

    nearest = availability.nearest_free(lesson, TOMORROW_NOON, count=1, **asked)
    answers = availability.explain(lesson, ada, TOMORROW_NOON, **asked)

    assert [(one.starts_at, one.ends_at - one.starts_at) for one in nearest] == [
        (TOMORROW_NOON - 30 * MINUTE, 90 * MINUTE)
    ]
    assert [answer.rule for answer in answers if not answer.holds] == [Refusal.BUSY]


class TestSessionsOfClasses:
    @pytest.fixture
    def tuesdays(self, yoga, ada):
        """Noon of three Tuesdays, after the one that stands alone."""
        rule = actions.SeriesRule(
            weekdays={1}, starts=time(12), first_on=date(2026, 12, 1), last_on=date(2026, 12, 15)
        )
        found = actions.schedule_series(service_id=yoga.pk, provider_id=ada.pk, rule=rule, now=NOW)
        return found.sessions

    def resize(self, session, length, boss, **fields):
        fields = {"starts_at": session.starts_at, "now": NOW, **fields}
        return actions.move_class_session(
            session_id=session.pk, duration=length, actor=boss, **fields
        )

    def test_session_is_scheduled_as_long_as_staff_say(self, yoga, ada, boss):
        at = TOMORROW_NOON + HOUR
        known = {"service_id": yoga.pk, "provider_id": ada.pk, "starts_at": at, "now": NOW}

        with pytest.raises(LengthRefused):
            actions.schedule_session(**known, duration=2 * HOUR)
        session = actions.schedule_session(**known, duration=2 * HOUR, actor=boss)

        assert session.duration == 2 * HOUR

    def test_one_session_is_resized_and_everybody_in_it_is_told(self, yoga, tuesdays, boss):
        first = tuesdays[0]
        actions.book(service_id=yoga.pk, session_id=first.pk, client=details(), now=NOW)

        self.resize(first, 2 * HOUR, boss)

        lengths = [one.duration for one in Session.objects.order_by("starts_at")]
        assert lengths == [30 * MINUTE, 2 * HOUR, 30 * MINUTE, 30 * MINUTE]
        told = Event.objects.filter(kind__in=[Event.RESCHEDULED, Event.SESSION_MOVED])
        former_end = (first.starts_at + 30 * MINUTE).isoformat()
        assert [event.details["was"]["ends_at"] for event in told] == [former_end] * 2

    def test_rest_of_a_series_is_resized_and_keeps_that_when_moved(self, tuesdays, boss):
        self.resize(tuesdays[1], HOUR, boss, rest_of_series=True)
        actions.move_class_session(
            session_id=tuesdays[0].pk,
            starts_at=tuesdays[0].starts_at + HOUR,
            now=NOW,
            rest_of_series=True,
        )

        lengths = [one.duration for one in Session.objects.order_by("starts_at")]
        assert lengths == [30 * MINUTE, 30 * MINUTE, HOUR, HOUR]

    def test_overlap_is_refused_in_one_and_in_many(self, lesson, tuesdays, boss):
        for session in tuesdays[1:]:
            book_one(lesson, starts_at=session.starts_at + HOUR)

        with pytest.raises(SlotTaken):
            self.resize(tuesdays[1], 61 * MINUTE, boss)
        with pytest.raises(SeriesClashes) as refusal:
            self.resize(tuesdays[0], 61 * MINUTE, boss, rest_of_series=True)

        assert refusal.value.starts == [one.starts_at for one in tuesdays[1:]]
        assert len(self.resize(tuesdays[0], HOUR, boss, rest_of_series=True)) == 3

    def test_running_session_is_resized_but_neither_moved_nor_ended_before_now(
        self, tuesdays, boss
    ):
        first = tuesdays[0]
        during = {"now": first.starts_at + 20 * MINUTE}

        with pytest.raises(NotBookable):
            self.resize(first, 20 * MINUTE, boss, **during)
        with pytest.raises(NotBookable):
            self.resize(first, HOUR, boss, provider_id=provider("Ben").pk, **during)
        assert self.resize(first, 25 * MINUTE, boss, **during)[0].duration == 25 * MINUTE
