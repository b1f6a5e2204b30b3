"""Addresses that open a calendar on the web with an entry filled in. No Django, no clock.

None of them is documented by whoever runs the calendar. Their parameters are collected at
<https://github.com/InteractionDesignFoundation/add-event-to-calendar-docs>.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote, urlencode

from notifications.calendar_files import Entry, clean

# What an old proxy or browser takes for certain; a letter of Ukrainian costs six.
LONGEST = 2_000
_TITLE, _PLACE = 600, 500


def google(entry: Entry) -> str:
    """Return the address of Google Calendar's form for an entry."""
    period = f"{_compact(entry.starts_at)}/{_compact(entry.ends_at)}"
    fields = {"action": "TEMPLATE", "text": _title(entry), "dates": period}
    return _address(
        "https://calendar.google.com/calendar/render",
        {**fields, "location": _place(entry)},
        ("details", entry.description, clean, "\n"),
    )


def outlook(entry: Entry) -> str:
    """Return the address of Outlook's form, for accounts that people have themselves."""
    return _microsoft("https://outlook.live.com/calendar/0/deeplink/compose", entry)


def office(entry: Entry) -> str:
    """Return the address of Outlook's form, for accounts of companies and schools."""
    return _microsoft("https://outlook.office.com/calendar/0/deeplink/compose", entry)


ADDRESSES: Mapping[str, Callable[[Entry], str]] = {
    "google": google,
    "outlook": outlook,
    "office": office,
}


def _microsoft(page: str, entry: Entry) -> str:
    fields = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": _title(entry),
        "startdt": _iso(entry.starts_at),
        "enddt": _iso(entry.ends_at),
        "location": _place(entry),
    }
    return _address(page, fields, ("body", entry.description, _as_html, "<br>"))


def _as_html(line: str) -> str:
    """Outlook reads the body as HTML, and only that."""
    return escape(clean(line), quote=False)


def _address(
    page: str,
    fields: dict[str, str],
    notes: tuple[str, tuple[str, ...], Callable[[str], str], str],
) -> str:
    """Write the address with as many lines of the notes as there is room for.

    A line is told whole or not at all: half a link leads nowhere.
    """
    name, lines, write, end = notes
    address = f"{page}?{_encoded(fields)}"
    told = ""
    for line in map(write, lines):
        longer = f"{told}{end}{line}" if told else line
        if len(address) + len(_encoded({name: longer})) < LONGEST:
            told = longer
    return f"{address}&{_encoded({name: told})}" if told else address


def _encoded(fields: dict[str, str]) -> str:
    """With %20 for a blank: Outlook shows the plus."""
    return urlencode(fields, quote_via=quote)


def _title(entry: Entry) -> str:
    return _shortened(clean(entry.summary), _TITLE)


def _place(entry: Entry) -> str:
    """A link that is too long is left out: cut off it leads nowhere."""
    place = clean(entry.location)
    is_link = place.startswith(("https://", "http://"))
    return "" if is_link and len(quote(place)) > _PLACE else _shortened(place, _PLACE)


def _shortened(text: str, longest: int) -> str:
    """As much of a text as takes no more than ``longest`` signs in an address."""
    if len(quote(text)) <= longest:
        return text
    while len(quote(f"{text}…")) > longest:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _compact(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
