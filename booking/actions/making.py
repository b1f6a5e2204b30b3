"""Book, hold, and make a hold a booking."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from booking import events, features
from booking.actions.asking import NO_ANSWERS, Said, asked_of, kept_of
from booking.actions.clients import ClientDetails, client_record
from booking.actions.holds import has_lapsed, lock_booking, take_places
from booking.actions.lengths import chosen_length
from booking.actions.places import find_place
from booking.actions.proving import is_proved, require_room_for_proof
from booking.actions.sessions import require_start, scheduled_session, write_appointment
from booking.actions.silence import silence
from booking.actions.starts import planned
from booking.actions.transactions import in_one_transaction
from booking.actions.waiting import leave_the_list
from booking.errors import (
    BookingClosed,
    HoldExpired,
    KeyReused,
    NotBookable,
    OverrideRefused,
    ProofNeeded,
    SessionFull,
    SlotTaken,
)
from booking.links import new_token
from booking.models import Booking, Event, Service, Session, User


@dataclass(frozen=True)
class _Wish:
    """All that was asked for; see ``book``."""

    service_id: int
    client: ClientDetails
    now: datetime
    starts_at: datetime | None
    provider_id: int | None
    session_id: int | None
    places: int
    note: str
    source: str
    actor: User | None
    idempotency_key: str | None
    overrides_rules: bool = False
    is_quiet: bool = False
    duration: timedelta | None = None
    answers: Mapping[int, str] = field(default_factory=dict)
    agreed_to: Collection[int] = ()
    needs_proof: bool = False

    def is_met_by(self, booking: Booking) -> bool:
        """Whether a booking is what was asked for: the same client, service and time.

        The time is the one it was booked for, wherever it was moved since.
        """
        session_id, starts_at = _first_place_of(booking)
        is_then = session_id == self.session_id or starts_at == self.starts_at
        is_this = booking.session.service_id == self.service_id
        return self.client.are_of(booking.client) and is_then and is_this


def _first_place_of(booking: Booking) -> tuple[int, datetime]:
    """The session and the start that a booking was made for, before any move."""
    moved = booking.events.filter(kind=Event.RESCHEDULED).order_by("pk").first()
    if moved is None:
        return booking.session_id, booking.session.starts_at
    was = moved.details["was"]
    return was["session"], datetime.fromisoformat(was["starts_at"])


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
    overrides_rules: bool = False,
    is_quiet: bool = False,
    duration: timedelta | None = None,
    answers: Mapping[int, str] = NO_ANSWERS,
    agreed_to: Collection[int] = (),
) -> Booking:
    """Book an appointment at ``starts_at``, or places in the class session ``session_id``.

    Times are aware; of a class ``starts_at`` is the time the session was chosen for.
    ``provider_id`` None means any provider of the service. The same ``idempotency_key``
    gives the same booking again. A client's booking (``actor`` None) of a service whose
    bookings are approved waits for that and records REQUESTED; any other is confirmed and
    records BOOKED. With ``overrides_rules`` staff book outside every rule, never over
    another session; the event says which rule was set aside. With ``is_quiet`` they tell nobody.
    ``duration`` is the length of an appointment, None the service's; another only staff choose.
    ``answers`` are what was said to questions by their ids, ``agreed_to`` the ids of ticked
    boxes; both stand with the booking in the words of now. Staff may leave out what is required.

    Raises SlotTaken, SlotNotOffered, SessionFull, SessionMoved, NotBookable, KeyReused,
    OverrideRefused, SilenceRefused, LengthRefused, WrongLength, WrongAnswer, WrongValue for what
    the client gave (texts fit for people).
    """
    return _made(
        _Wish(
            service_id, client, now, starts_at, provider_id, session_id, places, note, source,
            actor, idempotency_key, overrides_rules, is_quiet, duration, answers, agreed_to,
        )
    )  # fmt: skip


@in_one_transaction
def hold(
    *,
    service_id: int,
    client: ClientDetails,
    now: datetime,
    held_until: datetime,
    starts_at: datetime | None = None,
    provider_id: int | None = None,
    session_id: int | None = None,
    places: int = 1,
    note: str = "",
    source: str = Booking.SITE,
    actor: User | None = None,
    idempotency_key: str | None = None,
    answers: Mapping[int, str] = NO_ANSWERS,
    agreed_to: Collection[int] = (),
    needs_proof: bool = False,
) -> Booking:
    """Keep what ``book`` would book, free for others again at ``held_until``. Records HELD.

    With ``needs_proof`` the client is sent a link by mail, and only that confirms it.
    Raises what ``book`` raises, and TooManyUnproved.
    """
    return _made(
        _Wish(
            service_id, client, now, starts_at, provider_id, session_id, places, note, source,
            actor, idempotency_key, answers=answers, agreed_to=agreed_to,
            needs_proof=needs_proof,
        ),
        held_until=held_until,
    )  # fmt: skip


@in_one_transaction
def confirm(
    *,
    booking_id: int,
    now: datetime,
    proof: str | None = None,
    actor: User | None = None,
    answers: Mapping[int, str] = NO_ANSWERS,
    agreed_to: Collection[int] = (),
) -> Booking:
    """Make a hold a booking, as if it had been booked now. Records BOOKED or REQUESTED.

    Whoever takes what a waiting list offers was asked nothing before: ``answers`` and
    ``agreed_to`` are as for ``book``; of other holds they stand already.

    Raises HoldExpired when its time has run out or the session has begun, BookingClosed
    when it is no hold, ProofNeeded when it waits for its client's ``proof`` and neither
    that is given nor staff confirm it, WrongAnswer.
    """
    booking = lock_booking(booking_id)
    if booking.state == Booking.EXPIRED or has_lapsed(booking, now):
        raise HoldExpired
    if booking.state != Booking.HELD:
        raise BookingClosed
    if actor is None and not is_proved(booking, proof):
        raise ProofNeeded
    if hasattr(booking, "offered_to"):
        asked = asked_of(booking.session.service)
        said = kept_of(asked, answers, agreed_to, may_leave_out=actor is not None)
        booking.answers, booking.agreed = said.answers, said.agreed
    if booking.proof_token:
        _leave_the_list(booking, now=now)
    booking.state = _state_of_new(booking.session.service, actor)
    booking.held_until = booking.proof_token = None
    booking.revision += 1
    booking.save(
        update_fields=["state", "held_until", "proof_token", "revision", "answers", "agreed"]
    )
    booking.session.held_until = None
    booking.session.save(update_fields=["held_until"])
    _record_new(booking, now=now, actor=actor, source=booking.source)
    return booking


def _made(wish: _Wish, held_until: datetime | None = None) -> Booking:
    if (repeated := _made_before(wish)) is not None:
        return repeated
    if wish.overrides_rules and wish.actor is None:
        raise OverrideRefused
    silenced = silence(wish.is_quiet, by=wish.actor)
    chosen_length(wish.duration, by=wish.actor)
    wish.client.require_sense()
    if wish.needs_proof:
        require_room_for_proof(wish.client.email, now=wish.now)
    service = _bookable_service(wish.service_id)
    said = kept_of(
        asked_of(service), wish.answers, wish.agreed_to, may_leave_out=wish.actor is not None
    )
    try:
        session, set_aside = _session_for(wish, service, held_until)
    except (SlotTaken, SessionFull):
        # While this one waited for its turn, its twin may have been served.
        if (repeated := _made_before(wish)) is not None:
            return repeated
        raise
    booking = _written(wish, session, held_until, said)
    if not wish.needs_proof:  # or anybody could take somebody off the list
        _leave_the_list(booking, now=wish.now)
    details = {"source": wish.source, **set_aside, **silenced}
    _record_new(booking, now=wish.now, actor=wish.actor, **details)
    return booking


def _leave_the_list(booking: Booking, *, now: datetime) -> None:
    """Whoever has places in a class session waits for none in it."""
    if booking.session.service.is_class:
        leave_the_list(booking.session, booking.client, now=now)


def _made_before(wish: _Wish) -> Booking | None:
    """Return what was booked with the key; its links go to nobody but who booked it."""
    if not wish.idempotency_key:
        return None
    made = Booking.objects.with_people().filter(idempotency_key=wish.idempotency_key).first()
    if made is not None and not wish.is_met_by(made):
        raise KeyReused
    return made


def _bookable_service(service_id: int) -> Service:
    service = Service.objects.active_by_id(service_id)
    if service is None or (service.is_class and not features.is_on("classes")):
        raise NotBookable
    return service


def _session_for(
    wish: _Wish, service: Service, held_until: datetime | None
) -> tuple[Session, dict[str, Any]]:
    """The session with the places taken, and what of the rules was set aside for it."""
    if wish.places < 1:
        raise NotBookable
    if service.is_class:
        if wish.duration is not None:
            raise NotBookable
        session, overridden = scheduled_session(
            service, wish.session_id, now=wish.now, overrides_rules=wish.overrides_rules
        )
        take_places(session, wish.places, now=wish.now)
        require_start(session, wish.starts_at)
        return session, {"overridden": overridden.value} if overridden else {}
    if wish.starts_at is None or wish.places != 1:
        raise NotBookable
    starts_at = planned(wish.starts_at, now=wish.now)
    place = find_place(
        service,
        starts_at,
        provider_id=wish.provider_id,
        now=wish.now,
        duration=wish.duration,
        overrides_rules=wish.overrides_rules,
    )
    session = write_appointment(
        service,
        place.provider,
        starts_at,
        keeps_buffers=place.keeps_buffers,
        held_until=held_until,
        company=place.company,
        duration=wish.duration,
    )
    return session, place.set_aside


def _written(wish: _Wish, session: Session, held_until: datetime | None, said: Said) -> Booking:
    held = held_until is not None
    return Booking.objects.create(
        session=session,
        client=client_record(wish.client),
        seats=wish.places,
        state=Booking.HELD if held else _state_of_new(session.service, wish.actor),
        held_until=held_until,
        proof_token=new_token() if wish.needs_proof else None,
        phone=wish.client.phone,
        language=wish.client.language,
        timezone=wish.client.timezone,
        note=wish.note,
        answers=said.answers,
        agreed=said.agreed,
        source=wish.source,
        idempotency_key=wish.idempotency_key,
        created_at=wish.now,
    )


def _state_of_new(service: Service, actor: User | None) -> str:
    """Staff approve by booking themselves."""
    waits = service.needs_approval and actor is None
    return Booking.PENDING if waits else Booking.CONFIRMED


_RECORDED = {
    Booking.HELD: Event.HELD,
    Booking.PENDING: Event.REQUESTED,
    Booking.CONFIRMED: Event.BOOKED,
}


def _record_new(booking: Booking, *, now: datetime, actor: User | None, **details: Any) -> None:
    kind = _RECORDED[booking.state]
    events.record(kind, now=now, booking=booking, actor=actor, **details)
