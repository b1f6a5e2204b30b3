"""The same change asked for again, because the answer to it was lost.

What was asked for stands in the event that the change recorded: both are written together,
and whoever holds the locks of a change sees whether it was made.
"""

from datetime import datetime
from typing import Any

from booking.errors import KeyReused
from booking.models import Booking


def as_asked(idempotency_key: str | None, *wish: datetime | int | None) -> dict[str, Any]:
    """What goes into the event of a change: the key, and what it stands for; nothing without."""
    if idempotency_key is None:
        return {}
    told = [one.isoformat() if isinstance(one, datetime) else one for one in wish]
    return {"asked": {"key": idempotency_key, "wish": told}}


def is_done_already(booking: Booking, kind: str, asked: dict[str, Any]) -> bool:
    """Whether a locked booking was changed so with this key. Raises KeyReused for another wish."""
    if not asked:
        return False
    same = booking.events.filter(kind=kind, details__asked__key=asked["asked"]["key"])
    event = same.first()
    if event is not None and event.details["asked"] != asked["asked"]:
        raise KeyReused
    return event is not None
