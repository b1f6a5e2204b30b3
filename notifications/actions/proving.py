"""The mail by which a client proves their address, once more."""

from datetime import datetime, timedelta

from django.db import transaction

from booking.models import Booking
from notifications.actions.ledger import once_more
from notifications.actions.owing import write
from notifications.kinds import Kind
from notifications.models import Message

# A mailbox may be slow, and must not be filled.
MOST_MAILS = 3
PAUSE = timedelta(minutes=1)


@transaction.atomic(durable=True)
def send_proof_again(*, booking_id: int, now: datetime) -> bool:
    """Owe the client of a hold the link that confirms it once more; tell whether it was.

    Not while the last one is on its way or less than a minute old, and twice at most. What
    is confirmed meanwhile is skipped when its turn comes.
    """
    if not Booking.objects.unproved(now).filter(pk=booking_id).exists():
        return False
    sent = Message.objects.filter(booking=booking_id, kind=Kind.PROOF).order_by("pk")
    rows = list(sent.without_words().select_related("booking", "session"))
    if not 1 <= len(rows) < MOST_MAILS or not _may_be_followed(rows[-1], now):
        return False
    original = [row for row in rows if row.resend_of_id is None][-1]
    write([once_more(original, now=now)], now=now)
    return True


def _may_be_followed(last: Message, now: datetime) -> bool:
    return last.has_ended and last.created_at <= now - PAUSE
