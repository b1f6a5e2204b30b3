"""Forgetting who clients are; what they booked stays, as the company's past."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef

from booking import events
from booking.actions.changing import end_booking
from booking.actions.locks import lock_what_clients_have
from booking.actions.transactions import in_one_transaction
from booking.actions.waiting import leave_for_good
from booking.links import new_token
from booking.models import Booking, Client, Event, User, WaitingEntry

_NOT_GIVEN = {"phone": "", "language": "", "timezone": ""}
_NOT_SAID = {"note": "", "answers": [], "comment": "", "cancel_reason": ""}
_NO_KEYS = {"idempotency_key": None, "proof_token": None}


@in_one_transaction
def erase_clients(*, client_ids: Collection[int], now: datetime, actor: User | None = None) -> int:
    """Forget all that is personal in some clients' records; how many were erased.

    What they have ahead of them is cancelled first, whatever the company's time for that, and
    they leave the lists on which they wait; ``actor`` None means that they do it themselves.
    Their bookings stay without name, contact and words, what they agreed to among them. The
    addresses of their pages are changed, so that no link in an old mail opens any. Who signed
    in as nobody else is no user any more.

    Records CLIENT_ERASED for each while its record still says who it was, so that listeners
    can see to what they keep of it. Erasing what is erased does nothing.
    """
    ids = {*client_ids}
    lock_what_clients_have(ids, now=now)
    rows = Client.objects.known().select_for_update().filter(pk__in=ids).order_by("pk")
    clients = list(rows)
    known = [client.pk for client in clients]
    _leave_lists(known, now=now, actor=actor)
    _cancel_what_is_ahead(known, now=now, actor=actor)
    for pk in known:
        events.record(Event.CLIENT_ERASED, now=now, actor=actor, client=pk)
    events.forget_people(known)
    _forget_bookings(known)
    _forget_places_waited_for(known)
    rows_of_users = [client.user_id for client in clients if client.user_id is not None]
    _forget_clients(known, now=now)
    _forget_users(rows_of_users, {client.name for client in clients})
    return len(known)


def _leave_lists(client_ids: list[int], *, now: datetime, actor: User | None) -> None:
    waiting = WaitingEntry.objects.waiting().filter(client__in=client_ids)
    for entry in waiting.select_related("session", "client").order_by("session", "pk"):
        leave_for_good(entry, now=now, actor=actor)


def _cancel_what_is_ahead(client_ids: list[int], *, now: datetime, actor: User | None) -> None:
    ahead = Booking.objects.taking_seats().filter(client__in=client_ids, session__starts_at__gt=now)
    for pk in ahead.order_by("session", "pk").values_list("pk", flat=True):
        # One by one: each frees places in a session that the next may be in as well.
        end_booking(Booking.objects.with_people().get(pk=pk), now=now, actor=actor)


def _forget_bookings(client_ids: list[int]) -> None:
    bookings = list(Booking.objects.filter(client__in=client_ids))
    blank = {**_NOT_GIVEN, **_NOT_SAID, **_NO_KEYS}
    for booking in bookings:
        booking.manage_token, booking.join_token = new_token(), new_token()
        for name, nothing in blank.items():
            setattr(booking, name, nothing)
    Booking.objects.bulk_update(bookings, ["manage_token", "join_token", *blank], batch_size=100)


def _forget_places_waited_for(client_ids: list[int]) -> None:
    entries = list(WaitingEntry.objects.filter(client__in=client_ids))
    for entry in entries:
        entry.token, entry.phone, entry.language, entry.timezone = new_token(), "", "", ""
    WaitingEntry.objects.bulk_update(entries, ["token", *_NOT_GIVEN], batch_size=100)


def _forget_clients(client_ids: list[int], *, now: datetime) -> None:
    Client.objects.filter(pk__in=client_ids).update(
        name=Client.NAMELESS, email="", user=None, erased_at=now, **_NOT_GIVEN
    )


def _forget_users(user_ids: list[int], names: set[str]) -> None:
    """Whoever works here, or did, stays: histories name them. So does who has other records."""
    clients = User.objects.filter(pk__in=user_ids, is_staff=False, is_superuser=False)
    others = Client.objects.filter(user=OuterRef("pk"))
    acted = Event.objects.filter(actor=OuterRef("pk"))
    clients.filter(~Exists(others), ~Exists(acted)).delete()
    clients.filter(name__in=names).update(name="")
