"""How many SMS a text is: pure.

A text in the alphabet of GSM 03.38 takes 7 bits a character, its extension table 14; any
other character makes the whole text UCS-2, counted in UTF-16 code units. What needs more
than one SMS loses room in each of them for telling the parts apart (3GPP TS 23.040,
section 9.2.3.24.1). A character of two units is not parted. The same rules stand in
``static/desk/js/sms_segments.js``.
"""

from dataclasses import dataclass

GSM_7, UCS_2 = "GSM-7", "UCS-2"
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"
MOST_EXAMPLES = 5
# Units in a text of one SMS, and in each part of a longer one.
ROOM = {GSM_7: (160, 153), UCS_2: (70, 67)}


@dataclass(frozen=True)
class Count:
    """``units`` are septets or UTF-16 code units; ``foreign`` are what forces UCS-2."""

    encoding: str
    units: int
    segments: int
    foreign: str = ""

    @property
    def examples(self) -> str:
        """A few of the ``foreign``, to look for in the text."""
        return " ".join(self.foreign[:MOST_EXAMPLES]) + (
            " …" if len(self.foreign) > MOST_EXAMPLES else ""
        )


def count(text: str) -> Count:
    """Count a text as it would be sent; an empty one is no SMS."""
    foreign = "".join(dict.fromkeys(c for c in text if c not in BASIC and c not in EXTENSION))
    if foreign:
        widths = [1 if ord(character) < 0x10000 else 2 for character in text]
    else:
        widths = [2 if character in EXTENSION else 1 for character in text]
    encoding = UCS_2 if foreign else GSM_7
    return Count(encoding, sum(widths), _segments(widths, *ROOM[encoding]), foreign)


def _segments(widths: list[int], alone: int, each: int) -> int:
    if sum(widths) <= alone:
        return 1 if widths else 0
    segments, taken = 1, 0
    for width in widths:
        if taken + width > each:
            segments, taken = segments + 1, 0
        taken += width
    return segments
