"""Dates and instants of a weekly rule. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.series import RuleRefused, SeriesRule, instant_of, shifted

pytestmark = pytest.mark.no_database
KYIV = ZoneInfo("Europe/Kyiv")
MONDAY = date(2026, 11, 23)


def rule(**fields):
    usual = {
        "weekdays": {0, 3},
        "starts": time(18),
        "first_on": MONDAY,
        "last_on": MONDAY + timedelta(days=13),
    }
    return SeriesRule(**{**usual, **fields})


def days(of):
    return [day.isoformat()[5:] for day in of.dates()]


def test_rule_names_its_weekdays_until_the_last_date():
    assert days(rule()) == ["11-23", "11-26", "11-30", "12-03"]


def test_every_second_week_is_counted_from_the_week_of_the_first_date():
    wanted = rule(
        every_weeks=2, first_on=MONDAY + timedelta(days=2), last_on=MONDAY + timedelta(days=27)
    )

    assert days(wanted) == ["11-26", "12-07", "12-10"]


def test_exceptions_are_left_out():
    assert days(rule(except_on=[date(2026, 11, 30)])) == ["11-23", "11-26", "12-03"]


def test_both_ends_are_included():
    assert days(rule(last_on=MONDAY)) == ["11-23"]


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"weekdays": set()}, "weekdays"),
        ({"weekdays": {7}}, "weekdays"),
        ({"weekdays": {-1}}, "weekdays"),
        ({"every_weeks": 0}, "every_weeks"),
        ({"every_weeks": 53}, "every_weeks"),
        ({"last_on": MONDAY - timedelta(days=1)}, "last_on"),
        ({"last_on": date(9999, 12, 31)}, "last_on"),
    ],
)
def test_rule_that_makes_no_sense_is_refused(fields, at_fault):
    with pytest.raises(RuleRefused) as refusal:
        rule(**fields)

    assert refusal.value.field == at_fault


def test_rule_keeps_its_wall_time_across_the_change():
    wanted = rule(
        weekdays={6}, starts=time(10), first_on=date(2026, 10, 18), last_on=date(2026, 11, 1)
    )

    assert [start for _day, start in wanted.starts_in(KYIV)] == [
        datetime(2026, 10, 18, 7, tzinfo=UTC),
        datetime(2026, 10, 25, 8, tzinfo=UTC),
        datetime(2026, 11, 1, 8, tzinfo=UTC),
    ]


def test_wall_time_the_clock_skips_has_no_start():
    wanted = rule(
        weekdays={6}, starts=time(3, 30), first_on=date(2026, 3, 22), last_on=date(2026, 3, 29)
    )

    assert list(wanted.starts_in(KYIV)) == [
        (date(2026, 3, 22), datetime(2026, 3, 22, 1, 30, tzinfo=UTC)),
        (date(2026, 3, 29), None),
    ]


def test_wall_time_that_comes_twice_means_the_first():
    night = datetime.combine(date(2026, 10, 25), time(3, 30))

    assert instant_of(night, KYIV) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_shift_is_of_wall_time():
    before = datetime(2026, 10, 24, 7, tzinfo=UTC)  # 10:00

    assert shifted(before, timedelta(days=1, hours=1), KYIV) == datetime(
        2026, 10, 25, 9, tzinfo=UTC
    )


def test_shift_into_what_the_clock_skips_goes_on_beyond_it():
    before = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)  # 03:30

    moved = shifted(before, timedelta(days=1), KYIV)

    assert moved.astimezone(KYIV).isoformat() == "2026-03-29T04:30:00+03:00"
