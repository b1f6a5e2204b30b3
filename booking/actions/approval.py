"""Staff say yes or no to a booking that waits for them."""

from datetime import datetime
from typing import Any

from booking import events
from booking.actions.holds import free_what_it_took, lock_booking
from booking.actions.sessions import close_booking
from booking.actions.silence import silence
from booking.actions.transactions import in_one_transaction
from booking.errors import BookingClosed
from booking.models import Booking, Event, User


@in_one_transaction
def approve(*, booking_id: int, now: datetime, actor: User, is_quiet: bool = False) -> Booking:
    """Confirm a booking that waits for approval. Records APPROVED.

    With ``is_quiet`` nobody is told. Raises BookingClosed when it does not wait (any more),
    or its time is over.
    """
    booking = _waiting_booking(booking_id, now)
    booking.state = Booking.CONFIRMED
    booking.revision += 1
    booking.save(update_fields=["state", "revision"])
    details = silence(is_quiet, by=actor)
    events.record(Event.APPROVED, now=now, booking=booking, actor=actor, **details)
    return booking


@in_one_transaction
def decline(
    *, booking_id: int, now: datetime, actor: User, reason: str = "", is_quiet: bool = False
) -> Booking:
    """Refuse a booking that waits for approval, and free what it took. Records DECLINED.

    With ``is_quiet`` nobody is told. Raises BookingClosed when it does not wait (any more),
    or its time is over.
    """
    booking = _waiting_booking(booking_id, now)
    close_booking(booking, Booking.DECLINED, now=now, reason=reason)
    free_what_it_took(booking, now=now)
    details: dict[str, Any] = {"reason": reason, **silence(is_quiet, by=actor)}
    events.record(Event.DECLINED, now=now, booking=booking, actor=actor, **details)
    return booking


def _waiting_booking(booking_id: int, now: datetime) -> Booking:
    booking = lock_booking(booking_id)
    if booking.state != Booking.PENDING or booking.session.ends_at <= now:
        raise BookingClosed
    return booking
