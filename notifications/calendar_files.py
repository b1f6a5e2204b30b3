"""One meeting as an iCalendar file (RFC 5545) that calendars take by iTIP (RFC 5546). Pure.

How the file is made so that Gmail, Outlook and Apple's calendar take it, and keep one
entry for as long as the meeting lives, stands in docs/decisions.md.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from booking.formats import is_ambiguous
from notifications.calendar_zones import explained

# What is done with the entry: put in or brought up to date, taken out, or merely shown.
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"

_LONGEST_LINE = 255  # of a subject in Outlook
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Person:
    name: str
    address: str


@dataclass(frozen=True)
class Entry:
    """What stands in somebody's calendar; the times are told in ``zone``, the reader's own.

    ``description`` is line by line. ``uid`` is the entry's name in that calendar for good,
    and ``sequence`` never falls.
    """

    uid: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    summary: str
    description: tuple[str, ...]
    organizer: Person
    attendee: Person
    location: str = ""
    url: str = ""


@dataclass(frozen=True)
class CalendarFile:
    """What goes with a mail: the file, and what the mail has to say is to be done with it."""

    method: str
    content: bytes


def calendar_file(entry: Entry, method: str, *, now: datetime) -> CalendarFile:
    """Write an entry down for REQUEST, CANCEL or PUBLISH as it stands at the aware ``now``.

    Times are told by the clock of the entry's zone, or in UTC where a file could not tell them
    so: when one of them comes twice, or the zone keeps to no yearly rules.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Zustrich//Booking//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    zone = None if _comes_twice(entry) else explained(entry.zone, _year(entry))
    if zone is not None:
        calendar.add_component(zone)
    calendar.add_component(_event(entry, method, now, _UTC if zone is None else entry.zone))
    return CalendarFile(method, calendar.to_ical())


def _comes_twice(entry: Entry) -> bool:
    """Whether a wall time of it does: a file can only mean the first (RFC 5545, 3.3.5)."""
    return any(is_ambiguous(moment, entry.zone) for moment in (entry.starts_at, entry.ends_at))


def _year(entry: Entry) -> int:
    return entry.starts_at.astimezone(entry.zone).year


def _event(entry: Entry, method: str, now: datetime, clock: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now)
    event.add("last-modified", now)
    event.add("dtstart", entry.starts_at.astimezone(clock))
    event.add("dtend", entry.ends_at.astimezone(clock))
    event.add("status", CANCELLED if method == CANCEL else entry.status)
    event.add("transp", "OPAQUE")
    event.add("summary", clean(entry.summary)[:_LONGEST_LINE])
    event.add("description", "\n".join(map(clean, entry.description)))
    event.add("organizer", _address(entry.organizer))
    if method != PUBLISH:
        event.add("attendee", _invited(entry.attendee))
    if entry.location:
        event.add("location", clean(entry.location))
    if entry.url:
        event.add("url", entry.url)
    return event


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{clean(person.address)}")
    if name := clean(person.name).replace('"', "'")[:_LONGEST_LINE]:
        address.params["CN"] = name
    return address


def _invited(person: Person) -> vCalAddress:
    """Nobody is asked: who has booked has accepted."""
    address = _address(person)
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["PARTSTAT"] = "ACCEPTED"
    address.params["RSVP"] = "FALSE"
    return address


def clean(text: str) -> str:
    """One line without what a reader of files might take for the end of it."""
    one_line = " ".join(text.split())
    return "".join(mark for mark in one_line if unicodedata.category(mark) not in ("Cc", "Cs"))
