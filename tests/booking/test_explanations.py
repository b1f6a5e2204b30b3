"""Why a time is free or not, in words."""

from datetime import time, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from booking.availability import explain
from booking.explanations import RULE_NAMES, explained
from booking.models import ServiceHours, TimeOff, WorkingHours
from booking.slots import Refusal
from tests.factories import NOW, TOMORROW_NOON, book_one, service

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict(ada):
    """A lesson with every kind of rule, tomorrow being a Tuesday."""
    for day in range(7):
        WorkingHours.objects.create(weekday=day, starts=time(9), ends=time(17))
    WorkingHours.objects.create(provider=ada, weekday=1, starts=time(10), ends=time(15))
    ada.daily_maximum = 3
    ada.save()
    lesson = service(ada, ignores_hours=False, daily_maximum=4, buffer_after_minutes=10)
    ServiceHours.objects.create(service=lesson, weekday=1, starts=time(12), ends=time(14))
    return lesson


def lines(lesson, ada, company, starts_at=TOMORROW_NOON):
    return explained(explain(lesson, ada, starts_at, now=NOW), company.zone)


def test_free_time_says_by_which_rules_it_is_free(strict, ada, company):
    said = lines(strict, ada, company)

    assert {line.holds for line in said} == {True}
    assert [(line.name, line.text) for line in said] == [
        (
            "Notice",
            "The earliest start that can be booked now is "
            "Monday, 23 November 2026, 09:00 (Kyiv, UTC+2).",
        ),
        ("How far ahead", "The last day that can be booked now is Tuesday, 23 November 2027."),
        ("Start times", "Bookings start every 5 minutes, counted from midnight."),
        (
            "Working hours",
            "The company is open 09:00–17:00 on Tuesday, 24 November 2026 (Europe/Kyiv); the "
            "provider works 10:00–15:00 on Tuesday, 24 November 2026 (Europe/Kyiv).",
        ),
        ("Times of the service", "On this day the service takes place: 12:00–14:00."),
        ("Time off", "There is no time off then."),
        (
            "Daily maximum",
            "0 of at most 4 bookings of the service on this day. "
            "0 of at most 3 sessions of the provider on this day.",
        ),
        ("Other bookings", "Nothing else is booked then."),
    ]


def test_taken_time_says_by_what(strict, ada, company):
    book_one(strict)
    TimeOff.objects.create(
        provider=ada,
        starts_at=TOMORROW_NOON,
        ends_at=TOMORROW_NOON + timedelta(hours=1),
        note="Dentist",
    )

    said = {line.name: line for line in lines(strict, ada, company)}

    assert [name for name, line in said.items() if not line.holds] == ["Time off", "Other bookings"]
    assert said["Time off"].text == (
        "Tuesday, 24 November 2026, 12:00–13:00 (Kyiv, UTC+2) – Dentist"
    )
    assert said["Other bookings"].text == (
        "Lesson, which with its buffers takes Tuesday, 24 November 2026, 12:00–12:40 (Kyiv, UTC+2)"
    )


def test_closed_day_says_so(strict, ada, company):
    sunday = TOMORROW_NOON + timedelta(days=5)

    said = {line.name: line.text for line in lines(strict, ada, company, sunday)}

    assert "the provider works not at all" in said["Working hours"]
    assert said["Times of the service"] == "On this day the service takes place: not at all."


def test_service_without_such_rules_says_that_there_are_none(ada, lesson, company):
    said = {line.name: line.text for line in lines(lesson, ada, company)}

    assert said["Times of the service"] == "The service has no times of its own."
    assert said["Daily maximum"] == "There is no daily maximum."


def test_every_rule_has_a_name():
    assert set(RULE_NAMES) == set(Refusal)


@pytest.mark.parametrize("name", ["Ada", "ada", "number"])
def test_command_says_it_for_a_time_on_the_companys_clock(strict, ada, capsys, name):
    wanted = str(ada.pk) if name == "number" else name

    with time_machine.travel(NOW, tick=False):
        call_command("why", "lesson", wanted, "2026-11-24 15:00")

    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Lesson, Ada, Tuesday, 24 November 2026, 15:00 (Kyiv, UTC+2)"
    assert [line.split(":")[0] for line in said if line.startswith(" NO")] == [
        " NO  Working hours",
        " NO  Times of the service",
    ]
    assert said[-1] == "This time is not free."


def test_command_takes_a_time_with_its_offset(lesson, capsys):
    with time_machine.travel(NOW, tick=False):
        call_command("why", "lesson", "Ada", f"{TOMORROW_NOON:%Y-%m-%dT%H:%M}+00:00")

    assert capsys.readouterr().out.endswith("This time is free.\n")


@pytest.mark.parametrize(
    "wish",
    [
        ("nothing", "Ada", "2026-11-24 15:00"),
        ("lesson", "Nobody", "2026-11-24 15:00"),
        ("lesson", "404", "2026-11-24 15:00"),
        ("lesson", "Ada", "tomorrow"),
        ("lesson", "Ada", "2026-02-30 10:00"),
    ],
)
def test_command_refuses_what_there_is_not(lesson, wish):
    with pytest.raises(CommandError):
        call_command("why", *wish)


def test_year_9999_is_answered_too(lesson, ada, company):
    far = TOMORROW_NOON.replace(year=9998, month=12)

    said = lines(lesson, ada, company, far)

    assert [line.name for line in said if not line.holds] == ["How far ahead"]
