"""Copies what the pages need from npm's packages into static/vendor/.

Only these files: whole packages would break the hashed file names, whose builder
insists that every address inside a file exists.
"""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
ICON_LIST = ROOT / "static" / "icons.txt"
ICONS = PACKAGES / "@tabler" / "icons" / "icons" / "outline"
FILES = (
    "@event-calendar/build/dist/event-calendar.min.css",
    "@event-calendar/build/dist/event-calendar.min.js",
    "@tabler/core/dist/css/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js",
)
SVG = "http://www.w3.org/2000/svg"
SOURCE_MAP = re.compile(r"^(//# sourceMappingURL=.*|/\*# sourceMappingURL=.*\*/)$", re.MULTILINE)


def without_source_map(text: str) -> str:
    """Return ``text`` without the address of a source map, which we do not ship."""
    return SOURCE_MAP.sub("", text)


def icon_names(listing: str) -> list[str]:
    """Return the names in the icon list: one a line, # starts a comment."""
    lines = (line.partition("#")[0].strip() for line in listing.splitlines())
    return sorted({line for line in lines if line})


def symbol(name: str, drawing: str) -> ElementTree.Element:
    """Return an icon's drawing as ``<symbol id="icon-NAME">``."""
    icon = ElementTree.fromstring(drawing)  # nosec B314
    found = ElementTree.Element(f"{{{SVG}}}symbol", {"id": f"icon-{name}", "viewBox": "0 0 24 24"})
    for kept in ("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"):
        found.set(kept, icon.attrib[kept])
    found.extend(part for part in icon if part.attrib.get("d") != "M0 0h24v24H0z")
    return found


def sprite(names: list[str]) -> str:
    """Return one SVG with a symbol for each icon. A name Tabler lacks raises FileNotFoundError."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.Element(f"{{{SVG}}}svg")
    for name in names:
        root.append(symbol(name, (ICONS / f"{name}.svg").read_text(encoding="utf-8")))
    return ElementTree.tostring(root, encoding="unicode")


def main() -> None:
    """Write static/vendor/ anew."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for file in FILES:
        text = (PACKAGES / file).read_text(encoding="utf-8")
        (VENDOR / Path(file).name).write_text(without_source_map(text), encoding="utf-8")
    names = icon_names(ICON_LIST.read_text(encoding="utf-8"))
    (VENDOR / "icons.svg").write_text(sprite(names), encoding="utf-8")


if __name__ == "__main__":
    main()
