"""Calendar files by themselves: zones, clock changes, and what names may hold."""

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from notifications.calendar_files import (
    CANCEL,
    CONFIRMED,
    PUBLISH,
    REQUEST,
    Entry,
    Person,
    calendar_file,
)
from notifications.calendar_zones import explained
from tests.calendars import seen
from tests.factories import NOW

pytestmark = pytest.mark.no_database
HOUR = timedelta(hours=1)
NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)


def entry(**fields) -> Entry:
    starts_at = fields.get("starts_at", NOON)
    return Entry(
        **{
            "uid": "K7XW2M9P@book.example",
            "sequence": 1,
            "status": CONFIRMED,
            "starts_at": starts_at,
            "ends_at": starts_at + HOUR,
            "zone": ZoneInfo("Europe/Kyiv"),
            "summary": "Lesson",
            "description": ("With Ada.",),
            "organizer": Person("Kyiv Yoga", "hello@kyiv-yoga.example"),
            "attendee": Person("Cleo", "cleo@client.example"),
            **fields,
        }
    )


def written(method: str = REQUEST, **fields) -> bytes:
    return calendar_file(entry(**fields), method, now=NOW).content


@pytest.mark.parametrize(
    ("zone", "starts_at", "clock"),
    [
        ("Europe/Kyiv", "2027-03-28T00:30Z", "2027-03-28 02:30"),  # half an hour before
        ("Europe/Kyiv", "2027-03-28T01:00Z", "2027-03-28 04:00"),  # the change to summer
        ("Europe/Kyiv", "2027-10-31T02:00Z", "2027-10-31 04:00"),  # the twice hour is over
        ("Europe/Kyiv", "2027-12-31T22:30Z", "2028-01-01 00:30"),
        ("America/New_York", "2027-03-14T07:00Z", "2027-03-14 03:00"),
        ("America/New_York", "2027-11-07T07:00Z", "2027-11-07 02:00"),
        ("Australia/Lord_Howe", "2027-04-03T15:30Z", "2027-04-04 02:00"),  # by half an hour
        ("Australia/Lord_Howe", "2027-10-02T15:30Z", "2027-10-03 02:30"),
        ("Europe/Dublin", "2027-06-15T12:00Z", "2027-06-15 13:00"),  # its winter is "summer"
        ("Asia/Kolkata", "2027-06-15T12:00Z", "2027-06-15 17:30"),
        ("America/Sao_Paulo", "2027-01-15T12:00Z", "2027-01-15 09:00"),  # no summer any more
    ],
)
def test_time_is_the_clocks_of_the_zone_and_the_file_itself_explains_it(zone, starts_at, clock):
    moment = datetime.fromisoformat(starts_at)

    file = written(zone=ZoneInfo(zone), starts_at=moment)

    told = seen(file)
    assert told.clock == f"{clock} {zone}"
    assert told.starts_at == moment
    assert told.ends_at == moment + HOUR
    in_file = tzical(io.StringIO(file.decode())).get(zone)
    assert told.starts_at.replace(tzinfo=in_file) == moment
    assert told.ends_at.replace(tzinfo=in_file) == moment + HOUR


@pytest.mark.parametrize(
    ("zone", "starts_at"),
    [
        ("Europe/Kyiv", "2027-10-31T00:30Z"),  # 03:30 for the first time
        ("Europe/Kyiv", "2027-10-31T01:30Z"),  # and for the second
        ("Europe/Kyiv", "2027-10-30T23:30Z"),  # begins once and ends at 03:30
        ("Africa/Casablanca", "2027-06-15T12:00Z"),  # changes its clock with the moon
    ],
)
def test_time_that_no_file_can_tell_by_the_clock_is_told_in_utc(zone, starts_at):
    moment = datetime.fromisoformat(starts_at)

    file = written(zone=ZoneInfo(zone), starts_at=moment)

    assert seen(file).clock == f"{moment:%Y-%m-%d %H:%M} UTC"
    assert b"VTIMEZONE" not in file


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/New_York", "Australia/Lord_Howe"])
def test_zone_is_two_rules_as_outlook_reads_them(zone):
    part = explained(ZoneInfo(zone), 2027)

    rules = [observance["RRULE"] for observance in part.subcomponents]
    assert sorted(observance.name for observance in part.subcomponents) == ["DAYLIGHT", "STANDARD"]
    assert [sorted(rule) for rule in rules] == [["BYDAY", "BYMONTH", "FREQ"]] * 2
    assert not any("RDATE" in observance for observance in part.subcomponents)


EVIL = 'Клео 🧘‍♀️\r\nATTENDEE:mailto:evil@x.example\nEND:VEVENT\x0b\x85\u2028X:1\x00;,:"\\^n'


@pytest.mark.parametrize("method", [REQUEST, CANCEL, PUBLISH])
def test_name_can_bring_nothing_in(method):
    file = written(
        method,
        summary=EVIL * 20,
        description=(f"With {EVIL}.", "Second line"),
        location=EVIL,
        organizer=Person(EVIL, "hello@kyiv-yoga.example"),
        attendee=Person(EVIL * 20, "cleo@client.example\r\nX-EVIL:1"),
    )

    told = seen(file)
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    (plain,) = Calendar.from_ical(written(method, location="x")).walk("VEVENT")
    assert set(event) == set(plain)
    assert len(told.summary) == 255
    assert told.summary.startswith("Клео 🧘‍♀️ ATTENDEE:mailto:evil@x.example END:VEVENT X:1;")
    assert told.description.count("\n") == 1
    assert told.organizer == "mailto:hello@kyiv-yoga.example"
    assert told.attendees == (() if method == PUBLISH else ("mailto:cleo@client.example X-EVIL:1",))


def test_lines_are_short_and_end_as_they_must():
    file = written(summary="Ранкова йога 🧘 " * 30, description=("Опис " * 500,))

    assert b"\n" not in file.replace(b"\r\n", b"")
    assert max(len(line) for line in file.split(b"\r\n")) <= 75
    assert seen(file).description == ("Опис " * 500).strip()
