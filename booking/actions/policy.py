"""Until when clients may change their bookings themselves."""

from datetime import datetime, timedelta

from booking.models import Booking, Company


def may_be_cancelled(booking: Booking, company: Company, *, now: datetime) -> bool:
    """Whether its client may still cancel; needs ``booking.session`` loaded."""
    return _is_open(booking, company.cancel_until_minutes, now)


def may_be_moved(booking: Booking, company: Company, *, now: datetime) -> bool:
    """Whether its client may still move it; needs ``booking.session`` loaded."""
    return _is_open(booking, company.reschedule_until_minutes, now)


def _is_open(booking: Booking, until_minutes: int, now: datetime) -> bool:
    latest = booking.session.starts_at - timedelta(minutes=until_minutes)
    return booking.takes_seats and now < latest
