"""What the README tells a newcomer to enter at Zoom is what the product needs."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from zoomlink import payloads
from zoomlink.scopes import NEEDED_SCOPES

pytestmark = pytest.mark.no_database

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def rows(title):
    """The cells of the table whose first column has that title."""
    _before, _title, table = README.partition(f"\n| {title} |")
    lines = table.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_scopes_are_those_that_are_needed_with_their_purposes():
    assert rows("scope") == [
        [f"`{scope.name}`", str(scope.purpose).removeprefix("to "), f"`{scope.classic}`"]
        for scope in NEEDED_SCOPES
    ]


def test_the_events_are_those_that_something_is_done_about():
    named = [name for first, _deed in rows("event") for name in re.findall(r"`([^`]+)`", first)]

    assert sorted(named) == sorted(
        [
            *(payloads.MEETING_STARTED, payloads.MEETING_ENDED),
            *(payloads.MEETING_UPDATED, payloads.MEETING_DELETED),
            *(payloads.JOINED, payloads.LEFT),
            *(payloads.USER_UPDATED, payloads.USER_ACTIVATED, *payloads.USER_GONE),
        ]
    )
    assert f"`{payloads.DEAUTHORIZED}`" in README


@pytest.mark.parametrize("name", ["zoomlink:callback", "zoomlink:webhook"])
def test_the_addresses_to_enter_are_ours(name):
    assert f"\nhttps://book.example.com{reverse(name)}\n" in README
