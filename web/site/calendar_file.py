"""One booking as an iCalendar file (RFC 5545)."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from booking.links import manage_url
from booking.models import Booking, Company

_STATUS = {
    Booking.HELD: "TENTATIVE",
    Booking.PENDING: "TENTATIVE",
    Booking.CONFIRMED: "CONFIRMED",
}


def calendar_file(
    booking: Booking, company: Company, *, meeting_url: str | None, now: datetime
) -> bytes:
    """Return the booking as a file for the client's own calendar.

    The UID stays when the booking moves and the sequence rises, so that a calendar
    replaces its entry. ``meeting_url`` is the client's link, None where there is none.
    Needs the booking's session with service and provider; ``now`` is aware.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Zustrich//Booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_entry(booking, company, meeting_url, now))
    return calendar.to_ical()


def _entry(booking: Booking, company: Company, meeting_url: str | None, now: datetime) -> Event:
    session = booking.session
    entry = Event()
    entry.add("uid", f"{booking.code}@{urlsplit(settings.SITE_URL).hostname}")
    entry.add("dtstamp", now)
    entry.add("dtstart", session.starts_at)
    entry.add("dtend", session.ends_at)
    entry.add("sequence", booking.revision)
    entry.add("status", _STATUS.get(booking.state, "CANCELLED"))
    entry.add("summary", f"{session.service.name} · {company.name}")
    entry.add("description", _description(booking, meeting_url))
    if place := meeting_url or company.address:
        entry.add("location", place)
    entry.add("url", manage_url(booking.manage_token))
    return entry


def _description(booking: Booking, meeting_url: str | None) -> str:
    lines = [
        _("With %(provider)s. Booking %(code)s.")
        % {"provider": booking.session.provider.name, "code": booking.code}
    ]
    if meeting_url:
        lines.append(_("Online meeting: %(url)s") % {"url": meeting_url})
    lines.append(_("See, move or cancel: %(url)s") % {"url": manage_url(booking.manage_token)})
    return "\n".join(lines)
