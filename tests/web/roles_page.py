"""docs/roles.md as a test reads it: which address is for whom."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"

STAFF = ("owner", "administrator", "senior", "junior", "viewer")
WORDS = {
    "anybody": ("anonymous", "client", "nobody", *STAFF),
    "signed in": ("nobody", *STAFF),
    "staff": STAFF,
    "bookers": ("owner", "administrator", "senior", "junior"),
    "seniors": ("owner", "administrator", "senior"),
    "administrators": ("owner", "administrator"),
    "owner": ("owner",),
    "–": (),
}


@dataclass(frozen=True)
class Row:
    """One address, by its pattern: who may GET it, who may POST to it."""

    address: str
    opens: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    is_own: bool = False
    is_private: bool = False

    def __str__(self):
        return self.address


def pages() -> list[Row]:
    """Every address below /admin/, and of the staff's outside it."""
    return [*_listed(), *_of_kinds()]


def public() -> set[str]:
    return {_whole(cells[0]) for cells in _table(2)}


def _listed() -> Iterator[Row]:
    for address, _page, opens, sends, whose in _table(5):
        yield Row(_whole(address), WORDS[opens], WORDS[sends], whose == "own", whose == "one's own")


def _of_kinds() -> Iterator[Row]:
    for kind, _page, *cells, whose in _table(7):
        see, add, change, delete = (WORDS[cell] for cell in cells)
        one, is_own = f"/admin/{kind}/<path:object_id>/", whose == "own"
        yield Row(f"/admin/{kind}/", see, see)
        yield Row(f"/admin/{kind}/add/", add, add)
        yield Row(one, WORDS["signed in"], WORDS["signed in"])  # the way to the form
        yield Row(f"{one}change/", see, change, is_own)
        yield Row(f"{one}history/", see, see, is_own)
        yield Row(f"{one}delete/", delete, delete, is_own)
        yield Row(f"{one}deactivate/", (), change, is_own)


def _table(columns: int) -> Iterator[list[str]]:
    """The rows of those tables whose first column is an address and which have ``columns``."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `") and len(cells) == columns:
            yield [cells[0].strip("`"), *cells[1:]]


def _whole(address: str) -> str:
    return address if address.startswith("/") else f"/admin/{address}"


def readable(pattern: str) -> str:
    """A pattern of the resolver as people write it: a regular expression by its names."""
    named = re.sub(r"\(\?P(<\w+>)[^()]*\)", r"\1", pattern)
    return "/" + re.sub(r"\\Z|[\^$\\]", "", named)
