"""Times of a service, daily maximums, holds that ran out, and the days that are free."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.availability import free_days, refusals_at, slots_for, why_not_session
from booking.models import Booking, ServiceHours, Session, TimeOff, WorkingHours
from booking.slots import Refusal
from tests import factories
from tests.factories import NOW, provider

pytestmark = pytest.mark.django_db

KYIV = ZoneInfo("Europe/Kyiv")
TUESDAY = date(2026, 11, 24)
WEDNESDAY, THURSDAY = TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=2)


def kyiv(hour, minute=0, day=TUESDAY):
    return datetime.combine(day, time(hour, minute), KYIV)


@pytest.fixture(autouse=True)
def company():
    company = factories.company(grid_minutes=60, notice_minutes=0, horizon_days=60)
    open_hours(WorkingHours, range(9, 17), provider=None)
    return company


@pytest.fixture
def ada(company):
    return provider("Ada")


@pytest.fixture
def lesson(ada):
    return service_of(ada)


def service_of(*providers, name="Lesson", **fields):
    fields = {"duration_minutes": 60, "grid_minutes": 60, "ignores_hours": False, **fields}
    return factories.service(*providers, name=name, **fields)


def open_hours(model, hours, weekdays=range(7), **whose):
    model.objects.bulk_create(
        model(weekday=day, starts=time(min(hours)), ends=time((max(hours) + 1) % 24), **whose)
        for day in weekdays
    )


def occupy(who, what, starts_at, **fields):
    ends_at = starts_at + what.duration
    fields = {"occupied_from": starts_at, "occupied_until": ends_at, **fields}
    return Session.objects.create(
        provider=who, service=what, starts_at=starts_at, ends_at=ends_at, **fields
    )


def hours_offered(what, day=TUESDAY, **asked):
    found = slots_for(what, **{"first_day": day, "last_day": day, "now": NOW, **asked})
    return [slot.starts_at.astimezone(KYIV).hour for slot in found]


def why_not(what, who, starts_at, **question):
    return refusals_at(what, [who], starts_at, **{"now": NOW, **question})[who.pk]


# Times of a service


def test_a_service_with_times_of_its_own_is_offered_only_then(lesson, ada):
    open_hours(ServiceHours, range(10, 12), weekdays=[TUESDAY.weekday()], service=lesson)
    open_hours(ServiceHours, range(15, 20), weekdays=[TUESDAY.weekday()], service=lesson)

    assert hours_offered(lesson) == [10, 11, 15, 16]
    assert hours_offered(lesson, WEDNESDAY) == []
    assert why_not(lesson, ada, kyiv(12)) is Refusal.SERVICE_HOURS
    assert why_not(lesson, ada, kyiv(17)) is Refusal.CLOSED


def test_the_times_of_a_service_are_the_companys_wall_time(ada):
    ada.timezone = "America/New_York"
    ada.save()
    round_the_clock = service_of(ada, ignores_hours=True)
    open_hours(ServiceHours, [20, 21, 22, 23], service=round_the_clock)

    assert hours_offered(round_the_clock) == [20, 21, 22, 23]


def test_times_of_another_service_do_not_count(lesson, ada):
    open_hours(ServiceHours, range(10, 12), service=service_of(ada, name="Talk"))

    assert hours_offered(lesson) == list(range(9, 17))


# Time off of the company


def test_time_off_without_a_provider_is_everybodys(lesson, ada):
    ben = provider("Ben")
    lesson.providers.add(ben)
    TimeOff.objects.create(starts_at=kyiv(9), ends_at=kyiv(15, 1))
    TimeOff.objects.create(provider=ben, starts_at=kyiv(16), ends_at=kyiv(17))

    assert [slot.provider_ids for slot in slots_for(lesson, **on(TUESDAY), now=NOW)] == [(ada.pk,)]
    assert why_not(lesson, ben, kyiv(15)) is Refusal.TIME_OFF


def on(day):
    return {"first_day": day, "last_day": day}


# Daily maximums


def test_a_service_with_its_maximum_of_a_day_is_offered_on_the_next(lesson, ada):
    ben = provider("Ben")
    lesson.providers.add(ben)
    lesson.daily_maximum = 2
    lesson.save()
    occupy(ada, lesson, kyiv(9))
    assert why_not(lesson, ada, kyiv(12)) is None

    occupy(ben, lesson, kyiv(23))

    assert hours_offered(lesson) == []
    assert why_not(lesson, ada, kyiv(12)) is Refusal.DAY_FULL
    assert hours_offered(lesson, WEDNESDAY) == list(range(9, 17))


def test_the_maximum_of_a_service_counts_also_who_is_not_asked_about(lesson, ada):
    lesson.daily_maximum = 1
    lesson.save()
    occupy(provider("Gone", is_active=False), lesson, kyiv(9))

    assert hours_offered(lesson, providers=[ada]) == []


def test_the_maximum_of_a_service_counts_only_what_takes_time(lesson, ada):
    lesson.daily_maximum = 1
    lesson.save()
    occupy(ada, service_of(ada, name="Talk"), kyiv(9))
    occupy(ada, lesson, kyiv(10), status=Session.CANCELLED)
    occupy(ada, lesson, kyiv(11), held_until=NOW)
    moved = occupy(ada, lesson, kyiv(12))

    assert hours_offered(lesson, ignoring_session=moved) == [10, 11, 12, 13, 14, 15, 16]
    assert hours_offered(lesson) == []


def test_the_maximum_of_a_provider_counts_all_services_and_classes(lesson, ada):
    ada.daily_maximum = 2
    ada.save()
    occupy(ada, service_of(ada, name="Talk"), kyiv(6))
    yoga = service_of(ada, name="Yoga", kind="class", capacity=9)

    assert hours_offered(lesson) == list(range(9, 17))
    occupy(ada, yoga, kyiv(20), capacity=9)
    assert hours_offered(lesson) == []
    assert why_not(lesson, ada, kyiv(9)) is Refusal.DAY_FULL
    assert hours_offered(lesson, WEDNESDAY) == list(range(9, 17))


def test_the_maximum_of_one_provider_does_not_hold_for_another(lesson, ada):
    ben = provider("Ben", daily_maximum=1)
    lesson.providers.add(ben)
    occupy(ben, lesson, kyiv(9))
    occupy(ada, lesson, kyiv(9))

    assert {slot.provider_ids for slot in slots_for(lesson, **on(TUESDAY), now=NOW)} == {(ada.pk,)}


def test_the_day_of_a_provider_is_one_of_their_zone(ada):
    ada.timezone, ada.daily_maximum = "Pacific/Auckland", 1
    ada.save()
    talk = service_of(ada, ignores_hours=True)
    # Auckland's Wednesday began at 13:00 of Kyiv's Tuesday.
    occupy(ada, talk, kyiv(12, 0, WEDNESDAY))

    assert hours_offered(talk) == list(range(13))
    assert hours_offered(talk, WEDNESDAY) == list(range(13, 24))


# Holds that ran out


def test_a_hold_that_ran_out_takes_nobodys_time(lesson, ada):
    occupy(ada, lesson, kyiv(9), held_until=NOW)
    occupy(ada, lesson, kyiv(10), held_until=NOW + timedelta(seconds=1))

    assert hours_offered(lesson) == [9, 11, 12, 13, 14, 15, 16]
    assert why_not(lesson, ada, kyiv(9)) is None
    assert why_not(lesson, ada, kyiv(10)) is Refusal.BUSY


def place(session, state=Booking.CONFIRMED, *, seats=1, held_until=None, name="Cleo"):
    client = factories.client(f"{name} {Booking.objects.count()}")
    return Booking.objects.create(
        session=session, client=client, state=state, seats=seats, held_until=held_until
    )


def test_places_whose_hold_ran_out_are_free_in_a_class(ada):
    yoga = service_of(ada, name="Yoga", kind="class", capacity=5)
    full = occupy(ada, yoga, kyiv(9), capacity=5, seats_taken=5)
    place(full, Booking.HELD, seats=2, held_until=NOW)
    place(full, Booking.HELD, held_until=NOW - timedelta(days=1))
    place(full, Booking.HELD, held_until=NOW + timedelta(minutes=1))
    place(full, Booking.EXPIRED, seats=4, held_until=NOW - timedelta(days=2))
    place(full)
    truly_full = occupy(ada, yoga, kyiv(10), capacity=1, seats_taken=1)
    place(truly_full)

    found = slots_for(yoga, **on(TUESDAY), now=NOW)

    assert [(slot.session_id, slot.seats_left) for slot in found] == [(full.pk, 3)]
    assert why_not_session(truly_full, now=NOW) is None


# The days that are free


def days_free(what, first_day=TUESDAY, last_day=THURSDAY, zone=KYIV, **asked):
    return list(
        free_days(what, first_day=first_day, last_day=last_day, zone=zone, now=NOW, **asked)
    )


def test_free_days_are_those_with_a_free_time(lesson, ada):
    TimeOff.objects.create(starts_at=kyiv(9), ends_at=kyiv(16, 30))
    for hour in range(9, 17):
        occupy(ada, lesson, kyiv(hour, day=WEDNESDAY))

    assert days_free(lesson) == [THURSDAY]
    assert days_free(lesson, providers=[ada]) == [THURSDAY]
    assert days_free(lesson, providers=[]) == []


def test_free_days_are_dates_of_the_zone_asked_for(lesson, ada):
    WorkingHours.objects.all().delete()
    open_hours(WorkingHours, [1], weekdays=[WEDNESDAY.weekday()], provider=None)

    assert days_free(lesson) == [WEDNESDAY]
    assert days_free(lesson, zone=ZoneInfo("America/New_York")) == [TUESDAY]
    assert days_free(lesson, TUESDAY, TUESDAY, ZoneInfo("America/New_York")) == [TUESDAY]
    assert days_free(lesson, WEDNESDAY, THURSDAY, ZoneInfo("America/New_York")) == []


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Kyiv"])
def test_free_days_agree_with_the_slots_also_at_both_ends_of_what_is_offered(lesson, zone):
    lesson.horizon_days = 5
    zone = ZoneInfo(zone)
    everything = slots_for(lesson, first_day=date.min, last_day=date.max, now=NOW)

    found = days_free(lesson, date.min, date.max, zone)

    assert found == sorted({slot.starts_at.astimezone(zone).date() for slot in everything})


def test_free_days_of_a_class_have_a_session_with_places(ada):
    yoga = service_of(ada, name="Yoga", kind="class", capacity=5)
    occupy(ada, yoga, kyiv(1), capacity=5)
    occupy(ada, yoga, kyiv(9, day=THURSDAY), capacity=5, seats_taken=5)

    assert days_free(yoga) == [TUESDAY]
    new_york = ZoneInfo("America/New_York")
    assert days_free(yoga, TUESDAY - timedelta(days=1), zone=new_york) == [
        TUESDAY - timedelta(days=1)
    ]


def test_free_days_of_a_moved_session_have_its_own_time_too(lesson, ada):
    TimeOff.objects.create(starts_at=kyiv(10), ends_at=kyiv(17))
    moved = occupy(ada, lesson, kyiv(9))

    assert days_free(lesson, TUESDAY, TUESDAY) == []
    assert days_free(lesson, TUESDAY, TUESDAY, ignoring_session=moved) == [TUESDAY]


# The number of queries


@pytest.mark.parametrize("how_many", [1, 50])
@pytest.mark.parametrize("days", [1, 31])
def test_maximums_and_times_of_a_service_cost_no_further_query(
    lesson, ada, how_many, days, django_assert_num_queries
):
    lesson.daily_maximum = 5000
    lesson.save()
    open_hours(ServiceHours, range(9, 17), service=lesson)
    for number in range(how_many):
        one = provider(f"Provider {number}", daily_maximum=9)
        lesson.providers.add(one)
        TimeOff.objects.create(provider=one, starts_at=kyiv(9), ends_at=kyiv(10))
        occupy(one, lesson, kyiv(11))
    asked = {"first_day": TUESDAY, "last_day": TUESDAY + timedelta(days=days - 1), "now": NOW}

    with django_assert_num_queries(3):  # the company, the providers, their hours and sessions
        slots_for(lesson, **asked)
    with django_assert_num_queries(3):
        free_days(lesson, **asked, zone=KYIV)
