"""What is told to who joins a waiting list: that they are on it, and how to leave it."""

from booking.models import Company, Event, WaitingEntry
from notifications import recipients
from notifications.actions.choosing import choices
from notifications.actions.owing import draft, session_of, write
from notifications.kinds import Kind, specs_of
from notifications.models import Message


def owe_place_on_list(event: Event) -> None:
    """Tell who joined that they wait for a place now."""
    session = session_of(event)
    entry = WaitingEntry.objects.select_related("client").get(pk=event.details["entry"])
    company, is_on = Company.objects.current(), choices().is_on
    of = {"service_id": session.service_id, "provider_id": session.provider_id}
    messages: list[Message] = []
    for spec in specs_of(Kind.WAITING):
        if is_on(spec.slug, **of):
            recipient = recipients.who_waits(entry, spec.channel, company)
            message = draft(spec.kind, spec.channel, recipient, event, f"s{session.pk}:{spec.kind}")
            message.session, message.waiting = session, entry
            message.revision = session.revision
            messages.append(message)
    write(messages, now=event.occurred_at)
