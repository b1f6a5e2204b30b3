"""Dates and times as people read them: the zone is always named."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking import formats

pytestmark = pytest.mark.no_database

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KYIV = ZoneInfo("Europe/Kyiv")


@pytest.mark.parametrize(
    ("zone", "language", "written"),
    [
        ("Europe/Kyiv", "en", "Tuesday, 24 November 2026, 14:00 (Kyiv, UTC+2)"),
        ("Europe/Kyiv", "uk", "вівторок, 24 листопада 2026 р., 14:00 (Київ, UTC+2)"),
        ("America/Los_Angeles", "en", "Tuesday, 24 November 2026, 04:00 (Los Angeles, UTC-8)"),
        ("Asia/Kolkata", "en", "Tuesday, 24 November 2026, 17:30 (Kolkata, UTC+5:30)"),
        ("Pacific/Kiritimati", "en", "Wednesday, 25 November 2026, 02:00 (Kiritimati, UTC+14)"),
        ("UTC", "en", "Tuesday, 24 November 2026, 12:00 (UTC)"),
    ],
)
def test_moment_is_written_in_its_zone_and_language(zone, language, written):
    assert formats.format_moment(NOON, ZoneInfo(zone), language) == written


def test_date_has_a_short_form():
    assert formats.format_date(NOON, KYIV, "en", short=True) == "Tue, 24 Nov"


@pytest.mark.parametrize(
    ("last", "language", "written"),
    [
        (date(2026, 11, 29), "en", "23–29 Nov 2026"),
        (date(2026, 12, 6), "en", "23 Nov – 6 Dec 2026"),
        (date(2027, 1, 3), "en", "23 Nov 2026 – 3 Jan 2027"),
        (date(2026, 11, 29), "uk", "23–29 лист. 2026 р."),
    ],
)
def test_days_that_follow_one_another_say_once_what_they_share(last, language, written):
    assert formats.format_days(date(2026, 11, 23), last, language) == written


@pytest.mark.parametrize(
    ("language", "month", "weekday"),
    [("en", "November 2026", "Tue"), ("uk", "Листопад 2026", "вт")],
)
def test_month_and_weekday_stand_alone(language, month, weekday):
    assert formats.format_month(NOON.date(), language) == month
    assert formats.format_weekday(NOON, KYIV, language) == weekday


def test_period_within_a_day_names_it_once():
    written = formats.format_period(NOON, NOON + timedelta(minutes=30), KYIV, "en")

    assert written == "Tuesday, 24 November 2026, 14:00–14:30 (Kyiv, UTC+2)"


def test_period_over_midnight_names_both_days():
    written = formats.format_period(NOON, NOON + timedelta(hours=11), KYIV, "en")

    assert written == (
        "Tuesday, 24 November 2026, 14:00 – Wednesday, 25 November 2026, 01:00 (Kyiv, UTC+2)"
    )


def test_period_over_a_clock_change_tells_each_offset():
    starts_at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 03:30 summer time, Kyiv

    written = formats.format_period(starts_at, starts_at + timedelta(hours=1), KYIV, "en")

    assert written == (
        "Sunday, 25 October 2026, 03:30 (Kyiv, UTC+3) – "
        "Sunday, 25 October 2026, 03:30 (Kyiv, UTC+2)"
    )


def test_short_moment_keeps_its_zone():
    written = formats.format_moment(NOON, KYIV, "en", short=True)

    assert written == "Tue, 24 Nov, 14:00 (Kyiv, UTC+2)"


@pytest.mark.parametrize(
    ("zone", "changes_at", "minutes"),
    [
        ("Europe/Kyiv", datetime(2026, 10, 25, 1, tzinfo=UTC), 60),
        ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC), 60),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC), 30),
    ],
)
def test_exactly_the_wall_times_that_come_twice_are_ambiguous(zone, changes_at, minutes):
    ambiguous = [
        minute
        for minute in range(-180, 180)
        if formats.is_ambiguous(changes_at + timedelta(minutes=minute), ZoneInfo(zone))
    ]

    assert ambiguous == list(range(-minutes, minutes))


@pytest.mark.parametrize(
    ("zone", "changes_at"),
    [
        ("Europe/Kyiv", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ],
)
def test_nothing_is_ambiguous_where_the_clock_goes_forward(zone, changes_at):
    around = (changes_at + timedelta(minutes=minute) for minute in range(-180, 180))

    assert not any(formats.is_ambiguous(moment, ZoneInfo(zone)) for moment in around)


@pytest.mark.parametrize(
    ("zone", "first", "hours_later", "written"),
    [
        (
            "Europe/Kyiv",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            1,
            ["03:30 (UTC+3)", "03:30 (UTC+2)"],
        ),
        (
            "America/New_York",
            datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
            1,
            ["01:30 (UTC-4)", "01:30 (UTC-5)"],
        ),
        (
            "Australia/Lord_Howe",
            datetime(2026, 4, 4, 14, 45, tzinfo=UTC),
            0.5,
            ["01:45 (UTC+11)", "01:45 (UTC+10:30)"],
        ),
    ],
)
def test_bare_clock_that_comes_twice_carries_its_offset(zone, first, hours_later, written):
    both = first, first + timedelta(hours=hours_later)

    assert [formats.format_clock(moment, ZoneInfo(zone)) for moment in both] == written
    assert formats.format_clock(first - timedelta(hours=2), ZoneInfo(zone)).count("UTC") == 0


def test_ambiguous_time_with_its_zone_names_the_offset_once():
    starts_at = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)  # 03:00 summer time, Kyiv

    assert formats.format_time(starts_at, KYIV, "en") == "03:00 (Kyiv, UTC+3)"
    assert formats.format_period(starts_at, starts_at + timedelta(minutes=30), KYIV, "en") == (
        "Sunday, 25 October 2026, 03:00–03:30 (Kyiv, UTC+3)"
    )
