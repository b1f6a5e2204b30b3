"""Booking for a client, whatever face they come through: at once, or once their address is proved.

Above a number of bookings an hour from one network address, what is booked next is held until
somebody who reads the client's mail has confirmed it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from booking import actions
from booking.actions import ClientDetails
from booking.models import Booking, Company
from web.keys.requests import is_from_server
from web.limits import bookings_this_hour, uncount_booking


def book_or_hold(
    request: HttpRequest, *, client: ClientDetails, now: datetime, **wish: Any
) -> Booking:
    """Book what is wished for, or hold it where the client has to prove their address first.

    ``wish`` is what ``actions.book`` takes beside the two. Only what is made counts towards the
    limit: neither a refusal nor a wish that is repeated with its idempotency key does. Raises what
    ``actions.book`` raises, and TooManyUnproved.
    """
    company = Company.objects.current()
    limit = _limit(company)
    if limit is None or _is_known(request, client):
        return actions.book(client=client, now=now, **wish)
    try:
        if bookings_this_hour(request) > limit:
            until = now + timedelta(minutes=company.proof_minutes)
            booking = actions.hold(
                client=client, now=now, held_until=until, needs_proof=True, **wish
            )
        else:
            booking = actions.book(client=client, now=now, **wish)
    except Exception:
        uncount_booking(request)
        raise
    if booking.created_at != now:
        uncount_booking(request)
    return booking


def _limit(company: Company) -> int | None:
    """Bookings an hour from one network address that need no proof; None: any number."""
    if company.proof_above is not None:
        return company.proof_above
    return settings.RATE_LIMIT_PER_MINUTE or None


def _is_known(request: HttpRequest, client: ClientDetails) -> bool:
    """Staff, a company's own server, or a client whose address a mailed code has proved."""
    if is_from_server(request):
        return True
    user = request.user
    if not (user.is_authenticated and user.is_active):
        return False
    return user.is_staff or user.email.lower() == client.email.lower()
