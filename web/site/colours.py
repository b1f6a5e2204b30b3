"""The booking site's colours, light and dark, computed from the one that a company chose.

Pure. A colour is written ``#rrggbb``. Contrast is that of WCAG 2.2: 4.5 is enough for text
(https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
"""

import colorsys
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

READABLE = 4.5
WHITE, INK = "#ffffff", "#0b1112"  # text on filled buttons
# What text stands on, besides what is tinted: the page, its cards and their feet (site.css).
LIGHT_GROUNDS = ("#ffffff", "#f6f7f5")
DARK_GROUNDS = ("#14181a", "#1e2426", "#232a2c")
STEPS = 50


class Scheme(NamedTuple):
    """Where colours stand, the lightness that makes them readable (0 or 1), and what their
    tint is made of: a ground with a share of them."""

    grounds: Sequence[str]
    towards: float
    tinted: str
    share: float


LIGHT = Scheme(LIGHT_GROUNDS, 0, WHITE, 0.12)
DARK = Scheme(DARK_GROUNDS, 1, "#1a2022", 0.18)


def stylesheet(colour: str) -> str:
    """Return the CSS that gives the pages their colours, for both schemes."""
    light = _block(':root,\n[data-bs-theme="light"]', palette(colour, LIGHT))
    dark = _block('[data-bs-theme="dark"]', palette(colour, DARK))
    return f"{light}\n{dark}"


def palette(colour: str, scheme: Scheme) -> dict[str, str]:
    """Return the custom properties of one scheme.

    Text in the primary colour is readable on every ground and on its own tint, and the
    text of a filled button on the button.
    """
    on_grounds = readable(colour, scheme.grounds, scheme.towards)
    soft = mixed(scheme.tinted, on_grounds, scheme.share)
    primary = readable(on_grounds, [soft], scheme.towards)
    strong = shaded(primary, scheme.towards, 0.25)
    return {
        "--site-brand": colour,
        "--site-soft": soft,
        "--site-soft-text": strong,
        "--tblr-primary": primary,
        "--tblr-primary-rgb": _channels(primary),
        "--tblr-primary-fg": max(WHITE, INK, key=lambda text: contrast(text, primary)),
        "--tblr-primary-darken": strong,
        "--tblr-primary-lt": soft,
        "--tblr-link-color": primary,
        "--tblr-link-color-rgb": _channels(primary),
        "--tblr-link-hover-color-rgb": _channels(strong),
    }


def readable(colour: str, grounds: Sequence[str], towards: float) -> str:
    """Return the colour, darker or lighter just until it can be read on every ground."""
    shades = (shaded(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next(shade for shade in shades if all(contrast(shade, on) >= READABLE for on in grounds))


def shaded(colour: str, towards: float, share: float) -> str:
    """Return the colour with its lightness taken by a share towards 0, black, or 1, white."""
    red, green, blue = (channel / 255 for channel in _rgb(colour))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    lightness += (towards - lightness) * share
    return _hex(255 * part for part in colorsys.hls_to_rgb(hue, lightness, saturation))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """Return ``one`` with a share, from 0 to 1, of ``other`` in it."""
    pairs = zip(_rgb(one), _rgb(other), strict=True)
    return _hex(a + (b - a) * share for a, b in pairs)


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _rgb(colour))
    ]
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)


def _channels(colour: str) -> str:
    return ", ".join(str(channel) for channel in _rgb(colour))


def _block(selector: str, properties: Mapping[str, str]) -> str:
    lines = "".join(f"  {name}: {content};\n" for name, content in properties.items())
    return f"{selector} {{\n{lines}}}\n"
