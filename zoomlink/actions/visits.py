"""Noting that clients open the page behind their link, and are let in by it."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError

from booking.models import Booking
from zoomlink.models import MeetingVisit

logger = logging.getLogger(__name__)

# A page without scripts is opened anew every few seconds: that need not be written each time.
WORTH_WRITING = timedelta(minutes=1)


def note_visit(booking: Booking, *, is_let_in: bool, now: datetime) -> None:
    """Note that a client opened their page, and whether it led them into the meeting.

    Writes once a minute at most, and the first time that they are let in. ``entered_at`` is
    the last time of these. Needs ``booking`` with its ``meeting_visit``. A visit that cannot be
    written is lost: nobody is kept from a meeting for it.
    """
    if not _is_news(booking, is_let_in, now):
        return
    told = {"last_at": now} | ({"entered_at": now} if is_let_in else {})
    visit = MeetingVisit(booking=booking, first_at=now, **told)
    try:
        MeetingVisit.objects.bulk_create(
            [visit], update_conflicts=True, unique_fields=["booking"], update_fields=list(told)
        )
    except DatabaseError:
        logger.warning("A visit of booking %s could not be noted.", booking.pk, exc_info=True)


def forget_visits(client_id: int) -> None:
    """Forget when a client opened their pages: of one erased, nothing is kept."""
    MeetingVisit.objects.filter(booking__client=client_id).delete()


def _is_news(booking: Booking, is_let_in: bool, now: datetime) -> bool:
    visit: MeetingVisit | None = getattr(booking, "meeting_visit", None)
    if visit is None:
        return True
    noted_at = visit.entered_at if is_let_in else visit.last_at
    return noted_at is None or now >= noted_at + WORTH_WRITING
