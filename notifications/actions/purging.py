"""Deleting the texts of messages whose time has come; that they were sent stays known."""

from datetime import datetime, timedelta

from notifications.models import Message, MessageQuerySet, MessagingSettings

# A sign-in code is worth nothing within minutes, and nobody else's to read.
CODES_KEPT = timedelta(days=1)
BATCH = 500
AT_MOST = 20_000  # a run; what is left over waits for the next


def purge_texts(*, now: datetime) -> int:
    """Delete the words of what ended long enough ago; how many messages.

    Kind, reader, address, times and outcome stay. What has not ended is left alone, and
    one that may be sent again is worded anew. Done in statements of ``BATCH`` rows, so that
    nobody who sends meanwhile waits for it.
    """
    purged = _purge(Message.objects.sign_in_codes(), now - CODES_KEPT, now)
    kept_days = MessagingSettings.objects.current().keeps_texts_days
    if kept_days is not None:
        purged += _purge(Message.objects.all(), now - timedelta(days=kept_days), now)
    return purged


def _purge(rows: MessageQuerySet, until: datetime, now: datetime) -> int:
    purged, last = 0, 0
    while purged < AT_MOST:
        # In order of the primary key, each row looked at once a run.
        old = rows.with_texts().ended_by(until).filter(pk__gt=last).order_by("pk")
        ids = list(old.values_list("pk", flat=True)[:BATCH])
        if not ids:
            break
        purged, last = purged + _blank(ids, now), ids[-1]
    return purged


def _blank(ids: list[int], now: datetime) -> int:
    return blank(Message.objects.with_texts().filter(pk__in=ids), now=now)


def blank(rows: MessageQuerySet, *, now: datetime) -> int:
    """Delete the words of some messages; how many."""
    return rows.update(
        subject="", body_text="", body_html="", detail="", delivery_detail="", purged_at=now
    )
