"""Dates and times as people read them: the zone is always named."""

from datetime import UTC, datetime, timedelta
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
