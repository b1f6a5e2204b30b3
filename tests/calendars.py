"""People's calendars: they read the files in their mail, each with a parser of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage

from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar


@dataclass(frozen=True)
class Seen:
    """An entry as a parser has read it; ``starts_at`` has the zone the file gave it."""

    method: str
    uid: str
    sequence: int
    stamp: datetime
    status: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    location: str
    url: str
    organizer: str
    attendees: tuple[str, ...]

    @property
    def clock(self) -> str:
        """Wall time and zone: ``2026-11-24 12:00 Europe/Kyiv``."""
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.starts_at.tzinfo}"


def seen_by_icalendar(file: bytes) -> Seen:
    calendar = Calendar.from_ical(file)
    (event,) = calendar.walk("VEVENT")
    attendees = event.get("ATTENDEE", [])
    return Seen(
        method=str(calendar["METHOD"]),
        uid=str(event["UID"]),
        sequence=int(event["SEQUENCE"]),
        stamp=event.decoded("DTSTAMP"),
        status=str(event["STATUS"]),
        starts_at=event.decoded("DTSTART"),
        ends_at=event.decoded("DTEND"),
        summary=str(event["SUMMARY"]),
        description=str(event["DESCRIPTION"]),
        location=str(event.get("LOCATION", "")),
        url=str(event.get("URL", "")),
        organizer=str(event["ORGANIZER"]),
        attendees=tuple(map(str, attendees if isinstance(attendees, list) else [attendees])),
    )


def seen_by_ical(file: bytes) -> Seen:
    calendar = IcsCalendarStream.calendar_from_ics(file.decode())
    (event,) = calendar.events
    return Seen(
        method=str(calendar.method),
        uid=event.uid,
        sequence=event.sequence,
        stamp=event.dtstamp,
        status=str(event.status.value),
        starts_at=event.dtstart,
        ends_at=event.dtend,
        summary=event.summary,
        description=event.description,
        location=event.location or "",
        url=str(event.url or ""),
        organizer=str(event.organizer.uri),
        attendees=tuple(str(attendee.uri) for attendee in event.attendees),
    )


PARSERS = (seen_by_icalendar, seen_by_ical)


def seen(file: bytes) -> Seen:
    """The entry in a file, on which all parsers agree."""
    first, *others = (parser(file) for parser in PARSERS)
    assert all(other == first for other in others)
    assert first.starts_at.tzinfo is not None
    assert first.ends_at.tzinfo is not None
    return first


class PersonalCalendar:
    """Takes files by the rules of RFC 5546, section 2.1.5, whatever order they come in.

    Of one entry the higher sequence holds, then the later stamp.
    """

    def __init__(self) -> None:
        self._newest: dict[str, Seen] = {}

    def take(self, *files: bytes) -> "PersonalCalendar":
        for file in files:
            entry = seen(file)
            known = self._newest.get(entry.uid)
            if known is None or (known.sequence, known.stamp) <= (entry.sequence, entry.stamp):
                self._newest[entry.uid] = entry
        return self

    @property
    def entries(self) -> list[Seen]:
        return [entry for entry in self._newest.values() if entry.method != "CANCEL"]

    @property
    def times(self) -> list[datetime]:
        return [entry.starts_at.astimezone(UTC) for entry in self.entries]


def file_in(mail: EmailMessage) -> bytes | None:
    """The calendar file of a mail, which is the same as its body's part and to take along."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    copies = [part for part in mail.walk() if part.get_content_type() == "application/ics"]
    if not parts and not copies:
        return None
    (part,), (copy,) = parts, copies
    file = part.get_payload(decode=True)
    assert part["Content-Type"].params["charset"] == "utf-8"
    assert part["Content-Type"].params["method"] == seen(file).method
    assert part.get_content_disposition() is None
    assert copy.get_filename() == "invite.ics"
    assert copy.get_payload(decode=True) == file
    return file


def files_to(mails: list[EmailMessage]) -> list[bytes]:
    """The calendar files of mails that have one, in their order."""
    return [file for mail in mails if (file := file_in(mail)) is not None]
