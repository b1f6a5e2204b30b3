"""A country that changes its clocks moves what the wall shows, never a booking."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from booking import actions
from booking.clocks import moved_by_the_clock
from booking.models import Session
from tests.factories import NOW, TOMORROW_NOON, book_one, details

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked(lesson):
    return book_one(lesson)


def expect_summer_time(session):
    """As if it had been booked when Kyiv was still to keep summer time all year."""
    Session.objects.filter(pk=session.pk).update(utc_offset_minutes=180)


def test_booking_whose_wall_time_stays_is_not_listed(booked):
    assert list(moved_by_the_clock(now=NOW)) == []


def test_booking_whose_wall_time_changed_is_listed_with_both(booked, lesson):
    book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=2), client=details("Dan"))
    expect_summer_time(booked.session)

    [move] = moved_by_the_clock(now=NOW)

    assert move.session == booked.session
    assert move.agreed_at == move.shown_at == TOMORROW_NOON
    assert (f"{move.agreed_at:%H:%M %z}", f"{move.shown_at:%H:%M %z}") == (
        "13:00 +0300",
        "12:00 +0200",
    )


@pytest.mark.parametrize("how", ["over", "cancelled"])
def test_what_is_over_or_cancelled_is_not_listed(booked, how):
    expect_summer_time(booked.session)
    if how == "cancelled":
        actions.cancel(booking_id=booked.pk, now=NOW)

    now = booked.session.starts_at if how == "over" else NOW

    assert list(moved_by_the_clock(now=now)) == []


def test_moved_booking_is_agreed_anew(booked):
    expect_summer_time(booked.session)

    actions.reschedule(booking_id=booked.pk, starts_at=TOMORROW_NOON + timedelta(hours=1), now=NOW)

    assert list(moved_by_the_clock(now=NOW)) == []


def test_command_lists_old_and_new_wall_time(booked, capsys):
    expect_summer_time(booked.session)

    with time_machine.travel(NOW, tick=False):
        call_command("clock_changes")

    said = capsys.readouterr().out.splitlines()
    assert said[0] == (
        "2026-11-24 13:00 (UTC+03:00) is now 2026-11-24 12:00 (UTC+02:00) (Europe/Kyiv): "
        f"Lesson, Ada; {booked.code}"
    )
    assert said[1].startswith("1 of the sessions to come have another wall time")
