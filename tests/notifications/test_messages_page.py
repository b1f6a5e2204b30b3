"""docs/messages.md lists every message and every variable, as they are in the code."""

import re
from pathlib import Path

import pytest

from notifications.kinds import MESSAGES, Audience, Channel, Kind
from notifications.variables.facts import EVERY_WAY, EVERYBODY
from notifications.variables.registry import VARIABLES

pytestmark = pytest.mark.no_database
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "messages.md").read_text()
SWITCHED, FIXED, NAMED = (part.split("\n| --- ", 1)[1] for part in PAGE.split("\n## ")[1:])
PLACES = [
    (audience, channel)
    for audience in (Audience.CLIENT, Audience.PROVIDER, Audience.COMPANY)
    for channel in Channel
]


def rows(table: str) -> list[list[str]]:
    lines = [line for line in table.split("\n")[1:] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def mark(kind: Kind, audience: Audience, channel: Channel) -> str:
    spec = MESSAGES.get(f"{kind.value}-{audience.value}-{channel.value}")
    if spec is None:
        return ""
    return "●" if spec.default_on else "○"


def test_page_lists_every_message_with_how_it_is_at_first():
    written = {row[0]: row[1:7] for row in rows(SWITCHED)}

    assert {kind.strip("`") for kind in written} == {spec.kind for spec in MESSAGES.values()}
    for kind in written:
        assert written[kind] == [mark(Kind(kind.strip("`")), *place) for place in PLACES], kind


def test_page_lists_every_kind_once_as_switched_or_not():
    named = re.findall("`([a-z-]+)`", "".join(row[0] for row in rows(SWITCHED) + rows(FIXED)))

    assert set(named) == set(Kind.values)


def test_page_lists_every_variable_in_the_order_of_the_editor_with_its_readers():
    written = [row[:2] for row in rows(NAMED)]

    assert written == [[names_of(variable), readers_of(variable)] for variable in VARIABLES]


def names_of(variable) -> str:
    return " = ".join(f"`[{name}]`" for name in variable.names)


def readers_of(variable) -> str:
    some = "clients" if Audience.CLIENT in variable.audiences else "our side"
    readers = "everybody" if variable.audiences == EVERYBODY else some
    return readers if variable.channels == EVERY_WAY else f"{readers}, by e-mail"
