"""What is loaded for a question, and that the list and the check agree on it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.availability import (
    OfferedSlot,
    full_sessions,
    nearest_free,
    refusals_at,
    slots_for,
    why_not_session,
)
from booking.models import (
    Company,
    Provider,
    Service,
    Session,
    SpecialDay,
    TimeOff,
    WorkingHours,
)
from booking.slots import Refusal

pytestmark = pytest.mark.django_db

KYIV = ZoneInfo("Europe/Kyiv")
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def kyiv(hour, minute=0, day=MONDAY):
    return datetime.combine(day, time(hour, minute), KYIV)


@pytest.fixture(autouse=True)
def company():
    company = Company.objects.create(
        timezone="Europe/Kyiv", grid_minutes=60, notice_minutes=0, horizon_days=60
    )
    open_week(None, 9, 17)
    return company


@pytest.fixture
def service():
    return Service.objects.create(name="Quick talk", slug="quick-talk", duration_minutes=60)


@pytest.fixture
def olena(service):
    return hire("Olena", service)


def hire(name, service, **fields):
    provider = Provider.objects.create(name=name, **fields)
    service.providers.add(provider)
    return provider


def open_week(provider, opens, closes, weekdays=range(7)):
    WorkingHours.objects.bulk_create(
        WorkingHours(provider=provider, weekday=day, starts=time(opens), ends=time(closes % 24))
        for day in weekdays
    )


def occupy(provider, service, starts_at, **fields):
    ends_at = starts_at + service.duration
    return Session.objects.create(
        **{
            "provider": provider,
            "service": service,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "occupied_from": starts_at - service.buffer_before,
            "occupied_until": ends_at + service.buffer_after,
            **fields,
        }
    )


def hours_offered(service, first_day=MONDAY, last_day=None, **asked):
    found = slots_for(
        service, first_day=first_day, last_day=last_day or first_day, now=NOW, **asked
    )
    return [slot.starts_at.astimezone(KYIV).hour for slot in found]


# What is loaded


def test_a_slot_says_when_and_with_whom(service, olena):
    open_week(olena, 9, 10)

    assert slots_for(service, first_day=MONDAY, last_day=MONDAY, now=NOW) == [
        OfferedSlot(kyiv(9), kyiv(10), (olena.pk,), seats_left=1, session_id=None)
    ]


def test_a_provider_without_hours_works_the_companys(service, olena):
    assert hours_offered(service) == list(range(9, 17))


def test_a_company_without_hours_is_closed(service, olena):
    open_week(olena, 9, 17)
    WorkingHours.objects.filter(provider=None).delete()

    assert hours_offered(service) == []


def test_several_stretches_leave_a_break(service, olena):
    open_week(olena, 9, 11)
    open_week(olena, 14, 16)

    assert hours_offered(service) == [9, 10, 14, 15]


def test_hours_until_midnight_end_the_day(service, olena):
    WorkingHours.objects.all().delete()
    open_week(None, 22, 24)

    assert hours_offered(service) == [22, 23]


def test_special_days_of_company_and_provider(service, olena):
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    SpecialDay.objects.create(date=MONDAY)
    SpecialDay.objects.create(date=tuesday, starts=time(10), ends=time(12))
    SpecialDay.objects.create(date=wednesday)
    SpecialDay.objects.create(provider=olena, date=wednesday, starts=time(20), ends=time(22))

    assert hours_offered(service) == []
    assert hours_offered(service, tuesday) == [10, 11]
    assert hours_offered(service, wednesday) == [20, 21]


def test_hours_of_another_provider_do_not_count(service, olena):
    taras = hire("Taras", service)
    open_week(taras, 9, 10)
    SpecialDay.objects.create(provider=taras, date=MONDAY)
    TimeOff.objects.create(provider=taras, starts_at=kyiv(9), ends_at=kyiv(17))
    occupy(taras, service, kyiv(9))

    assert hours_offered(service, providers=[olena]) == list(range(9, 17))
    assert hours_offered(service, providers=[taras]) == []


def test_a_provider_in_another_zone(service, olena):
    olena.timezone = "America/New_York"
    olena.save()
    open_week(olena, 9, 10)

    assert hours_offered(service) == [16]


def test_time_off_and_sessions_block(service, olena):
    TimeOff.objects.create(provider=olena, starts_at=kyiv(9), ends_at=kyiv(12))
    occupy(olena, service, kyiv(13))
    occupy(olena, service, kyiv(15), status=Session.CANCELLED)

    assert hours_offered(service) == [12, 14, 15, 16]


def test_time_off_that_began_long_ago_still_blocks(service, olena):
    TimeOff.objects.create(provider=olena, starts_at=kyiv(9) - timedelta(days=90), ends_at=kyiv(15))

    assert hours_offered(service) == [15, 16]


def test_a_session_of_another_service_blocks_with_its_own_buffers(service, olena):
    other = Service.objects.create(
        name="Long", slug="long", buffer_before_minutes=30, buffer_after_minutes=30
    )
    occupy(olena, other, kyiv(12))

    assert hours_offered(service) == [9, 10, 13, 14, 15, 16]


def test_buffers_and_the_end_of_the_day(service, olena):
    service.buffer_after_minutes = 30

    assert hours_offered(service)[-1] == 15
    service.last_may_skip_buffer_after = True
    assert hours_offered(service)[-1] == 16


def test_round_the_clock_ignores_hours_but_not_time_off(service, olena):
    service.ignores_hours = True
    SpecialDay.objects.create(date=MONDAY)
    SpecialDay.objects.create(provider=olena, date=MONDAY)
    TimeOff.objects.create(provider=olena, starts_at=kyiv(0), ends_at=kyiv(20))

    assert hours_offered(service) == [20, 21, 22, 23]


def test_the_services_grid_notice_and_horizon_come_before_the_companys(service, olena, company):
    at_ten = {"first_day": MONDAY, "last_day": MONDAY, "now": kyiv(10)}
    assert slots_for(service, **at_ten)[0].starts_at == kyiv(10)

    service.grid_minutes, service.notice_minutes = 20, 50
    assert slots_for(service, **at_ten)[0].starts_at == kyiv(11)
    assert slots_for(service, **at_ten)[1].starts_at == kyiv(11, 20)

    service.horizon_days = 0
    tuesday = {**at_ten, "first_day": MONDAY + timedelta(days=1), "last_day": date.max}
    assert slots_for(service, **tuesday) == []


def test_notice_counts_from_the_next_whole_minute(service, olena):
    service.grid_minutes = 1
    now = kyiv(10) + timedelta(seconds=1)

    found = slots_for(service, first_day=MONDAY, last_day=MONDAY, now=now)

    assert found[0].starts_at == kyiv(10, 1)


def test_the_horizon_is_a_date_of_the_company(service, olena, company):
    company.horizon_days = 1
    company.save()
    late_sunday = kyiv(23, 59, MONDAY - timedelta(days=1))

    found = slots_for(service, first_day=date.min, last_day=date.max, now=late_sunday)

    assert {slot.starts_at.astimezone(KYIV).date() for slot in found} == {MONDAY}


def test_any_provider_means_active_ones_of_the_service_in_their_order(service, olena):
    taras = hire("Taras", service, position=0)
    hire("Gone", service, is_active=False)
    Provider.objects.create(name="Elsewhere")
    Provider.objects.filter(pk=olena.pk).update(position=1)
    occupy(taras, service, kyiv(9))

    found = slots_for(service, first_day=MONDAY, last_day=MONDAY, now=NOW)

    assert [slot.provider_ids for slot in found[:2]] == [(olena.pk,), (taras.pk, olena.pk)]


def test_a_service_without_providers_offers_nothing(service):
    assert hours_offered(service) == []


# The check


def why_not(service, provider, starts_at, **question):
    """Why one provider cannot take an appointment; None: they can."""
    return refusals_at(service, [provider], starts_at, **question)[provider.pk]


@pytest.mark.parametrize(
    ("starts_at", "reason"),
    [
        (kyiv(10), None),
        (kyiv(10, 30), Refusal.OFF_GRID),
        (kyiv(10) + timedelta(seconds=30), Refusal.OFF_GRID),
        (kyiv(10) + timedelta(microseconds=1), Refusal.OFF_GRID),
        (kyiv(17), Refusal.CLOSED),
        (kyiv(12), Refusal.BUSY),
        (kyiv(13), Refusal.TIME_OFF),
        (NOW - timedelta(minutes=1), Refusal.TOO_SOON),
        (kyiv(10) + timedelta(days=60), Refusal.TOO_FAR),
        (datetime.min.replace(tzinfo=UTC), Refusal.TOO_SOON),
        (datetime.max.replace(tzinfo=UTC), Refusal.TOO_FAR),
    ],
)
def test_each_refusal_has_its_reason(service, olena, starts_at, reason):
    occupy(olena, service, kyiv(12))
    TimeOff.objects.create(provider=olena, starts_at=kyiv(13), ends_at=kyiv(14))

    assert why_not(service, olena, starts_at, now=NOW) is reason


def test_a_naive_start_is_an_error(service, olena):
    with pytest.raises((TypeError, ValueError)):
        why_not(service, olena, datetime(2026, 11, 23, 10), now=NOW)  # noqa: DTZ001


def test_each_provider_gets_an_answer(service, olena):
    taras = hire("Taras", service)
    occupy(taras, service, kyiv(10))

    assert refusals_at(service, [olena, taras], kyiv(10), now=NOW) == {
        olena.pk: None,
        taras.pk: Refusal.BUSY,
    }
    assert refusals_at(service, [olena, taras], NOW - timedelta(days=1), now=NOW) == {
        olena.pk: Refusal.TOO_SOON,
        taras.pk: Refusal.TOO_SOON,
    }


def test_the_list_and_the_check_agree_over_the_clock_change(service, olena):
    service.ignores_hours, service.grid_minutes = True, 30
    occupy(olena, service, datetime(2026, 10, 25, 1, 15, tzinfo=UTC))
    now = datetime(2026, 10, 23, tzinfo=UTC)
    sunday = date(2026, 10, 25)
    offered = slots_for(service, first_day=sunday, last_day=sunday, now=now)

    midnight = kyiv(0, 0, sunday).astimezone(UTC)
    asked = [midnight + timedelta(minutes=10 * step) for step in range(25 * 6)]
    accepted = [start for start in asked if why_not(service, olena, start, now=now) is None]

    assert accepted == [slot.starts_at for slot in offered]
    assert len(offered) == 25 * 2 - 4


# Moving a session


def test_a_session_may_move_onto_its_own_time(service, olena):
    service.grid_minutes = 30
    session = occupy(olena, service, kyiv(10))

    assert why_not(service, olena, kyiv(10, 30), now=NOW) is Refusal.BUSY
    assert why_not(service, olena, kyiv(10, 30), now=NOW, ignoring_session=session) is None


def test_a_moved_session_keeps_its_length_and_buffers(service, olena):
    session = occupy(olena, service, kyiv(10))
    service.duration_minutes, service.buffer_before_minutes = 480, 60
    service.save()

    assert hours_offered(service) == []
    assert hours_offered(service, ignoring_session=session) == list(range(9, 17))


# Classes


@pytest.fixture
def yoga():
    return Service.objects.create(
        name="Yoga", slug="yoga", kind=Service.CLASS, capacity=10, duration_minutes=60
    )


def test_a_class_offers_its_sessions_with_the_places_left(yoga, olena):
    session = occupy(olena, yoga, kyiv(18), capacity=10, seats_taken=7)
    occupy(olena, yoga, kyiv(19), capacity=10, seats_taken=10)
    occupy(olena, yoga, kyiv(20), capacity=10, status=Session.CANCELLED)
    occupy(olena, yoga, kyiv(0, 0, MONDAY + timedelta(days=1)), capacity=10)
    occupy(olena, yoga, kyiv(22, 30, MONDAY - timedelta(days=1)), capacity=10)

    assert slots_for(yoga, first_day=MONDAY, last_day=MONDAY, now=NOW) == [
        OfferedSlot(kyiv(18), kyiv(19), (olena.pk,), seats_left=3, session_id=session.pk)
    ]


def test_full_sessions_are_those_that_places_alone_keep_from_being_offered(yoga, olena):
    full = occupy(olena, yoga, kyiv(18), capacity=10, seats_taken=10)
    occupy(olena, yoga, kyiv(19), capacity=10, seats_taken=9)
    occupy(olena, yoga, kyiv(20), capacity=10, seats_taken=10, status=Session.CANCELLED)
    occupy(olena, yoga, kyiv(18, 0, MONDAY + timedelta(days=1)), capacity=1, seats_taken=1)
    asked = {"first_day": MONDAY, "last_day": MONDAY}

    assert full_sessions(yoga, **asked, now=NOW) == [
        OfferedSlot(kyiv(18), kyiv(19), (olena.pk,), seats_left=0, session_id=full.pk)
    ]
    assert full_sessions(yoga, **asked, now=kyiv(18, 1)) == []
    assert full_sessions(yoga, first_day=date.min, last_day=date(2026, 1, 1), now=NOW) == []


def test_a_class_session_is_offered_until_its_notice(yoga, olena):
    yoga.notice_minutes = 30
    yoga.save()
    session = occupy(olena, yoga, kyiv(18), capacity=10)
    asked = {"first_day": MONDAY, "last_day": MONDAY}

    assert len(slots_for(yoga, **asked, now=kyiv(17, 30))) == 1
    assert why_not_session(session, now=kyiv(17, 30)) is None
    assert slots_for(yoga, **asked, now=kyiv(17, 31)) == []
    assert why_not_session(session, now=kyiv(17, 31)) is Refusal.TOO_SOON
    assert why_not_session(session, now=kyiv(9) - timedelta(days=61)) is Refusal.TOO_FAR


def test_places_move_to_another_session_or_provider(yoga, olena):
    taras = Provider.objects.create(name="Taras")
    here = occupy(olena, yoga, kyiv(18), capacity=10)
    occupy(taras, yoga, kyiv(19), capacity=10)

    assert hours_offered(yoga) == [18, 19]
    assert hours_offered(yoga, ignoring_session=here) == [19]
    assert hours_offered(yoga, providers=[olena]) == [18]


# The nearest free times


def nearest(service, moment, **asked):
    return [
        slot.starts_at.astimezone(KYIV).strftime("%d %H:%M")
        for slot in nearest_free(service, moment, now=NOW, **asked)
    ]


def test_the_nearest_free_times_lie_on_both_sides(service, olena):
    occupy(olena, service, kyiv(12))

    assert nearest(service, kyiv(12)) == ["23 10:00", "23 11:00", "23 13:00"]
    assert nearest(service, kyiv(12), count=1) == ["23 11:00"]


def test_the_nearest_free_times_may_be_weeks_away(service, olena):
    WorkingHours.objects.all().delete()
    SpecialDay.objects.create(date=date(2026, 12, 20), starts=time(9), ends=time(11))
    SpecialDay.objects.create(date=date(2026, 12, 24), starts=time(9), ends=time(10))

    assert nearest(service, kyiv(12)) == ["20 09:00", "20 10:00", "24 09:00"]
    assert nearest(service, datetime.max.replace(tzinfo=UTC), count=1) == ["24 09:00"]


def test_a_nearer_time_beyond_the_first_days_searched_is_found(service, olena):
    WorkingHours.objects.all().delete()
    SpecialDay.objects.create(date=date(2026, 12, 6), starts=time(23), ends=time(0))
    SpecialDay.objects.create(date=date(2026, 12, 13), starts=time(22), ends=time(23))

    assert nearest(service, kyiv(0, 30, date(2026, 12, 10)), count=1) == ["06 23:00"]
    assert nearest(service, datetime.min.replace(tzinfo=UTC), count=1) == ["06 23:00"]


def test_nothing_free_gives_nothing(service):
    assert nearest(service, kyiv(12)) == []


def test_the_nearest_session_of_a_class_has_places(yoga, olena):
    occupy(olena, yoga, kyiv(18), capacity=10, seats_taken=10)
    occupy(olena, yoga, kyiv(20), capacity=10)

    assert nearest(yoga, kyiv(18)) == ["23 20:00"]


# The number of queries


@pytest.mark.parametrize("how_many", [1, 20])
@pytest.mark.parametrize("days", [1, 31])
def test_queries_grow_neither_with_providers_nor_with_days(
    service, how_many, days, django_assert_num_queries
):
    for number in range(how_many):
        provider = hire(f"Provider {number}", service)
        open_week(provider, 9, 17)
        SpecialDay.objects.create(provider=provider, date=MONDAY, starts=time(9), ends=time(12))
        TimeOff.objects.create(provider=provider, starts_at=kyiv(9), ends_at=kyiv(10))
        for day in range(days):
            occupy(provider, service, kyiv(11, 0, MONDAY + timedelta(days=day)))
    last_day = MONDAY + timedelta(days=days - 1)

    with django_assert_num_queries(3):  # the company, the providers, their hours and sessions
        found = slots_for(service, first_day=MONDAY, last_day=last_day, now=NOW)

    assert len(found) == 1 + 7 * (days - 1)
    assert {len(slot.provider_ids) for slot in found} == {how_many}


def test_the_check_takes_two_queries_for_any_number_of_providers(
    service, django_assert_num_queries
):
    providers = [hire(f"Provider {number}", service) for number in range(20)]

    with django_assert_num_queries(2):  # the company, hours and sessions
        refusals_at(service, providers, kyiv(10), now=NOW)


def test_a_class_takes_two_queries(yoga, olena, django_assert_num_queries):
    for hour in (18, 20, 22):
        occupy(olena, yoga, kyiv(hour), capacity=10)

    with django_assert_num_queries(2):  # the company, the sessions
        slots_for(yoga, first_day=MONDAY, last_day=MONDAY, now=NOW)


def test_dates_outside_what_is_offered_ask_for_nothing(service, olena, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert slots_for(service, first_day=date.min, last_day=date(2026, 1, 1), now=NOW) == []
