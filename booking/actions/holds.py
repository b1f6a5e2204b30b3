"""What is kept for somebody only for a while, and what becomes of it."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.db import DatabaseError
from django.db.models import Q, QuerySet

from booking import events
from booking.actions import seats
from booking.actions.locks import lock_sessions
from booking.actions.sessions import close_booking, close_session
from booking.actions.transactions import in_one_transaction
from booking.actions.waiting import offer_free_places
from booking.errors import SessionFull
from booking.models import Booking, Event, Provider, Session

logger = logging.getLogger(__name__)

# More than this at once is left to the next sweep.
BATCH = 500


def has_lapsed(booking: Booking, now: datetime) -> bool:
    """Whether a hold has run out, or its session begun; needs ``session`` loaded.

    Until it is swept up its state still says held.
    """
    if booking.state != Booking.HELD or booking.held_until is None:
        return False
    return min(booking.held_until, booking.session.starts_at) <= now


def lock_booking(booking_id: int) -> Booking:
    """Lock the session of a booking, then read both.

    Raises Booking.DoesNotExist. A booking that goes to another session between look and
    lock is looked up there again.
    """
    session_id = Booking.objects.values_list("session_id", flat=True).get(pk=booking_id)
    while True:
        lock_sessions({session_id})
        booking = Booking.objects.with_people().get(pk=booking_id)
        if booking.session_id == session_id:
            return booking
        session_id = booking.session_id


def free_lapsed_holds(providers: Iterable[Provider], *, now: datetime) -> None:
    """Free the time of appointments whose hold has run out.

    The providers come from ``lock_providers``, which says for whom there is one.
    """
    concerned = [one for one in providers if one.has_lapsed_hold]  # type: ignore[attr-defined]
    if concerned:
        # Appointments only: sessions of classes are locked together, in their order.
        lapsed = _lapsed(now).filter(
            session__provider__in=concerned, session__held_until__isnull=False
        )
        lock_sessions(lapsed.values_list("session_id", flat=True))
        _expire_all(lapsed, now=now)


def take_places(session: Session, places: int, *, now: datetime) -> None:
    """Take places in a class session, those of lapsed holds too. Raises SessionFull.

    Whoever comes too late is told so without a lock, for which many would wait in line.
    """
    if session.seats_left >= places:
        with suppress(SessionFull):
            seats.take(session, places)
            return
    if not _lapsed(now).filter(session=session).exists():
        raise SessionFull
    free_lapsed_places(session, now=now)
    seats.take(session, places)


def free_lapsed_places(session: Session, *, now: datetime) -> None:
    """Free the places in a class session whose hold has run out."""
    lock_sessions({session.pk})
    _expire_all(_lapsed(now).filter(session=session), now=now)
    session.refresh_from_db(fields=["seats_taken"])  # some may be offered to others by now


def expire_overdue(*, now: datetime) -> int:
    """Let holds that have run out, and requests nobody answered in time, expire.

    Returns how many did. Each is a transaction of its own and records EXPIRED, so running
    it twice or beside a booking is harmless.
    """
    undecided = Booking.objects.filter(state__in=[Booking.HELD, Booking.PENDING])
    overdue = undecided.filter(
        Q(session__starts_at__lte=now) | Q(state=Booking.HELD, held_until__lte=now)
    )
    ids = list(overdue.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return sum(_expired_if_overdue(pk, now) for pk in ids)


def _expired_if_overdue(booking_id: int, now: datetime) -> bool:
    """One that cannot expire must not keep the others from it."""
    try:
        return _expire_if_overdue(booking_id=booking_id, now=now)
    except DatabaseError:
        logger.exception("booking %s could not expire", booking_id)
        return False


@in_one_transaction
def _expire_if_overdue(*, booking_id: int, now: datetime) -> bool:
    booking = lock_booking(booking_id)
    is_late = booking.state == Booking.PENDING and booking.session.starts_at <= now
    if not (is_late or has_lapsed(booking, now)):
        return False
    _expire(booking, now=now)
    return True


def _lapsed(now: datetime) -> QuerySet[Booking]:
    held = Booking.objects.with_people().filter(state=Booking.HELD)
    return held.filter(Q(held_until__lte=now) | Q(session__starts_at__lte=now))


def _expire_all(bookings: QuerySet[Booking], *, now: datetime) -> None:
    for booking in bookings.order_by("pk"):
        _expire(booking, now=now)


def _expire(booking: Booking, *, now: datetime) -> None:
    was = booking.state
    close_booking(booking, Booking.EXPIRED, now=now)
    free_what_it_took(booking, now=now)
    events.record(Event.EXPIRED, now=now, booking=booking, was_state=was)


def free_what_it_took(booking: Booking, *, now: datetime) -> None:
    """Give back the places in a class, or the provider's time; needs its session locked.

    The places go to those who wait for them, if any.
    """
    if booking.session.service.is_class:
        seats.give_back(booking.session, booking.seats)
        offer_free_places(booking.session, now=now)
    else:
        close_session(booking.session)
