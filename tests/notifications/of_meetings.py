"""What tests of messages about online meetings share."""

from datetime import timedelta

from django.db import transaction

from booking import events
from booking.models import Event
from notifications import actions
from notifications.models import Message
from tests.factories import NOW
from zoomlink.models import ProviderMeeting

MINUTE = timedelta(minutes=1)
OFFICE = {"email": "hello@kyiv-yoga.example", "sms": "+380441234567"}
BY_PROVIDER_TOO = ["link-added-provider-email", "link-removed-provider-email"]


def happens(kind: str, *, now=NOW, **fields) -> Event:
    with transaction.atomic():
        return events.record(kind, now=now, **fields)


def meet(engine: str) -> None:
    ProviderMeeting.objects.update(engine=engine)


def told(**filters) -> set[str]:
    """What is owed of meetings, by slug."""
    rows = Message.objects.filter(state=Message.OWED, **filters)
    return {row.slug for row in rows if row.kind not in ("confirmation", "reminder")}


def deliver(now=NOW, **filters) -> Message:
    message = Message.objects.get(**filters)
    actions.deliver_message(message_id=message.pk, now=now)
    message.refresh_from_db()
    return message


def outcome(**filters) -> tuple[str, str]:
    row = Message.objects.get(**filters)
    return row.state, row.reason


def mail(kind: str, audience: str = "client", **filters) -> dict:
    return {"kind": kind, "audience": audience, "channel": "email", **filters}


# --- A link that came or went ------------------------------------------------
