"""The waiting list of a class session: who comes next is offered a place, held for a while."""

from datetime import datetime, timedelta

from booking import availability, events, features
from booking.actions import seats
from booking.actions.clients import ClientDetails, client_record
from booking.actions.locks import lock_sessions
from booking.actions.transactions import in_one_transaction
from booking.errors import AlreadyWaiting, NotBookable, PlacesLeft, SlotNotOffered, WrongValue
from booking.models import Booking, Client, Company, Event, Session, User, WaitingEntry
from booking.models.company import SHORTEST_OFFER


@in_one_transaction
def join_waiting_list(
    *, session_id: int, client: ClientDetails, now: datetime, places: int = 1
) -> WaitingEntry:
    """Put a client on the waiting list of a class session that is full.

    Raises NotBookable while the feature is off or for a session that is no class's or
    cancelled, SlotNotOffered when it can no longer be booked, PlacesLeft when there are
    enough places, WrongValue for more ``places`` than the session has, AlreadyWaiting.
    """
    client.require_sense()
    lock_sessions({session_id})
    session = _session_to_wait_for(session_id)
    if (refusal := availability.why_not_session(session, now=now)) is not None:
        raise SlotNotOffered(refusal)
    if not 1 <= places <= session.capacity:
        raise WrongValue("places")
    if session.seats_left >= places:
        raise PlacesLeft
    record = client_record(client)
    if session.waiting.waiting().filter(client=record).exists():
        raise AlreadyWaiting
    entry = WaitingEntry.objects.create(
        session=session,
        client=record,
        seats=places,
        phone=client.phone,
        language=client.language,
        timezone=client.timezone,
        created_at=now,
    )
    _record(Event.WAITING_JOINED, entry, now=now)
    return entry


def _session_to_wait_for(session_id: int) -> Session:
    sessions = Session.objects.active().select_related("service", "provider")
    session = sessions.filter(pk=session_id, service__kind="class", service__is_active=True).first()
    if session is None or not (features.is_on(features.WAITING_LIST) and features.is_on("classes")):
        raise NotBookable
    return session


@in_one_transaction
def leave_waiting_list(*, entry_id: int, now: datetime, actor: User | None = None) -> WaitingEntry:
    """Take somebody off the list. An offer that was made is a booking, cancelled as such.

    ``actor`` is None where they leave it themselves.
    """
    entry = WaitingEntry.objects.select_related("session", "client").get(pk=entry_id)
    lock_sessions({entry.session_id})
    entry.refresh_from_db(fields=["state"])
    if entry.state == WaitingEntry.WAITING:
        leave_for_good(entry, now=now, actor=actor)
    return entry


def leave_the_list(session: Session, client: Client, *, now: datetime) -> None:
    """Let a client who has places in a session wait for none; the session is locked."""
    if features.is_on(features.WAITING_LIST):
        for entry in session.waiting.waiting().filter(client=client).select_related("client"):
            leave_for_good(entry, now=now, actor=None)


def leave_for_good(entry: WaitingEntry, *, now: datetime, actor: User | None) -> None:
    """End a place on the list; the session is locked. Records WAITING_LEFT."""
    entry.state = WaitingEntry.LEFT
    entry.save(update_fields=["state"])
    _record(Event.WAITING_LEFT, entry, now=now, actor=actor)


def _record(kind: str, entry: WaitingEntry, *, now: datetime, actor: User | None = None) -> None:
    session, name = entry.session, entry.client.name
    events.record(kind, now=now, session=session, actor=actor, entry=entry.pk, client=name)


def offer_free_places(session: Session, *, now: datetime) -> None:
    """Hold free places for those who wait, in turn, as far as they go; the session is locked.

    Whoever wants more than are left is passed over. Records HELD with the entry it is
    for. So shortly before the start that nobody could answer, places are left to whoever
    books first.
    """
    if not features.is_on(features.WAITING_LIST) or not session.is_active:
        return
    waiting = list(session.waiting.waiting().select_related("client").in_turn())
    if not waiting:
        return
    held_until = _end_of_offer(session, now)
    if held_until is None:
        return
    for entry in waiting:
        if entry.seats <= session.seats_left:
            _offer(session, entry, held_until, now=now)


def _end_of_offer(session: Session, now: datetime) -> datetime | None:
    minutes = Company.objects.current().offer_minutes
    held_until = min(now + timedelta(minutes=minutes), session.starts_at)
    return held_until if held_until - now >= timedelta(minutes=SHORTEST_OFFER) else None


def _offer(session: Session, entry: WaitingEntry, held_until: datetime, *, now: datetime) -> None:
    seats.take(session, entry.seats)
    entry.booking = Booking.objects.create(
        session=session,
        client=entry.client,
        seats=entry.seats,
        state=Booking.HELD,
        held_until=held_until,
        phone=entry.phone,
        language=entry.language,
        timezone=entry.timezone,
        created_at=now,
    )
    entry.state = WaitingEntry.OFFERED
    entry.save(update_fields=["booking", "state"])
    events.record(Event.HELD, now=now, booking=entry.booking, offered_to=entry.pk)
