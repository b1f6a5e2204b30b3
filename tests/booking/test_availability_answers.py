"""What lies outside today's rules, and why a time is free or not."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from booking.availability import explain, outside_rules, refusals_at, slots_for
from booking.errors import OUTSIDE_TEXTS, REFUSAL_TEXTS, OutsideReason
from booking.models import (
    Provider,
    Service,
    ServiceHours,
    Session,
    SpecialDay,
    TimeOff,
    WorkingHours,
)
from booking.slots import Refusal
from tests import factories
from tests.factories import NOW, provider

pytestmark = pytest.mark.django_db

KYIV = ZoneInfo("Europe/Kyiv")
TUESDAY = date(2026, 11, 24)


def kyiv(hour, minute=0, day=TUESDAY):
    return datetime.combine(day, time(hour, minute), KYIV)


def occupy(who, what, starts_at, **fields):
    ends_at = starts_at + what.duration
    fields = {
        "occupied_from": starts_at - what.buffer_before,
        "occupied_until": ends_at + what.buffer_after,
        **fields,
    }
    return Session.objects.create(
        provider=who, service=what, starts_at=starts_at, ends_at=ends_at, **fields
    )


def open_nine_to_five(model=WorkingHours, starts=9, ends=17, **whose):
    model.objects.bulk_create(
        model(weekday=day, starts=time(starts), ends=time(ends), **whose) for day in range(7)
    )


def fill_company():
    """A company open from nine to five, with Ada and her lessons of an hour."""
    factories.company(grid_minutes=60)
    open_nine_to_five(provider=None)
    ada = provider("Ada")
    return ada, factories.service(ada, duration_minutes=60, grid_minutes=60, ignores_hours=False)


@pytest.fixture
def ada():
    return fill_company()[0]


@pytest.fixture
def lesson(ada):
    return ada.services.get()


# Outside the rules


def outside(now=NOW):
    return {found.session: found.reasons for found in outside_rules(now=now)}


def test_what_todays_rules_offer_is_not_outside_of_them(lesson, ada):
    occupy(ada, lesson, kyiv(9))
    occupy(ada, lesson, kyiv(16))

    assert outside() == {}


def test_sessions_that_no_longer_fit_the_hours_are_outside(lesson, ada):
    early, late = occupy(ada, lesson, kyiv(9)), occupy(ada, lesson, kyiv(16))
    WorkingHours.objects.filter(provider=None).update(starts=time(10))
    assert outside() == {early: (OutsideReason.CLOSED,)}

    SpecialDay.objects.create(provider=ada, date=TUESDAY)
    assert list(outside()) == [early, late]


def test_sessions_outside_the_times_of_their_service(lesson, ada):
    inside, early = occupy(ada, lesson, kyiv(12)), occupy(ada, lesson, kyiv(9))
    open_nine_to_five(ServiceHours, 10, 13, service=lesson)

    assert outside() == {early: (OutsideReason.SERVICE_HOURS,)}
    assert inside not in outside()


def test_sessions_in_time_off_of_their_provider_or_of_everybody(lesson, ada):
    hers, everybodys = occupy(ada, lesson, kyiv(9)), occupy(ada, lesson, kyiv(12))
    TimeOff.objects.create(provider=ada, starts_at=kyiv(9, 59), ends_at=kyiv(10))
    TimeOff.objects.create(starts_at=kyiv(12, 30), ends_at=kyiv(13))
    TimeOff.objects.create(provider=provider("Ben"), starts_at=kyiv(9), ends_at=kyiv(17))

    assert outside() == {hers: (OutsideReason.TIME_OFF,), everybodys: (OutsideReason.TIME_OFF,)}


def test_every_reason_is_told(lesson, ada):
    session = occupy(ada, lesson, kyiv(9))
    Provider.objects.update(is_active=False)
    Service.objects.update(is_active=False)
    lesson.providers.clear()
    WorkingHours.objects.all().delete()
    open_nine_to_five(ServiceHours, 10, 13, service=lesson)
    TimeOff.objects.create(starts_at=kyiv(9), ends_at=kyiv(10))

    assert outside() == {session: tuple(OutsideReason)}
    assert set(OUTSIDE_TEXTS) == set(OutsideReason)


def test_rules_about_new_bookings_are_no_reasons(lesson, ada):
    occupy(ada, lesson, kyiv(9, 7))
    Service.objects.update(notice_minutes=100_000, horizon_days=0, daily_maximum=1)
    Provider.objects.update(daily_maximum=1)
    occupy(ada, lesson, kyiv(12))

    assert outside() == {}


def test_a_session_is_judged_by_its_own_length_and_buffers(lesson, ada):
    occupy(ada, lesson, kyiv(16))
    own_buffer = occupy(ada, lesson, kyiv(9), occupied_from=kyiv(8))
    Service.objects.update(duration_minutes=480, buffer_after_minutes=60)

    assert outside() == {own_buffer: (OutsideReason.CLOSED,)}


def test_past_cancelled_and_lapsed_sessions_are_not_asked_about(lesson, ada):
    occupy(ada, lesson, kyiv(3), status=Session.CANCELLED)
    occupy(ada, lesson, kyiv(4), held_until=NOW)
    occupy(ada, lesson, NOW - timedelta(days=3))
    begun = occupy(ada, lesson, kyiv(5))

    assert outside(now=kyiv(5)) == {}
    assert list(outside(now=kyiv(4, 59))) == [begun]


def test_a_class_may_be_held_at_any_hour_but_not_in_time_off(ada):
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=9, ignores_hours=False)
    open_nine_to_five(ServiceHours, 10, 13, service=yoga)
    occupy(ada, yoga, kyiv(3))
    away = occupy(ada, yoga, kyiv(5))
    TimeOff.objects.create(starts_at=kyiv(5), ends_at=kyiv(6))

    assert outside() == {away: (OutsideReason.TIME_OFF,)}


def test_a_service_round_the_clock_has_no_working_hours(ada):
    occupy(ada, factories.service(ada, name="Call"), kyiv(3))

    assert outside() == {}


@pytest.mark.parametrize("how_many", [1, 20])
def test_outside_rules_takes_four_queries(lesson, ada, how_many, django_assert_num_queries):
    for number in range(how_many):
        other = provider(f"Provider {number}")
        occupy(other, factories.service(other, name=f"Talk {number}"), kyiv(3))
        occupy(other, lesson, kyiv(4))

    with django_assert_num_queries(4):  # sessions, their hours, the company, who offers what
        found = outside_rules(now=NOW)

    assert len(found) == how_many


def test_nothing_booked_is_nothing_outside(lesson, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert outside_rules(now=NOW) == []


# Explained


def broken(lesson, ada, starts_at, now=NOW):
    return [answer.rule for answer in explain(lesson, ada, starts_at, now=now) if not answer.holds]


def facts(lesson, ada, starts_at, rule, now=NOW):
    answers = explain(lesson, ada, starts_at, now=now)
    return next(answer.facts for answer in answers if answer.rule is rule)


def test_every_rule_of_a_free_time_holds_and_comes_in_order(lesson, ada):
    answers = explain(lesson, ada, kyiv(10), now=NOW)

    assert [answer.rule for answer in answers] == list(Refusal)
    assert all(answer.holds for answer in answers)


def test_each_rule_says_what_it_was_judged_by(lesson, ada):
    lesson.daily_maximum, ada.daily_maximum = 1, 5
    open_nine_to_five(ServiceHours, 9, 10, service=lesson)
    session = occupy(ada, lesson, kyiv(16))
    away = TimeOff.objects.create(starts_at=kyiv(16), ends_at=kyiv(20), note="Repairs")
    asked = lesson, ada, kyiv(16, 30)

    assert broken(*asked) == list(Refusal)[2:]
    assert facts(*asked, Refusal.TOO_SOON) == {"earliest": NOW}
    assert facts(*asked, Refusal.TOO_FAR) == {"last_day": date(2027, 11, 23)}
    assert facts(*asked, Refusal.OFF_GRID) == {"grid_minutes": 60}
    assert facts(*asked, Refusal.CLOSED) == {
        "date": TUESDAY,
        "company": [("09:00", "17:00")],
        "company_zone": "Europe/Kyiv",
        "provider_date": TUESDAY,
        "provider": [("00:00", "24:00")],
        "provider_zone": "Europe/Kyiv",
        "provider_has_special_day": False,
    }
    assert facts(*asked, Refusal.SERVICE_HOURS) == {"service": [("09:00", "10:00")]}
    assert facts(*asked, Refusal.TIME_OFF) == {
        "time_off": [
            {
                "provider": None,
                "starts_at": away.starts_at,
                "ends_at": away.ends_at,
                "note": "Repairs",
            }
        ]
    }
    assert facts(*asked, Refusal.DAY_FULL) == {
        "service_count": 1,
        "service_maximum": 1,
        "provider_count": 1,
        "provider_maximum": 5,
    }
    [taken] = facts(*asked, Refusal.BUSY)["sessions"]
    assert (taken["pk"], taken["service__name"]) == (session.pk, "Lesson")


def test_the_hours_of_a_provider_are_told_on_their_own_date(lesson, ada):
    ada.timezone = "America/New_York"
    SpecialDay.objects.create(provider=ada, date=date(2026, 11, 23), starts=time(1), ends=time(2))

    told = facts(lesson, ada, kyiv(6), Refusal.CLOSED)

    assert (told["provider_date"], told["provider"]) == (date(2026, 11, 23), [("01:00", "02:00")])
    assert told["provider_has_special_day"] is True


def test_no_other_rule_is_hidden_behind_notice_or_horizon(lesson, ada):
    assert broken(lesson, ada, kyiv(3), now=kyiv(4)) == [Refusal.TOO_SOON, Refusal.CLOSED]
    far = kyiv(3, day=date(2028, 2, 29))
    assert broken(lesson, ada, far) == [Refusal.TOO_FAR, Refusal.CLOSED]


def test_the_ends_of_the_calendar_are_answered_by_the_limits_alone(lesson, ada):
    last, first = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)

    assert [answer.holds for answer in explain(lesson, ada, last, now=NOW)] == [True, False]
    assert [answer.holds for answer in explain(lesson, ada, first, now=NOW)] == [False, True]


def test_an_instant_between_two_minutes_is_off_the_grid(lesson, ada):
    assert broken(lesson, ada, kyiv(10) + timedelta(seconds=1)) == [Refusal.OFF_GRID]


def test_a_naive_start_cannot_be_explained(lesson, ada):
    with pytest.raises(TypeError):
        explain(lesson, ada, datetime(2026, 11, 24, 10), now=NOW)  # noqa: DTZ001


def test_an_hour_that_comes_twice_is_explained_for_each_instant(lesson, ada):
    lesson.ignores_hours = True
    sunday, now = date(2026, 10, 25), kyiv(12, day=date(2026, 10, 20))
    first, second = kyiv(3, day=sunday), kyiv(3, day=sunday).replace(fold=1)
    occupy(ada, lesson, first.astimezone(UTC))

    assert broken(lesson, ada, first, now=now) == [Refusal.BUSY]
    assert broken(lesson, ada, second, now=now) == []


def test_explaining_takes_four_queries(lesson, ada, django_assert_num_queries):
    for hour in (9, 10, 12):
        occupy(ada, lesson, kyiv(hour))

    with django_assert_num_queries(4):  # the company, hours and sessions, and the two that hit
        explain(lesson, ada, kyiv(10), now=NOW)


def test_every_refusal_but_a_taken_time_has_a_text():
    assert set(REFUSAL_TEXTS) == set(Refusal) - {Refusal.BUSY}


class Agreement(TestCase):
    """Whatever is asked, the explanation, the check and the list say the same."""

    def setUp(self):
        self.ada, self.lesson = fill_company()
        self.ada.daily_maximum = self.lesson.daily_maximum = 2
        open_nine_to_five(ServiceHours, 10, 16, service=self.lesson)
        TimeOff.objects.create(starts_at=kyiv(12, 30), ends_at=kyiv(14))
        occupy(self.ada, self.lesson, kyiv(10))
        for hour in (10, 12):
            occupy(self.ada, self.lesson, kyiv(hour, day=TUESDAY + timedelta(days=1)))
        self.lesson.horizon_days = 4
        self.offered = {
            slot.starts_at
            for slot in slots_for(self.lesson, first_day=date.min, last_day=date.max, now=NOW)
        }

    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.differing_executors]
    )
    @given(
        st.integers(-1, 5),
        st.integers(0, 23) | st.integers(9, 16),
        st.sampled_from([0, 0, 0, 30, 59]),
    )
    def test_the_first_rule_that_fails_is_the_refusal(self, days, hour, minute):
        start = kyiv(hour, minute, TUESDAY + timedelta(days=days))

        answers = explain(self.lesson, self.ada, start, now=NOW)

        first = next((answer.rule for answer in answers if not answer.holds), None)
        assert first is refusals_at(self.lesson, [self.ada], start, now=NOW)[self.ada.pk]
        assert (first is None) == (start in self.offered)
