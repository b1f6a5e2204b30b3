"""Writing down what an event owes to whom, inside its transaction."""

from collections.abc import Iterator

from booking import features
from booking.models import Booking, Client, Event
from webhooks.kinds import FEATURE, TYPE_OF, EventType
from webhooks.models import Delivery, Endpoint
from webhooks.wakeups import wake

# Of anything else each booking has an event of its own, beside that of the session.
_OF_ALL = (Event.MEETING_STARTED, Event.MEETING_ENDED)


def owe(event: Event) -> None:
    """Owe a delivery to every endpoint that wants to hear of this; ring once all is committed.

    Nothing is owed while the feature is off. What concerns a session is told of each of its
    confirmed bookings, and what was merely held is nobody's business.
    """
    kind = TYPE_OF.get(event.kind)
    if kind is None or _was_merely_held(event) or not features.is_on(FEATURE):
        return
    listening = [one for one in Endpoint.objects.filter(is_active=True) if kind.name in one.events]
    if not listening:
        return
    wanted = [_owed(event, kind, one, about) for about in _about(event, kind) for one in listening]
    # Read anew: a database that passes over a twin tells no ids.
    Delivery.objects.bulk_create(wanted, ignore_conflicts=True)
    written = Delivery.objects.filter(key__in=[row.key for row in wanted])
    wake(list(written.order_by("pk").values_list("pk", flat=True)))


def clients_of(event: Event) -> list[int]:
    """The clients an event names, by id, as far as there are any."""
    named = event.details.get("clients", event.details.get("client"))
    ids = named if isinstance(named, list) else [named]
    if event.booking is not None:
        ids = [*ids, event.booking.client_id]
    return list(dict.fromkeys(pk for pk in ids if isinstance(pk, int)))


def _was_merely_held(event: Event) -> bool:
    return event.details.get("was_state") == Booking.HELD


def _about(event: Event, kind: EventType) -> Iterator[dict[str, int]]:
    """Of which rows there is something to tell, as columns of a delivery."""
    if kind.is_about_client:
        known = Client.objects.filter(pk__in=clients_of(event)).order_by("pk")
        yield from ({"client_id": pk} for pk in known.values_list("pk", flat=True))
    elif event.booking_id is not None:
        yield {"booking_id": event.booking_id}
    elif event.session is not None and event.kind in _OF_ALL:
        confirmed = event.session.bookings.confirmed().order_by("pk")
        yield from ({"booking_id": pk} for pk in confirmed.values_list("pk", flat=True))


def _owed(event: Event, kind: EventType, endpoint: Endpoint, about: dict[str, int]) -> Delivery:
    of = "".join(f":{name[0]}{pk}" for name, pk in about.items())
    return Delivery(
        key=f"e{event.pk}:{endpoint.pk}{of}",
        endpoint=endpoint,
        kind=kind.name,
        event=event,
        next_attempt_at=event.occurred_at,
        created_at=event.occurred_at,
        **about,
    )
