"""The one door through which anything that happened is recorded."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from booking.models import Booking, Client, Event, Session, User, WaitingEntry


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


def forget_people(client_ids: Collection[int]) -> None:
    """Take the names of clients, and what was written about them, out of what happened.

    That it happened stays. Names stand in the events of waiting lists and of records that
    were merged, also into one that was merged in its turn; words are the reasons given, and
    the keys by which programs know their requests again.
    """
    of_bookings = Event.objects.filter(booking__client__in=client_ids)
    _blank(of_bookings.filter(details__has_key="reason"), reason="")
    _blank(of_bookings.filter(details__has_key="asked"), asked={})
    entries = dict(WaitingEntry.objects.filter(client__in=client_ids).values_list("pk", "session"))
    of_lists = Event.objects.filter(
        kind__in=(Event.WAITING_JOINED, Event.WAITING_LEFT), session__in=entries.values()
    )
    theirs = (event for event in of_lists if event.details.get("entry") in entries)
    _blank(theirs, client=Client.NAMELESS)
    _forget_merged({*client_ids})


def _forget_merged(ids: set[int]) -> None:
    """Latest first: what one was merged into leads on to what was merged into that."""
    for event in Event.objects.filter(kind=Event.CLIENTS_MERGED).order_by("-pk"):
        kept, others = event.details["kept"], event.details["others"]
        if kept["id"] in ids:
            ids |= {other["id"] for other in others}
            nameless = [{**one, "name": Client.NAMELESS} for one in (kept, *others)]
            _blank([event], kept=nameless[0], others=nameless[1:])


def _blank(rows: Iterable[Event], **details: object) -> None:
    for event in rows:
        event.details = {**event.details, **details}
        event.save(update_fields=["details"])
