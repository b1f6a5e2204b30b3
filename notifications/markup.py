"""HTML that people wrote themselves: filled in, and made harmless.

Variables are filled as in ``notifications.render``, their values escaped. A block
element whose variables are all empty disappears, and so does one that only held such
blocks; what is not closed by an end tag of its own stays. It is the *result* that is
sanitised, so a value cannot become what the template could not say: without a way into a
scheme, an event handler or a style.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import nh3

from notifications.render import TOKEN, Value, anchor, clean

_BLOCKS = frozenset({"p", "li", "tr", "div", "h1", "h2", "h3", "h4", "h5", "h6"})
# A tag read simply; where its attributes hold angle brackets the sanitiser is what judges.
_TAG = re.compile(r"(<[^<>]*>)")
_TAG_NAME = re.compile(r"<(/?)\s*([a-zA-Z][a-zA-Z0-9]*)")

_TAGS = _BLOCKS | {
    *("a", "abbr", "b", "big", "blockquote", "br", "caption", "center", "code", "col"),
    *("colgroup", "dd", "del", "dl", "dt", "em", "font", "hr", "i", "img", "ins", "ol"),
    *("pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "table"),
    *("tbody", "td", "tfoot", "th", "thead", "u", "ul"),
}
_PLACED = {"align", "valign", "width", "height", "bgcolor"}
_ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title", "role"},
    "a": {"href"},
    "img": {"src", "alt", "align", "width", "height", "border"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "p": {"align"},
    "div": {"align"},
    "table": {*_PLACED, "border", "cellpadding", "cellspacing"},
    "tr": _PLACED,
    "td": {*_PLACED, "colspan", "rowspan"},
    "th": {*_PLACED, "colspan", "rowspan"},
    "col": {"span", "width"},
}
_SIDES = ("top", "right", "bottom", "left")
# Nothing that fetches from elsewhere, leaves its place, or covers what others wrote.
_STYLES = {
    *("background-color", "border", "border-collapse", "border-color", "border-radius"),
    *("border-spacing", "border-style", "border-width", "color", "direction", "display"),
    *("font", "font-family", "font-size", "font-style", "font-weight", "height"),
    *("letter-spacing", "line-height", "list-style-type", "margin", "max-width", "min-width"),
    *("padding", "text-align", "text-decoration", "text-transform", "vertical-align"),
    *("white-space", "width", "word-break", "overflow-wrap"),
    *(f"{name}-{side}" for name in ("border", "margin", "padding") for side in _SIDES),
}
_SCHEMES = ("http", "https", "mailto", "tel")
_BEGINNINGS = ("http://", "https://", "mailto:", "tel:")


def fill_html(template: str, values: Mapping[str, Value]) -> str:
    """Put ``values`` into HTML and return what of it is safe to send and to show."""
    return sanitised(_Filling(values).of(template))


def sanitised(html: str) -> str:
    """Keep tags, attributes and inline styles that can do no harm; links open apart."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        filter_style_properties=_STYLES,
        url_schemes=set(_SCHEMES),
        attribute_filter=_whole_address,
        link_rel="noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _whole_address(_tag: str, attribute: str, value: str) -> str | None:
    """A mail has no site of its own that the rest of an address could belong to."""
    is_address = attribute in ("href", "src")
    return None if is_address and not value.lower().startswith(_BEGINNINGS) else value


@dataclass
class _Block:
    """An element that is open: what was put into it itself, and into blocks within it."""

    name: str
    begins_at: int
    texts: list[str] = field(default_factory=list)
    put_in: list[str] = field(default_factory=list)
    lost: int = 0
    kept: int = 0

    @property
    def is_empty(self) -> bool:
        if self.kept:
            return False
        if self.put_in:
            return not any(self.put_in)
        return bool(self.lost) and not "".join(self.texts).strip()


class _Filling:
    """One pass over a template, piece by piece: a tag, or the text up to the next."""

    def __init__(self, values: Mapping[str, Value]):
        self.values = values
        self.pieces: list[str] = []
        self.open = [_Block("", 0)]
        self.is_in_link = False

    def of(self, template: str) -> str:
        for piece in _TAG.split(template):
            tag = _TAG_NAME.match(piece)
            name = tag[2].lower() if tag else ""
            is_end = bool(tag and tag[1])
            if name == "a":
                self.is_in_link = not is_end
            if name in _BLOCKS and not is_end:
                self.open.append(_Block(name, len(self.pieces)))
            self.pieces.append(self._filled(piece, is_tag=piece.startswith("<")))
            if name in _BLOCKS and is_end:
                self._close(name)
        return "".join(self.pieces)

    def _filled(self, piece: str, *, is_tag: bool) -> str:
        block = self.open[-1]

        def value_of(match: re.Match[str]) -> str:
            value = self.values.get(match[1] or "")
            if value is None:
                return "[" if match[1] is None else match[0]
            text = clean(value.text)
            block.put_in.append(text)
            is_anchor = value.is_link and text and not is_tag and not self.is_in_link
            return anchor(text) if is_anchor else escape(text)

        filled = TOKEN.sub(value_of, piece)
        if not is_tag or piece.lower().startswith("<img"):
            block.texts.append(filled)
        return filled

    def _close(self, name: str) -> None:
        """End the nearest element of this name; what was left open in it is part of it."""
        depth = next((n for n in range(len(self.open) - 1, 0, -1) if self.open[n].name == name), 0)
        if not depth:
            return
        block = self.open[depth]
        for inner in self.open[depth + 1 :]:
            block.texts += inner.texts
            block.put_in += inner.put_in
            block.lost, block.kept = block.lost + inner.lost, block.kept + inner.kept
        del self.open[depth:]
        if block.is_empty:
            del self.pieces[block.begins_at :]
            self.open[-1].lost += 1
        else:
            self.open[-1].kept += 1
