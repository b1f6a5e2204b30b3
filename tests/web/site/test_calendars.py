"""Addresses of calendars on the web: every letter arrives, and none of them is too long."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from notifications.calendar_files import CONFIRMED, Entry, Person
from web.site import calendars

pytestmark = pytest.mark.no_database

KYIV = ZoneInfo("Europe/Kyiv")
ENTRY = Entry(
    uid="ABC@localhost",
    sequence=1,
    status=CONFIRMED,
    starts_at=datetime(2026, 11, 24, 14, 0, tzinfo=KYIV),
    ends_at=datetime(2026, 11, 24, 15, 30, tzinfo=KYIV),
    zone=KYIV,
    summary="Урок #1 & чай + 100% · Їжак",
    description=("With Ada <b> & Co.", "See: https://zustrich.example/b/x/?a=1&b=2"),
    organizer=Person("Kyiv Yoga", "hello@kyiv-yoga.example"),
    attendee=Person("Cleo", "cleo@client.example"),
    location="вул. Хрещатик, 1",
)
# The names each gives to title, place and notes.
FIELDS = {
    "google": ("text", "location", "details"),
    "outlook": ("subject", "location", "body"),
    "office": ("subject", "location", "body"),
}


def told(name: str, entry: Entry) -> dict[str, str]:
    address = calendars.ADDRESSES[name](entry)
    assert address.isascii()
    assert " " not in address
    assert "+" not in address
    return {key: value for key, [value] in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("google", "calendar.google.com"),
        ("outlook", "outlook.live.com"),
        ("office", "outlook.office.com"),
    ],
)
def test_every_letter_arrives(name, host):
    title, place, notes = FIELDS[name]

    fields = told(name, ENTRY)

    assert urlsplit(calendars.ADDRESSES[name](ENTRY)).hostname == host
    assert fields[title] == ENTRY.summary
    assert fields[place] == ENTRY.location
    if name == "google":
        assert fields[notes] == "\n".join(ENTRY.description)
        assert fields["dates"] == "20261124T120000Z/20261124T133000Z"
    else:
        assert fields[notes] == (
            "With Ada &lt;b&gt; &amp; Co.<br>See: https://zustrich.example/b/x/?a=1&amp;b=2"
        )
        assert (fields["startdt"], fields["enddt"]) == (
            "2026-11-24T12:00:00Z",
            "2026-11-24T13:30:00Z",
        )


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_long_is_cut_and_a_line_left_out_whole(name):
    title, place, notes = FIELDS[name]
    link = "Online meeting: https://zustrich.example/m/abc/"
    long = replace(
        ENTRY,
        summary="Щ" * 255,
        location="ї" * 255,
        description=("Ж" * 500, link, "x" * 3_000),
        starts_at=datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    )

    fields = told(name, long)

    assert len(calendars.ADDRESSES[name](long)) <= calendars.LONGEST
    assert fields[title].startswith("Щ" * 90)
    assert fields[title].endswith("Щ…")
    assert fields[place].endswith("ї…")
    assert fields[notes] == link


def test_a_link_too_long_to_be_a_place_is_left_out_rather_than_cut():
    long = replace(ENTRY, location="https://zoom.example/j/" + "9" * 600)

    assert "location" not in told("google", long)
    assert "location" not in told("outlook", long)


def test_notes_that_are_all_too_long_are_left_out():
    fields = told("google", replace(ENTRY, description=("x" * 3_000,)))

    assert fields["text"] == ENTRY.summary
    assert "details" not in fields
