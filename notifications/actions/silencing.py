"""Taking back, before it goes out, that people are told of a change."""

from datetime import datetime

from booking.models import Booking, Event
from notifications.kinds import TIMED_KINDS, Reason
from notifications.models import Message, MessageQuerySet


def unheard_news(booking: Booking) -> MessageQuerySet:
    """What is still to be told of a booking's newest change; reminders are none of it."""
    rows: MessageQuerySet = Message.objects.filter(booking=booking, revision=booking.revision)
    return rows.filter(state=Message.OWED).exclude(kind__in=TIMED_KINDS)


def silence_move(booking: Booking, *, now: datetime) -> int:
    """Tell nobody of a booking's newest move; how many messages are not sent for it.

    Reminders go out as ever, and so does what was owed for something else: who has not yet
    heard of the booking at all hears of it as it stands now.
    """
    news = unheard_news(booking).filter(event__kind=Event.RESCHEDULED)
    return news.set_aside(Reason.SILENCED, now=now)
