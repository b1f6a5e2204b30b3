"""Cancel and move a booking."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from booking import events
from booking.actions import policy, seats
from booking.actions.holds import free_what_it_took, has_lapsed, take_places
from booking.actions.lengths import chosen_length
from booking.actions.locks import lock_providers, lock_service, lock_sessions
from booking.actions.places import find_place, find_room
from booking.actions.repeating import as_asked, is_done_already
from booking.actions.sessions import (
    close_booking,
    move_session,
    place_of,
    require_start,
    scheduled_session,
)
from booking.actions.silence import silence
from booking.actions.starts import planned
from booking.actions.transactions import in_one_transaction
from booking.actions.waiting import leave_the_list, offer_free_places
from booking.errors import BookingClosed, NotBookable, Outdated, OverrideRefused, TooLate
from booking.models import Booking, Company, Event, Provider, Session, User


@in_one_transaction
def cancel(
    *,
    booking_id: int,
    now: datetime,
    actor: User | None = None,
    reason: str = "",
    is_quiet: bool = False,
    idempotency_key: str | None = None,
) -> Booking:
    """Cancel a booking and free what it took; ``actor`` None means its client.

    With ``is_quiet`` nobody is told. What was cancelled with the same ``idempotency_key`` is
    returned as it is now. Raises BookingClosed when it is no longer open, TooLate when the
    company's time for clients has passed, SilenceRefused. Records CANCELLED.
    """
    silenced = silence(is_quiet, by=actor)
    seen, booking = _locked_booking(booking_id, now=now)
    asked = as_asked(idempotency_key)
    if is_done_already(booking, Event.CANCELLED, asked):
        return booking
    _require_open(booking, seen, now=now)
    if actor is None and not policy.may_be_cancelled(booking, Company.objects.current(), now=now):
        raise TooLate
    end_booking(booking, now=now, actor=actor, reason=reason, **silenced, **asked)
    return booking


def end_booking(
    booking: Booking, *, now: datetime, actor: User | None, reason: str = "", **details: Any
) -> None:
    """Cancel an open booking whose session is locked. Records CANCELLED with ``details``."""
    was = booking.state
    close_booking(booking, Booking.CANCELLED, now=now, reason=reason)
    free_what_it_took(booking, now=now)
    details = {"reason": reason, "was_state": was, **details}
    events.record(Event.CANCELLED, now=now, booking=booking, actor=actor, **details)


@in_one_transaction
def reschedule(
    *,
    booking_id: int,
    now: datetime,
    starts_at: datetime | None = None,
    session_id: int | None = None,
    provider_id: int | None = None,
    duration: timedelta | None = None,
    expected_revision: int | None = None,
    actor: User | None = None,
    overrides_rules: bool = False,
    is_quiet: bool = False,
    idempotency_key: str | None = None,
) -> Booking:
    """Move a booking to an aware ``starts_at``, or to another session of its class.

    With ``session_id`` a ``starts_at`` is the time that session was chosen for.
    ``provider_id`` None keeps the provider, ``duration`` None the length; staff may choose
    another for an appointment. One that stays where it is and only becomes longer or shorter
    is refused for no rule about its start. ``actor`` None means the client. With
    ``expected_revision`` a booking that changed since is refused. Where staff approve each
    booking, one that its client moves waits for that again. ``overrides_rules`` is as in
    ``book``; with ``is_quiet`` nobody is told. Records RESCHEDULED with what was before;
    moving to where it already is changes nothing. What is merely held its client can take or
    leave, not move, and a place held in one session is nobody's to carry into another: it may
    be promised to who waits. What was moved with the same ``idempotency_key`` is returned as it
    is now.

    Raises BookingClosed, TooLate, Outdated, KeyReused, SlotTaken, SlotNotOffered, SessionFull,
    SessionMoved, NotBookable, OverrideRefused, SilenceRefused, LengthRefused, WrongLength.
    """
    if overrides_rules and actor is None:
        raise OverrideRefused
    silenced = silence(is_quiet, by=actor)
    length = chosen_length(duration, by=actor)
    starts_at = planned(starts_at, now=now) if starts_at else None
    is_moving = starts_at is not None
    seen, booking = _locked_booking(
        booking_id,
        now=now,
        is_moving=is_moving,
        other_provider_id=provider_id,
        other_session_id=session_id,
    )
    asked = as_asked(idempotency_key, starts_at, session_id, provider_id)
    if is_done_already(booking, Event.RESCHEDULED, asked):
        return booking
    _require_open(booking, seen, now=now, is_moving=is_moving)
    if expected_revision is not None and booking.revision != expected_revision:
        raise Outdated
    if actor is None:
        _require_movable_by_client(booking, now=now)
    was = place_of(booking.session)
    if not booking.session.service.is_class:
        wish = _Wish(starts_at, provider_id, length, overrides_rules)
        set_aside = _move_appointment(booking.session, wish, now=now)
    elif length is None:
        set_aside = _move_seats(booking, session_id, starts_at, now, overrides_rules)
    else:
        raise NotBookable  # a class lasts as long as its session, for everybody in it
    if place_of(booking.session) == was:
        return booking
    _record_move(booking, was, {**set_aside, **silenced, **asked}, now=now, actor=actor)
    return booking


def _require_movable_by_client(booking: Booking, *, now: datetime) -> None:
    if booking.state == Booking.HELD:
        raise BookingClosed
    if not policy.may_be_moved(booking, Company.objects.current(), now=now):
        raise TooLate


def _record_move(
    booking: Booking,
    was: dict[str, object],
    more: dict[str, Any],
    *,
    now: datetime,
    actor: User | None,
) -> None:
    if actor is None and booking.is_confirmed and booking.session.service.needs_approval:
        booking.state = Booking.PENDING
    booking.revision += 1
    booking.save(update_fields=["session", "state", "revision"])
    details: dict[str, Any] = {"was": was, **more}
    if booking.state == Booking.PENDING:
        details["awaits_approval"] = True
    events.record(Event.RESCHEDULED, now=now, booking=booking, actor=actor, **details)


def _locked_booking(
    booking_id: int,
    *,
    now: datetime,
    is_moving: bool = False,
    other_provider_id: int | None = None,
    other_session_id: int | None = None,
) -> tuple[Booking, Booking]:
    """Lock what a change of this booking touches; return it as it was seen before, and as it is.

    Locks providers only where another time is wanted from one: who merely frees a
    place need not wait for them.
    """
    seen = Booking.objects.select_related("session__service").get(pk=booking_id)
    if is_moving:
        lock_service(seen.session.service)
        both = Q(pk=seen.session.provider_id) | Q(pk=other_provider_id)
        lock_providers(Provider.objects.filter(both), now=now)
    lock_sessions({seen.session_id, other_session_id})
    return seen, Booking.objects.with_people().get(pk=booking_id)


def _require_open(
    booking: Booking, seen: Booking, *, now: datetime, is_moving: bool = False
) -> None:
    """Raises BookingClosed, and Outdated when it went elsewhere between look and lock."""
    if not booking.takes_seats or booking.session.ends_at <= now or has_lapsed(booking, now):
        raise BookingClosed
    if booking.session_id != seen.session_id:
        raise Outdated
    if is_moving and booking.session.provider_id != seen.session.provider_id:
        raise Outdated


@dataclass(frozen=True)
class _Wish:
    """Where an appointment is to go; see ``reschedule``."""

    starts_at: datetime | None
    provider_id: int | None
    duration: timedelta | None
    overrides_rules: bool


def _move_appointment(session: Session, wish: _Wish, *, now: datetime) -> dict[str, Any]:
    """Move the appointment's session; returns what of the rules was set aside for it."""
    if wish.starts_at is None:
        raise NotBookable
    duration = wish.duration or session.duration
    stays = wish.provider_id in (None, session.provider_id)
    if not (stays and wish.starts_at == session.starts_at):
        place = find_place(
            session.service,
            wish.starts_at,
            provider_id=wish.provider_id or session.provider_id,
            now=now,
            moved=session,
            duration=duration,
            overrides_rules=wish.overrides_rules,
        )
    elif duration == session.duration:
        return {}
    elif session.starts_at + duration <= now:
        raise NotBookable
    else:
        place = find_room(session, duration, now=now, overrides_rules=wish.overrides_rules)
    move_session(
        session,
        place.provider,
        wish.starts_at,
        company=place.company,
        duration=duration,
        keeps_buffers=place.keeps_buffers,
    )
    return place.set_aside


def _move_seats(
    booking: Booking,
    session_id: int | None,
    starts_at: datetime | None,
    now: datetime,
    overrides_rules: bool,
) -> dict[str, Any]:
    if booking.state == Booking.HELD:
        raise BookingClosed
    if session_id == booking.session_id:
        return {}
    target, overridden = scheduled_session(
        booking.session.service, session_id, now=now, overrides_rules=overrides_rules
    )
    seats.give_back(booking.session, booking.seats)
    take_places(target, booking.seats, now=now)
    require_start(target, starts_at)
    leave_the_list(target, booking.client, now=now)
    offer_free_places(booking.session, now=now)
    booking.session = target
    return {"overridden": overridden.value} if overridden else {}
