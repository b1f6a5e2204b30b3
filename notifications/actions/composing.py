"""Turning a message that is owed into the words that go out."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import override

from booking.models import Booking, Company, Provider, Session
from notifications.actions.choosing import words_for
from notifications.actions.heard import NOTHING, TAKING_BACK, Knowledge, Place, place_told
from notifications.defaults import Wording
from notifications.kinds import MESSAGES, Audience, Channel
from notifications.markup import fill_html
from notifications.models import Message
from notifications.render import Value, as_html, as_one_line, as_text, fill
from notifications.variables import Facts, values_of
from zoomlink.actions import CLIENT, host_links_for, links_for

LONGEST_SUBJECT = 400


def compose(
    message: Message, session: Session, booking: Booking | None, knows: Knowledge = NOTHING
) -> None:
    """Word a message about a session, or one booking in it, in the recipient's language.

    ``knows`` is what its reader knew before, from which *before* is told.
    """
    facts = facts_of(message, session, booking, knows)
    text, _rule = words_for(
        MESSAGES[message.slug],
        message.language,
        service_id=session.service_id,
        provider_id=facts.provider.pk,
    )
    put_words(message, text, values_of(facts, message.audience))
    message.told = {
        **place_told(message, session, booking),
        "starts_at": facts.starts_at.isoformat(),
        "ends_at": facts.ends_at.isoformat(),
        "provider": facts.provider.pk,
    }


def put_words(message: Message, text: Wording, values: Mapping[str, Value]) -> None:
    """Fill a text in and keep the result on the (unsaved) message."""
    lines = fill(text.body, values)
    if message.channel == Channel.SMS:
        message.body_text = as_one_line(lines)
        return
    message.subject = as_one_line(fill(text.subject, values))[:LONGEST_SUBJECT]
    message.body_text = as_text(lines)
    with override(message.language):
        message.body_html = render_to_string(
            "notifications/email.html",
            {
                "message": message,
                "company": Company.objects.current(),
                # Sanitised by fill_html, or built by as_html, which escapes every piece of it.
                "body": mark_safe(fill_html(text.html, values) or as_html(lines)),  # nosec
            },
        )


def facts_of(
    message: Message, session: Session, booking: Booking | None, knows: Knowledge = NOTHING
) -> Facts:
    """What a message tells its reader of, in their zone, with their own link and nobody else's."""
    details = message.event.details if message.event is not None else {}
    provider, (starts_at, ends_at), before = _told_of(message, session, knows)
    return Facts(
        session=session,
        booking=booking,
        company=Company.objects.current(),
        provider=provider,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=ZoneInfo(message.timezone),
        language=message.language,
        is_short=message.channel == Channel.SMS,
        started_at_before=before[0] if before and before[0] != starts_at else None,
        ended_at_before=before[1] if before and _is_resized(before, (starts_at, ends_at)) else None,
        reason=details.get("reason", ""),
        bookings=_bookings(message, session, booking),
        join_url=_join_url(message, booking),
        host_url=_host_url(message, session, booking),
        entry=message.waiting,
    )


def _bookings(message: Message, session: Session, booking: Booking | None) -> int | None:
    """How many a whole session had at the event, else has now; None in a message about one."""
    details = message.event.details if message.event is not None else {}
    told: int | None = details.get("bookings")
    if told is None and booking is None and message.audience != Audience.CLIENT:
        told = session.bookings.confirmed().count()
    return told


_Period = tuple[datetime, datetime]


def _told_of(
    message: Message, session: Session, knows: Knowledge
) -> tuple[Provider, _Period, _Period | None]:
    """Whose it is, when, and when before: what is off is named as its reader knew it."""
    details = message.event.details if message.event is not None else {}
    was, known = (_period_in(place, session) for place in (details.get("was"), knows.place))
    if message.kind in TAKING_BACK and knows.place is not None and known is not None:
        return _provider_in(knows.place, message, session), known, None
    if was is not None and _is_to_former_provider(message, session):
        return message.provider or session.provider, was, None
    before = None if knows.is_off else known or was
    return session.provider, (session.starts_at, session.ends_at), before


def _period_in(place: Place | None, session: Session) -> _Period | None:
    """Start and end; of what was noted before lengths could change, it was as long as now."""
    if not place:
        return None
    starts_at = datetime.fromisoformat(place["starts_at"])
    ends_at = place.get("ends_at")
    return starts_at, datetime.fromisoformat(ends_at) if ends_at else starts_at + session.duration


def _is_resized(before: _Period, after: _Period) -> bool:
    return before[1] - before[0] != after[1] - after[0]


def _provider_in(place: Place, message: Message, session: Session) -> Provider:
    if message.provider is not None:
        return message.provider
    if place["provider"] == session.provider_id:
        return session.provider
    return Provider.objects.filter(pk=place["provider"]).first() or session.provider


def _is_to_former_provider(message: Message, session: Session) -> bool:
    return message.provider_id not in (None, session.provider_id)


def _join_url(message: Message, booking: Booking | None) -> str:
    """The client's own link, for nobody else's eyes."""
    if message.audience != Audience.CLIENT or booking is None:
        return ""
    link = links_for([booking], viewer=CLIENT).get(booking.pk)
    return link.url if link else ""


def _host_url(message: Message, session: Session, booking: Booking | None) -> str:
    """The provider's link, for our side; whoever lost the session gets none."""
    is_off = booking is not None and not booking.is_confirmed
    if message.audience == Audience.CLIENT or is_off or _is_to_former_provider(message, session):
        return ""
    link = host_links_for([session]).get(session.pk)
    return link.url if link else ""
