"""What clients say about themselves, once and for all that is to come."""

from collections.abc import Mapping
from datetime import datetime

from booking import events
from booking.actions.clients import ClientDetails
from booking.actions.transactions import in_one_transaction
from booking.errors import ClientExists, WrongValue
from booking.models import Booking, Client, Event, WaitingEntry

CHANGEABLE = ("name", "phone", "language", "timezone")
# Given with each booking, too, where it is what counts.
GIVEN_WITH_BOOKINGS = ("phone", "language", "timezone")


@in_one_transaction
def change_client(*, client_id: int, values: Mapping[str, str], now: datetime) -> Client:
    """Let a client's record say what its client wants; ``values`` are some of CHANGEABLE.

    Whoever says it now means it for what is to come as well: it replaces what was given with
    bookings that are not over, and with places waited for. Records CLIENT_CHANGED with the
    names of the fields, or nothing where all stays.

    Raises WrongValue, ClientExists, Client.DoesNotExist (also for one that was erased).
    """
    if unknown := values.keys() - set(CHANGEABLE):
        raise WrongValue(min(unknown))
    # Not its key: whoever books meanwhile refers to it.
    client = Client.objects.known().select_for_update(no_key=True).get(pk=client_id)
    changed = {name: text for name, text in values.items() if str(getattr(client, name)) != text}
    if not changed:
        return client
    for name, text in changed.items():
        setattr(client, name, text)
    _require_sense(client, changed)
    client.save(update_fields=changed)
    _carry_on(client, changed, now)
    fields = sorted(changed)
    events.record(Event.CLIENT_CHANGED, now=now, client=client.pk, fields=fields)
    return client


def _require_sense(client: Client, changed: Mapping[str, str]) -> None:
    ClientDetails(client.name, client.email, timezone=client.timezone).require_sense()
    if "name" in changed and client.email:
        same = Client.objects.filter(email__iexact=client.email, name__iexact=client.name)
        if same.exclude(pk=client.pk).exists():
            raise ClientExists


def _carry_on(client: Client, changed: Mapping[str, str], now: datetime) -> None:
    given = {name: changed[name] for name in GIVEN_WITH_BOOKINGS if name in changed}
    if given:
        Booking.objects.filter(client=client, session__ends_at__gt=now).update(**given)
        WaitingEntry.objects.waiting().filter(client=client).update(**given)
