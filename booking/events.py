"""The one door through which anything that happened is recorded."""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from booking.models import Booking, Event, Session, User


def record(
    kind: str,
    *,
    now: datetime,
    session: Session | None = None,
    booking: Booking | None = None,
    actor: User | None = None,
    **details: object,
) -> Event:
    """Append what happened and let every listener write down what it now owes.

    Fact and debts are committed together or not at all, so this refuses to run outside
    a transaction. Listeners are called in the order of ``EVENT_LISTENERS``; they write
    rows and register a wake-up, and neither call out nor record events. ``details``
    must be JSON; ``actor`` is None for a client or the system.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs inside the transaction of the change.")
    event = Event.objects.create(
        kind=kind,
        session=booking.session if session is None and booking is not None else session,
        booking=booking,
        actor=actor,
        details=details,
        occurred_at=now,
    )
    for path in settings.EVENT_LISTENERS:
        import_string(path)(event)
    return event
