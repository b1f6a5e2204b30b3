"""Putting values into a template's [placeholders]: pure, one pass, nothing expanded twice.

``[name]`` of a known variable is replaced; ``[[`` writes a bracket; every other bracket
is plain text. A sentence whose variables are all empty disappears, and so does a line
left without any: "Join here: [online_meeting_link]" leaves nothing behind on a booking
without a meeting. A label on the line above, ending in a colon, goes with its line.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape
from itertools import groupby

TOKEN = re.compile(r"\[\[|\[([a-z][a-z0-9_]*)\]")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_URL = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")
# Control characters, and marks that turn the direction of all that follows.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Value:
    """What stands for a variable; a link becomes one in HTML."""

    text: str
    is_link: bool = False


@dataclass(frozen=True)
class Misplaced:
    """A bracketed name that cannot stand here. ``line`` and ``column`` count from 1."""

    name: str
    line: int
    column: int
    suggestion: str = ""


@dataclass(frozen=True)
class _Piece:
    text: str
    is_value: bool = False
    is_link: bool = False


Line = list[_Piece]


def misplaced(template: str, allowed: Collection[str]) -> list[Misplaced]:
    """Return every ``[lower_case_name]`` that is not among the allowed ones, in order."""
    found = []
    for match in TOKEN.finditer(template):
        name = match[1]
        if name is None or name in allowed:
            continue
        before = template[: match.start()]
        close = get_close_matches(name, sorted(allowed), n=1, cutoff=0.6)
        found.append(
            Misplaced(
                name=name,
                line=before.count("\n") + 1,
                column=match.start() - (before.rfind("\n") + 1) + 1,
                suggestion=close[0] if close else "",
            )
        )
    return found


def fill(template: str, values: Mapping[str, Value]) -> list[Line]:
    """Put ``values`` in and return lines; what has no value stays as it is written."""
    filled: list[Line | None] = []
    for line in template.replace("\r\n", "\n").split("\n"):
        result = _filled_line(line, values)
        if result is None and filled and _is_label(filled[-1]):
            filled[-1] = None
        filled.append(result)
    return _without_double_blanks([line for line in filled if line is not None])


def as_text(lines: list[Line]) -> str:
    """Return plain text with its lines."""
    return "\n".join(_line_text(line).rstrip() for line in lines)


def as_one_line(lines: list[Line]) -> str:
    """Return plain text on a single line: an SMS, or a subject."""
    return " ".join(as_text(lines).split())


def as_html(lines: list[Line]) -> str:
    """Return paragraphs of escaped HTML in which addresses of the template are links.

    An address inside a value stays text: what a client typed must not become a link.
    """
    paragraphs = [
        "<br>\n".join("".join(map(_piece_html, line)) for line in group)
        for is_blank, group in groupby(lines, key=lambda line: not line)
        if not is_blank
    ]
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _filled_line(line: str, values: Mapping[str, Value]) -> Line | None:
    """Return the pieces of a line; None where nothing of it is left."""
    sentences = [_filled_sentence(part, values) for part in _sentences(line)]
    kept = [sentence for sentence in sentences if sentence is not None]
    if not kept:
        return None
    return [piece for sentence in kept for piece in sentence if piece.text]


def _sentences(line: str) -> list[str]:
    """Split behind the end of each sentence, which keeps the space that follows it."""
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(line))]
    return [line[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _filled_sentence(sentence: str, values: Mapping[str, Value]) -> Line | None:
    pieces: Line = []
    put_in: list[str] = []
    position = 0
    for match in TOKEN.finditer(sentence):
        pieces.append(_Piece(sentence[position : match.start()]))
        position = match.end()
        value = values.get(match[1] or "")
        if value is None:
            pieces.append(_Piece("[" if match[1] is None else match[0]))
            continue
        text = clean(value.text)
        put_in.append(text)
        pieces.append(_Piece(text, is_value=True, is_link=value.is_link))
    pieces.append(_Piece(sentence[position:]))
    return None if put_in and not any(put_in) else pieces


def clean(text: str) -> str:
    """Return a value as one harmless line."""
    return " ".join(_UNWANTED.sub("", text).split())


def _is_label(line: Line | None) -> bool:
    return (
        line is not None
        and not any(piece.is_value for piece in line)
        and _line_text(line).rstrip().endswith(":")
    )


def _without_double_blanks(lines: list[Line]) -> list[Line]:
    kept: list[Line] = []
    for line in lines:
        is_blank = not _line_text(line).strip()
        if is_blank and (not kept or not kept[-1]):
            continue
        kept.append([] if is_blank else line)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _line_text(line: Line) -> str:
    return "".join(piece.text for piece in line)


def _piece_html(piece: _Piece) -> str:
    if piece.is_link and piece.text:
        return anchor(piece.text)
    if piece.is_value:
        return escape(piece.text)
    return _linked(piece.text)


def _linked(text: str) -> str:
    parts, position = [], 0
    for match in _URL.finditer(text):
        parts += [escape(text[position : match.start()]), anchor(match[0])]
        position = match.end()
    return "".join([*parts, escape(text[position:])])


def anchor(url: str) -> str:
    """Return a link that shows where it leads."""
    return f'<a href="{escape(url)}" target="_blank" rel="noreferrer">{escape(url)}</a>'
