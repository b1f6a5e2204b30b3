"""Which mails bring their reader's calendar up to date; and the file to take from the site."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import override

from booking.models import Booking, Company, Event, Session
from notifications import recipients
from notifications.actions.composing import facts_of
from notifications.calendar_entries import entry_for
from notifications.calendar_files import (
    CANCEL,
    PUBLISH,
    REQUEST,
    CalendarFile,
    Entry,
    calendar_file,
)
from notifications.kinds import Audience, Channel, Kind
from notifications.models import Message, MessagingSettings
from notifications.variables import Facts
from zoomlink.actions import CLIENT, links_for

# A message of any other kind says nothing new of when and where.
_METHODS: dict[str, str] = {
    Kind.CONFIRMATION: REQUEST,
    Kind.APPROVED: REQUEST,
    Kind.CHANGED: REQUEST,
    Kind.REQUESTED: REQUEST,
    Kind.SESSION_MOVED: REQUEST,
    Kind.LINK_ADDED: REQUEST,
    Kind.LINK_REMOVED: REQUEST,
    Kind.FALLBACK_USED: REQUEST,
    Kind.CANCELLED: CANCEL,
    Kind.DECLINED: CANCEL,
    Kind.SESSION_CANCELLED: CANCEL,
}


def calendar_file_for(
    message: Message, session: Session, booking: Booking | None, *, now: datetime
) -> CalendarFile | None:
    """The file that goes with a mail, true at ``now``; None with most messages.

    In the reader's language and zone, and with nobody's link but theirs.
    """
    method = _METHODS.get(message.kind)
    if method is None or message.channel != Channel.EMAIL or message.is_test:
        return None
    if not _is_in_calendar(message.audience, session, booking, method):
        return None
    if not MessagingSettings.objects.current().attaches_calendar_files:
        return None
    facts = facts_of(message, session, booking)
    with override(message.language):
        entry = entry_for(facts, message.audience, message.to_address)
    return calendar_file(entry, method, now=now)


def calendar_file_of(booking: Booking, *, now: datetime) -> CalendarFile:
    """The client's booking to take along, in the language of the page."""
    return calendar_file(calendar_entry_of(booking), PUBLISH, now=now)


def calendar_entry_of(booking: Booking) -> Entry:
    """What stands in the client's calendar, in the language of the page.

    It is the entry that mails bring, so that nobody has it twice.
    """
    company, session = Company.objects.current(), booking.session
    client = recipients.client_of(booking, Channel.EMAIL, company)
    link = links_for([booking], viewer=CLIENT).get(booking.pk)
    facts = Facts(
        session=session,
        booking=booking,
        company=company,
        provider=session.provider,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=ZoneInfo(client.timezone),
        language=client.language,
        join_url=link.url if link else "",
    )
    return entry_for(facts, Audience.CLIENT, client.address)


def _is_in_calendar(audience: str, session: Session, booking: Booking | None, method: str) -> bool:
    """Whether it is about something that stands, or stood, in the calendar of such a reader.

    With our side a class stands there whoever comes to it or stays away. A booking does since
    it was first confirmed: of a mere request nothing is put down, and nothing to be taken back.
    """
    if audience == Audience.STAFF:
        return False
    if audience != Audience.CLIENT and session.service.is_class:
        return booking is None or (method == REQUEST and booking.is_confirmed)
    return booking is not None and (booking.is_confirmed or _was_confirmed(booking))


def _was_confirmed(booking: Booking) -> bool:
    confirmed = Event.objects.filter(booking=booking, kind__in=(Event.BOOKED, Event.APPROVED))
    return bool(confirmed.exists())
