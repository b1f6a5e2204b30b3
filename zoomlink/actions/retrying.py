"""Trying again at once what failed: staff mended its cause, or lost their patience."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from booking.models import Session
from zoomlink.models import Meeting


@transaction.atomic(durable=True)
def try_again(*, session_id: int, now: datetime) -> int | None:
    """Let the meeting of a session wait no longer for its next attempt; return its id to ring for.

    None where the last attempt did not fail, the session is over or cancelled, or a worker
    has it in hand.
    """
    is_free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    failed = Meeting.objects.filter(
        is_free, session=session_id, session__status=Session.ACTIVE, session__ends_at__gt=now
    ).exclude(last_error="")
    meeting = failed.first()
    if meeting is None:
        return None
    Meeting.objects.filter(pk=meeting.pk).update(next_attempt_at=None)
    return meeting.pk
