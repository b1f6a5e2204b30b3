"""Turning a message that is owed into the words that go out."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import override

from booking.models import Booking, Company, Event
from notifications.actions.templates import wording
from notifications.defaults import Wording
from notifications.kinds import Audience, Channel
from notifications.models import Message
from notifications.render import Value, as_html, as_one_line, as_text, fill
from notifications.variables import Facts, values_of
from zoomlink.actions import CLIENT, PROVIDER, links_for

_LONGEST_SUBJECT = 400


def compose(message: Message, booking: Booking) -> None:
    """Word a message about ``booking``, in the recipient's language and zone."""
    text = wording(message.kind, message.audience, message.channel, message.language)
    put_words(message, text, values_of(_facts(message, booking), message.audience))


def put_words(message: Message, text: Wording, values: Mapping[str, Value]) -> None:
    """Fill a text in and keep the result on the (unsaved) message."""
    lines = fill(text.body, values)
    if message.channel == Channel.SMS:
        message.body_text = as_one_line(lines)
        return
    message.subject = as_one_line(fill(text.subject, values))[:_LONGEST_SUBJECT]
    message.body_text = as_text(lines)
    with override(message.language):
        message.body_html = render_to_string(
            "notifications/email.html",
            {
                "message": message,
                "company": Company.objects.current(),
                # Built by as_html, which escapes every piece of it.
                "body": mark_safe(as_html(lines)),  # nosec
            },
        )


def _facts(message: Message, booking: Booking) -> Facts:
    session = booking.session
    provider, starts_at = session.provider, session.starts_at
    was = _place_before(message.event)
    if was is not None and _is_to_former_provider(message, booking):
        provider, starts_at = message.provider or provider, was
    return Facts(
        booking=booking,
        company=Company.objects.current(),
        provider=provider,
        starts_at=starts_at,
        ends_at=starts_at + session.duration,
        zone=ZoneInfo(message.timezone),
        language=message.language,
        is_short=message.channel == Channel.SMS,
        started_at_before=was,
        **_links(message, booking),
    )


def _place_before(event: Event | None) -> datetime | None:
    was = event.details.get("was", {}).get("starts_at") if event is not None else None
    return datetime.fromisoformat(was) if was else None


def _is_to_former_provider(message: Message, booking: Booking) -> bool:
    return message.provider_id not in (None, booking.session.provider_id)


def _links(message: Message, booking: Booking) -> dict[str, str]:
    """The recipient's own meeting link; a provider who lost the booking gets none."""
    if message.audience == Audience.CLIENT:
        link = links_for([booking], viewer=CLIENT).get(booking.pk)
        return {"join_url": link.url if link else ""}
    if _is_to_former_provider(message, booking):
        return {}
    link = links_for([booking], viewer=PROVIDER).get(booking.pk)
    return {"host_url": link.url if link else ""}
