"""Staff may set the rules aside, never another session."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking import actions
from booking.errors import OverrideRefused, SlotNotOffered, SlotTaken
from booking.models import Event, ServiceHours, Session, TimeOff, WorkingHours
from booking.slots import Refusal
from tests import factories
from tests.factories import NOW, TOMORROW_NOON, book_one, details, service

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def boss():
    return factories.staff()


def opening(*weekdays):
    WorkingHours.objects.bulk_create(
        WorkingHours(weekday=day, starts=time(9), ends=time(17)) for day in weekdays
    )


def override(of, starts_at, boss, **fields):
    return book_one(of, starts_at=starts_at, actor=boss, overrides_rules=True, **fields)


@pytest.mark.parametrize(
    ("fields", "starts_at", "reason"),
    [
        ({"notice_minutes": 2 * 1440}, TOMORROW_NOON, "too_soon"),
        ({"horizon_days": 3}, TOMORROW_NOON + timedelta(days=9), "too_far"),
        ({"grid_minutes": 60}, TOMORROW_NOON + 7 * MINUTE, "off_grid"),
        ({"ignores_hours": False}, TOMORROW_NOON, "closed"),
    ],
    ids=["notice", "horizon", "grid", "hours"],
)
def test_rule_that_refuses_is_lifted_and_recorded(ada, boss, fields, starts_at, reason):
    lesson = service(ada, **fields)
    with pytest.raises(SlotNotOffered):
        book_one(lesson, starts_at=starts_at, actor=boss)

    booking = override(lesson, starts_at, boss)

    assert booking.session.starts_at == starts_at
    assert Event.objects.get(booking=booking).details["overridden"] == reason


def test_time_off_is_lifted(ada, lesson, boss):
    TimeOff.objects.create(
        provider=ada, starts_at=TOMORROW_NOON, ends_at=TOMORROW_NOON + timedelta(hours=1)
    )

    booking = override(lesson, TOMORROW_NOON, boss)

    assert Event.objects.get(booking=booking).details["overridden"] == "time_off"


def test_override_that_was_not_needed_is_not_recorded(lesson, boss):
    booking = override(lesson, TOMORROW_NOON, boss)

    assert "overridden" not in Event.objects.get(booking=booking).details


def test_overlap_is_refused_all_the_same(lesson, boss):
    book_one(lesson)

    for shift in (-29, 0, 29):
        with pytest.raises(SlotTaken):
            override(lesson, TOMORROW_NOON + shift * MINUTE, boss, client=details("Dan"))


def test_own_buffers_give_way_but_not_those_of_others(ada, boss):
    lesson = service(ada, buffer_before_minutes=10, buffer_after_minutes=10)
    book_one(lesson)  # occupies 11:50 to 12:40

    with pytest.raises(SlotTaken):
        override(lesson, TOMORROW_NOON + 35 * MINUTE, boss, client=details("Dan"))
    booking = override(lesson, TOMORROW_NOON + 40 * MINUTE, boss, client=details("Dan"))

    session = booking.session
    assert (session.occupied_from, session.occupied_until) == (session.starts_at, session.ends_at)
    assert Event.objects.get(booking=booking).details["overridden"] == "busy"


def test_own_buffers_stay_where_there_is_room(ada, boss):
    lesson = service(ada, buffer_after_minutes=10, ignores_hours=False)

    session = override(lesson, TOMORROW_NOON, boss).session

    assert session.buffers == (timedelta(0), 10 * MINUTE)


def test_client_cannot_override(lesson):
    with pytest.raises(OverrideRefused):
        book_one(lesson, overrides_rules=True)
    booking = book_one(lesson)
    with pytest.raises(OverrideRefused):
        actions.reschedule(
            booking_id=booking.pk,
            starts_at=TOMORROW_NOON + timedelta(hours=1),
            now=NOW,
            overrides_rules=True,
        )


@pytest.mark.parametrize(
    ("starts_at", "reason"),
    [
        (datetime(9998, 12, 31, 12, tzinfo=UTC), Refusal.TOO_FAR),
        (NOW - timedelta(hours=1), Refusal.TOO_SOON),
        (TOMORROW_NOON + timedelta(seconds=1), Refusal.OFF_GRID),
    ],
    ids=["year 9998", "over already", "seconds"],
)
def test_override_has_its_limits(lesson, boss, starts_at, reason):
    with pytest.raises(SlotNotOffered) as refusal:
        override(lesson, starts_at, boss)

    assert refusal.value.reason == reason


def test_somebody_who_stands_at_the_desk_is_booked_though_it_has_begun(lesson, boss):
    booking = override(lesson, NOW - 10 * MINUTE, boss)

    assert booking.session.starts_at == NOW - 10 * MINUTE


def test_booking_is_moved_outside_the_rules(ada, boss):
    opening(0, 1, 2, 3, 4)
    lesson = service(ada, ignores_hours=False)
    booking = book_one(lesson)
    evening = TOMORROW_NOON + timedelta(hours=8)

    with pytest.raises(SlotNotOffered):
        actions.reschedule(booking_id=booking.pk, starts_at=evening, now=NOW, actor=boss)
    actions.reschedule(
        booking_id=booking.pk, starts_at=evening, now=NOW, actor=boss, overrides_rules=True
    )

    assert Session.objects.get().starts_at == evening
    assert Event.objects.get(kind=Event.RESCHEDULED).details["overridden"] == "closed"


def test_class_is_booked_within_its_notice(yoga, boss):
    yoga.notice_minutes = 3 * 1440
    yoga.save()
    wish = {"service_id": yoga.pk, "session_id": yoga.sessions.get().pk, "client": details()}
    with pytest.raises(SlotNotOffered):
        actions.book(now=NOW, actor=boss, **wish)

    booking = actions.book(now=NOW, actor=boss, overrides_rules=True, **wish)

    assert Event.objects.get(booking=booking).details["overridden"] == "too_soon"


def test_times_of_a_service_and_maximums_are_lifted(ada, boss):
    lesson = service(ada, daily_maximum=1)
    ServiceHours.objects.create(
        service=lesson, weekday=date(2026, 11, 24).weekday(), starts=time(12), ends=time(14)
    )
    book_one(lesson)

    full = override(lesson, TOMORROW_NOON + timedelta(hours=1), boss, client=details("Dan"))
    late = override(lesson, TOMORROW_NOON + timedelta(hours=5), boss, client=details("Eve"))

    overridden = [Event.objects.get(booking=one).details["overridden"] for one in (full, late)]
    assert overridden == ["day_full", "service_hours"]
