"""Until when clients may change their bookings themselves."""

from datetime import datetime, timedelta

from booking.models import Booking, Company


def cancellable_until(booking: Booking, company: Company) -> datetime:
    """The moment from which on its client can no longer cancel; needs ``session`` loaded."""
    return booking.session.starts_at - timedelta(minutes=company.cancel_until_minutes)


def movable_until(booking: Booking, company: Company) -> datetime:
    """The moment from which on its client can no longer move it; needs ``session`` loaded."""
    return booking.session.starts_at - timedelta(minutes=company.reschedule_until_minutes)


def may_be_cancelled(booking: Booking, company: Company, *, now: datetime) -> bool:
    """Whether its client may still cancel; needs ``booking.session`` loaded.

    What is merely held was never agreed on: its client may say no until the end.
    """
    is_held = booking.state == Booking.HELD
    return booking.takes_seats and (is_held or now < cancellable_until(booking, company))


def may_be_moved(booking: Booking, company: Company, *, now: datetime) -> bool:
    """Whether its client may still move it, a hold never; needs ``booking.session`` loaded."""
    return (
        booking.takes_seats
        and booking.state != Booking.HELD
        and now < movable_until(booking, company)
    )
