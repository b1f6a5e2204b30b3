"""A month as a calendar page."""

from datetime import date

import pytest

from web.site.months import Month, day_named


def test_named_reads_year_and_month():
    assert Month.named("2026-11") == Month(2026, 11)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-1", "november", "2026-11-01", "0000-01"]
)
def test_named_refuses_other_texts(text):
    assert Month.named(text) is None


@pytest.mark.parametrize("text", ["", "today", "2026-02-30", "2026-11"])
def test_day_named_refuses_other_texts(text):
    assert day_named(text) is None


def test_weeks_start_on_monday_and_hold_every_day_once():
    weeks = Month(2026, 11).weeks()

    assert weeks[0] == [None] * 6 + [date(2026, 11, 1)]
    assert [day for week in weeks for day in week if day] == [
        date(2026, 11, number) for number in range(1, 31)
    ]
    assert {len(week) for week in weeks} == {7}


def test_neighbours_cross_the_year():
    assert Month(2026, 12).following() == Month(2027, 1)
    assert Month(2027, 1).previous() == Month(2026, 12)
