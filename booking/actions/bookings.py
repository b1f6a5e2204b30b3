"""Book, move, cancel."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Value
from django.db.models.functions import Lower

from booking import events, features
from booking.actions import policy, seats
from booking.actions.sessions import (
    close_booking,
    close_session,
    free_provider,
    lock_providers,
    lock_sessions,
    move_session,
    scheduled_session,
    write_session,
)
from booking.actions.transactions import in_one_transaction
from booking.errors import (
    BookingClosed,
    KeyReused,
    NotBookable,
    Outdated,
    SessionFull,
    SlotTaken,
    TooLate,
)
from booking.models import Booking, Client, Company, Event, Provider, Service, Session, User


@dataclass(frozen=True)
class ClientDetails:
    """Who books, as they gave it. ``timezone`` is an IANA name, ``language`` a code."""

    name: str
    email: str = ""
    phone: str = ""
    timezone: str = ""
    language: str = ""


@in_one_transaction
def book(
    *,
    service_id: int,
    client: ClientDetails,
    now: datetime,
    starts_at: datetime | None = None,
    provider_id: int | None = None,
    session_id: int | None = None,
    places: int = 1,
    note: str = "",
    source: str = Booking.SITE,
    actor: User | None = None,
    idempotency_key: str | None = None,
) -> Booking:
    """Book an appointment at ``starts_at``, or places in the class session ``session_id``.

    Times are aware. ``provider_id`` None means any provider of the service. The same
    ``idempotency_key`` gives the same booking again. Records BOOKED.

    Raises SlotTaken, SlotNotOffered, SessionFull, NotBookable, KeyReused (texts fit for
    people).
    """
    asked = _Asked(service_id, starts_at, session_id, client)
    if (repeated := _made_with(idempotency_key, asked)) is not None:
        return repeated
    service = _bookable_service(service_id)
    try:
        if service.is_class:
            session = _with_places_taken(service, session_id, places, now)
        else:
            session = _new_appointment(service, starts_at, provider_id, places, now)
    except (SlotTaken, SessionFull):
        # While this one waited for its turn, its twin may have been served.
        if (repeated := _made_with(idempotency_key, asked)) is not None:
            return repeated
        raise
    booking = Booking.objects.create(
        session=session,
        client=_client_record(client),
        seats=places,
        state=Booking.CONFIRMED,
        phone=client.phone,
        language=client.language,
        timezone=client.timezone,
        note=note,
        source=source,
        idempotency_key=idempotency_key,
        created_at=now,
    )
    events.record(Event.BOOKED, now=now, booking=booking, actor=actor, source=source)
    return booking


@dataclass(frozen=True)
class _Asked:
    """What a key stands for: the same key with anything else is no repetition."""

    service_id: int
    starts_at: datetime | None
    session_id: int | None
    client: ClientDetails

    def is_what(self, booking: Booking) -> bool:
        made_by, session = booking.client, booking.session
        is_theirs = (made_by.name.lower(), made_by.email.lower()) == (
            self.client.name.lower(),
            self.client.email.lower(),
        )
        is_then = self.session_id == session.pk or self.starts_at == session.starts_at
        return is_theirs and is_then and session.service_id == self.service_id


def _made_with(idempotency_key: str | None, asked: _Asked) -> Booking | None:
    """Return what was booked with a key; its links go to nobody but who booked it."""
    if not idempotency_key:
        return None
    booking = Booking.objects.with_people().filter(idempotency_key=idempotency_key).first()
    if booking is not None and not asked.is_what(booking):
        raise KeyReused
    return booking


def _bookable_service(service_id: int) -> Service:
    service = Service.objects.active().filter(pk=service_id).first()
    if service is None or (service.is_class and not features.is_on("classes")):
        raise NotBookable
    return service


def _with_places_taken(
    service: Service, session_id: int | None, places: int, now: datetime
) -> Session:
    if places < 1:
        raise NotBookable
    session = scheduled_session(service, session_id, now=now)
    seats.take(session, places)
    return session


def _new_appointment(
    service: Service,
    starts_at: datetime | None,
    provider_id: int | None,
    places: int,
    now: datetime,
) -> Session:
    if starts_at is None or places != 1:
        raise NotBookable
    provider = free_provider(service, starts_at, provider_id=provider_id, now=now)
    return write_session(service, provider, starts_at, seats_taken=places)


def _client_record(details: ClientDetails) -> Client:
    """Find the client by address and name, or write a new record.

    Whoever knows a name and an address may book with them, so a known record is never
    changed here: what was given stands with the booking.

    A twin that writes the same client first is met by the frame: it tries again, and
    finds them.
    """
    known = _known_client(details) if details.email else None
    return known or Client.objects.create(
        name=details.name,
        email=details.email.lower(),
        phone=details.phone,
        timezone=details.timezone,
        language=details.language,
    )


def _known_client(details: ClientDetails) -> Client | None:
    # Lower, as in the unique constraint: one notion of "the same", and its index serves.
    same = Client.objects.alias(low_email=Lower("email"), low_name=Lower("name")).filter(
        low_email=Lower(Value(details.email)), low_name=Lower(Value(details.name))
    )
    return same.exclude(email="").first()  # said again, since the index is a partial one


@in_one_transaction
def cancel(
    *, booking_id: int, now: datetime, actor: User | None = None, reason: str = ""
) -> Booking:
    """Cancel a booking and free what it took; ``actor`` None means its client.

    Raises BookingClosed when it is no longer open, TooLate when the company's time for
    clients has passed. Records CANCELLED.
    """
    booking = _open_booking(booking_id, now=now)
    if actor is None and not policy.may_be_cancelled(booking, Company.objects.current(), now=now):
        raise TooLate
    close_booking(booking, Booking.CANCELLED, now=now, reason=reason)
    if booking.session.service.is_class:
        seats.give_back(booking.session, booking.seats)
    else:
        close_session(booking.session)
    events.record(Event.CANCELLED, now=now, booking=booking, actor=actor, reason=reason)
    return booking


@in_one_transaction
def reschedule(
    *,
    booking_id: int,
    now: datetime,
    starts_at: datetime | None = None,
    session_id: int | None = None,
    provider_id: int | None = None,
    expected_revision: int | None = None,
    actor: User | None = None,
) -> Booking:
    """Move a booking to an aware ``starts_at``, or to another session of its class.

    ``provider_id`` None keeps the provider; ``actor`` None means the client. With
    ``expected_revision`` a booking that changed since is refused. Records RESCHEDULED
    with what was before; moving to where it already is changes nothing.

    Raises BookingClosed, TooLate, Outdated, SlotTaken, SlotNotOffered, SessionFull,
    NotBookable.
    """
    booking = _open_booking(
        booking_id,
        now=now,
        is_moving=starts_at is not None,
        other_provider_id=provider_id,
        other_session_id=session_id,
    )
    if expected_revision is not None and booking.revision != expected_revision:
        raise Outdated
    if actor is None and not policy.may_be_moved(booking, Company.objects.current(), now=now):
        raise TooLate
    was = _place_of(booking)
    if booking.session.service.is_class:
        _move_seats(booking, session_id, now)
    else:
        _move_appointment(booking, starts_at, provider_id, now)
    if _place_of(booking) == was:
        return booking
    booking.revision += 1
    booking.save(update_fields=["session", "revision"])
    events.record(Event.RESCHEDULED, now=now, booking=booking, actor=actor, was=was)
    return booking


def _open_booking(
    booking_id: int,
    *,
    now: datetime,
    is_moving: bool = False,
    other_provider_id: int | None = None,
    other_session_id: int | None = None,
) -> Booking:
    """Lock what a change of this booking touches, then read it and see that it is open.

    Locks providers only where another time is wanted from one: who merely frees a
    place need not wait for them. Raises BookingClosed, and Outdated when the booking
    went elsewhere between look and lock.
    """
    seen = Booking.objects.select_related("session").get(pk=booking_id)
    if is_moving:
        both = Q(pk=seen.session.provider_id) | Q(pk=other_provider_id)
        lock_providers(Provider.objects.filter(both))
    lock_sessions({seen.session_id, other_session_id})
    booking = Booking.objects.with_people().get(pk=booking_id)
    if not booking.takes_seats or booking.session.ends_at <= now:
        raise BookingClosed
    if booking.session_id != seen.session_id:
        raise Outdated
    if is_moving and booking.session.provider_id != seen.session.provider_id:
        raise Outdated
    return booking


def _place_of(booking: Booking) -> dict[str, object]:
    """What a message and the history need to say where a booking was before."""
    session = booking.session
    return {
        "session": session.pk,
        "starts_at": session.starts_at.isoformat(),
        "provider": session.provider_id,
    }


def _move_appointment(
    booking: Booking, starts_at: datetime | None, provider_id: int | None, now: datetime
) -> None:
    if starts_at is None:
        raise NotBookable
    session = booking.session
    if starts_at == session.starts_at and provider_id in (None, session.provider_id):
        return
    provider = free_provider(
        session.service,
        starts_at,
        provider_id=provider_id or session.provider_id,
        now=now,
        ignoring_session=session,
    )
    move_session(session, provider, starts_at)


def _move_seats(booking: Booking, session_id: int | None, now: datetime) -> None:
    if session_id == booking.session_id:
        return
    target = scheduled_session(booking.session.service, session_id, now=now)
    seats.give_back(booking.session, booking.seats)
    seats.take(target, booking.seats)
    booking.session = target
