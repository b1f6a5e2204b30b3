"""What stands in the calendars of a booking's client, of the provider and of the company.

A booking stands once in its client's, a session once in each of the others', however many
book. Two providers have two entries of one session, since they may share a mailbox, where
the one's cancellation must not take the other's away.
"""

from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.links import manage_url
from booking.models import Booking, Company, Event
from notifications.calendar_files import CANCELLED, CONFIRMED, TENTATIVE, Entry, Person
from notifications.kinds import Audience
from notifications.variables import Facts

_STATUSES = {
    Booking.HELD: TENTATIVE,
    Booking.PENDING: TENTATIVE,
    Booking.CONFIRMED: CONFIRMED,
}
# They change what stands in calendars and raise no revision.
_NEWS_OF_LINKS = (Event.LINK_ADDED, Event.LINK_REMOVED, Event.FALLBACK_USED)


@dataclass(frozen=True)
class _Own:
    """What one reader's entry has of its own; ``revision`` and ``news`` only ever rise."""

    name: str
    revision: int
    news: QuerySet[Event]
    status: str
    summary: str
    line: str
    reader: str
    url: str = ""


def entry_for(facts: Facts, audience: str, address: str) -> Entry:
    """The entry of whoever is reached at ``address``, in the language in force.

    To clients ``facts`` tell of a booking.
    """
    own = _own(facts, audience)
    return Entry(
        uid=f"{own.name}@{urlsplit(settings.SITE_URL).hostname}",
        sequence=own.revision + own.news.filter(kind__in=_NEWS_OF_LINKS).count(),
        status=own.status,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        zone=facts.zone,
        summary=own.summary,
        description=tuple(_lines(facts, own)),
        organizer=_organizer(facts.company, address),
        attendee=Person(own.reader, address),
        location=_link(facts) or facts.company.address,
        url=own.url,
    )


def _own(facts: Facts, audience: str) -> _Own:
    booking, is_class = facts.booking, facts.session.service.is_class
    if booking is None or (is_class and audience != Audience.CLIENT):
        return _of_class(facts, audience)
    if audience == Audience.CLIENT:
        return _of_client(facts, booking)
    return _of_appointment(facts, booking, audience)


def _of_client(facts: Facts, booking: Booking) -> _Own:
    return _Own(
        name=booking.code,
        revision=booking.revision,
        news=Event.objects.filter(booking=booking),
        status=_STATUSES.get(booking.state, CANCELLED),
        summary=f"{facts.session.service.name} · {facts.company.name}",
        line=_with_code(facts, booking),
        reader=booking.client.name,
        url=manage_url(booking.manage_token),
    )


def _of_appointment(facts: Facts, booking: Booking, audience: str) -> _Own:
    """By the booking's revision, which rises with the session's, and with its state."""
    return _Own(
        name=_name(facts, audience),
        revision=booking.revision,
        news=Event.objects.filter(session=facts.session, booking=None),
        status=_STATUSES.get(booking.state, CANCELLED),
        summary=f"{facts.session.service.name} · {booking.client}",
        line=_with_code(facts, booking),
        reader=_reader(facts, audience),
    )


def _of_class(facts: Facts, audience: str) -> _Own:
    session = facts.session
    return _Own(
        name=_name(facts, audience),
        revision=session.revision,
        news=Event.objects.filter(session=session, booking=None),
        status=CONFIRMED if session.is_active else CANCELLED,
        summary=f"{session.service.name} · {facts.company.name}",
        line=_("With %(provider)s.") % {"provider": facts.provider.name},
        reader=_reader(facts, audience),
    )


def _name(facts: Facts, audience: str) -> str:
    name = f"session-{facts.session.pk}"
    return f"{name}-{facts.provider.pk}" if audience == Audience.PROVIDER else name


def _reader(facts: Facts, audience: str) -> str:
    return facts.provider.name if audience == Audience.PROVIDER else facts.company.name


def _with_code(facts: Facts, booking: Booking) -> str:
    told = {"provider": facts.provider.name, "code": booking.code}
    return _("With %(provider)s. Booking %(code)s.") % told


def _lines(facts: Facts, own: _Own) -> list[str]:
    lines = [own.line]
    if link := _link(facts):
        lines.append(_("Online meeting: %(url)s") % {"url": link})
    if own.url:
        lines.append(_("See, move or cancel: %(url)s") % {"url": own.url})
    return lines


def _link(facts: Facts) -> str:
    """The reader's own: facts have never more than that one."""
    return facts.join_url or facts.host_url


def _organizer(company: Company, reader: str) -> Person:
    """The company, by an address that is not the reader's own.

    Outlook looks for what its user organises in their calendar, and does not put it there.
    """
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    is_readers = company.email.casefold() == reader.casefold()
    return Person(company.name, sender if is_readers or not company.email else company.email)
