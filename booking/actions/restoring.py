"""Undoing a cancellation: a booking, or a class session with all in it, stands as before."""

from datetime import datetime
from typing import Any

from booking import events
from booking.actions.classes import refuse_clashes, sessions_from
from booking.actions.holds import free_lapsed_holds, lock_booking, take_places
from booking.actions.locks import lock_providers, lock_sessions
from booking.actions.places import find_former_place
from booking.actions.sessions import place_of, reopen_booking, reopen_session
from booking.actions.silence import silence
from booking.actions.transactions import in_one_transaction
from booking.actions.waiting import leave_the_list
from booking.errors import BookingClosed, NotBookable
from booking.models import Booking, Event, Provider, Session, User, WaitingEntry


@in_one_transaction
def restore(
    *,
    booking_id: int,
    now: datetime,
    actor: User,
    overrides_rules: bool = False,
    is_quiet: bool = False,
) -> Booking:
    """Make a cancelled or declined booking what it was: at its time, with its links.

    Nothing but the time itself, or the places in its class, is asked for: what was agreed
    upon stands, whatever the rules are now. ``overrides_rules`` lets its own buffers give
    way to what was booked meanwhile. With ``is_quiet`` nobody is told. Records RESTORED.

    Raises BookingClosed when it is neither cancelled nor declined, or was merely held, or its
    client was erased, NotBookable when it would be over, or its class session is cancelled,
    SlotTaken, SessionFull.
    """
    silenced = silence(is_quiet, by=actor)
    booking = _locked(booking_id, now=now)
    ended_as, state = booking.state, _state_to_restore(booking)
    if not _may_still_be(state, booking.session, now):
        raise NotBookable
    set_aside: dict[str, Any] = {}
    if booking.session.service.is_class:
        _take_places_again(booking, now=now)
    else:
        place = find_former_place(booking.session, now=now, overrides_rules=overrides_rules)
        reopen_session(booking.session, booking.seats, keeps_buffers=place.keeps_buffers)
        set_aside = place.set_aside
    reopen_booking(booking, state)
    details = {"was_state": ended_as, **set_aside, **silenced}
    events.record(Event.RESTORED, now=now, booking=booking, actor=actor, **details)
    return booking


def _locked(booking_id: int, *, now: datetime) -> Booking:
    """Lock the provider whose time an appointment takes again, then the session."""
    seen = Booking.objects.select_related("session__service").get(pk=booking_id)
    if not seen.session.service.is_class:
        lock_providers(Provider.objects.filter(pk=seen.session.provider_id), now=now)
    return lock_booking(booking_id)


def _state_to_restore(booking: Booking) -> str:
    """What it was before it was ended. Raises BookingClosed, also for whom nobody knows now."""
    if booking.client.erased_at is not None:
        raise BookingClosed
    if booking.state == Booking.DECLINED:
        return Booking.PENDING
    if booking.state != Booking.CANCELLED:
        raise BookingClosed
    ended = booking.events.filter(kind=Event.CANCELLED).order_by("pk").last()
    was: str = ended.details.get("was_state", Booking.CONFIRMED) if ended else Booking.CONFIRMED
    if was == Booking.HELD:
        raise BookingClosed
    return was


def _may_still_be(state: str, session: Session, now: datetime) -> bool:
    """A booking until its end, a request until its start: then it expires."""
    return (session.starts_at if state == Booking.PENDING else session.ends_at) > now


def _take_places_again(booking: Booking, *, now: datetime) -> None:
    if not booking.session.is_active:
        raise NotBookable
    take_places(booking.session, booking.seats, now=now)
    leave_the_list(booking.session, booking.client, now=now)


@in_one_transaction
def restore_session(
    *, session_id: int, now: datetime, actor: User, is_quiet: bool = False
) -> Session:
    """Put a cancelled class session back, with everybody who was in it or waited for it.

    Each booking that ended with it records RESTORED, and so does the session, with its
    number of bookings and the entries that wait again; what was merely held is gone, and so is
    what erased clients had. With ``is_quiet`` nobody is told.

    Raises BookingClosed when it is not cancelled, NotBookable for an appointment's session
    or one that would be over, SlotTaken.
    """
    silenced = silence(is_quiet, by=actor)
    session = _locked_session(session_id, now=now)
    refuse_clashes({session.provider: [session]}, now=now)
    closing = session.events.filter(kind=Event.SESSION_CANCELLED).order_by("pk").last()
    bookings = [one for one in _ended_with(session, closing) if _comes_back(one, now)]
    reopen_session(session, sum(booking.seats for booking in bookings))
    for booking in bookings:
        reopen_booking(booking, _state_to_restore(booking))
        details = {"was_state": Booking.CANCELLED, "with_session": True, **silenced}
        events.record(Event.RESTORED, now=now, booking=booking, actor=actor, **details)
    events.record(
        Event.RESTORED,
        now=now,
        session=session,
        actor=actor,
        was=place_of(session),
        bookings=len(bookings),
        waiting=_wait_again(session, closing),
        **silenced,
    )
    return session


def _locked_session(session_id: int, *, now: datetime) -> Session:
    """Lock the provider, who stays the same while it is cancelled, then the session itself."""
    wanted = sessions_from(session_id, rest_of_series=False)
    hosts = Provider.objects.filter(pk__in=wanted.values("provider"))
    free_lapsed_holds(lock_providers(hosts, now=now), now=now)
    lock_sessions({session_id})
    session: Session = wanted.select_related("provider", "service").get()
    if session.is_active:
        raise BookingClosed
    if not session.service.is_class or session.ends_at <= now:
        raise NotBookable
    return session


def _ended_with(session: Session, closing: Event | None) -> list[Booking]:
    """The bookings that were cancelled with their session.

    Its lock was held meanwhile, so their events are the last ones of it before its own.
    """
    if closing is None:
        return []
    cancelled = session.events.filter(kind=Event.CANCELLED, pk__lt=closing.pk)
    last = cancelled.order_by("-pk")[: closing.details["bookings"]]
    bookings = session.bookings.filter(pk__in=[event.booking_id for event in last])
    found = list(bookings.select_related("client").order_by("pk"))
    for booking in found:
        booking.session = session
    return found


def _comes_back(booking: Booking, now: datetime) -> bool:
    try:
        return _may_still_be(_state_to_restore(booking), booking.session, now)
    except BookingClosed:
        return False


def _wait_again(session: Session, closing: Event | None) -> list[int]:
    """Let those wait again who waited until the session was cancelled; their entries."""
    ids = closing.details.get("waiting", []) if closing is not None else []
    entries = session.waiting.filter(pk__in=ids, state=WaitingEntry.LEFT, client__erased_at=None)
    again = list(entries.in_turn().values_list("pk", flat=True))
    session.waiting.filter(pk__in=again).update(state=WaitingEntry.WAITING)
    return again
