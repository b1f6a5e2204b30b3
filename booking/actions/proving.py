"""Holds that wait for their client to prove that they read the mail of the address given."""

import secrets
from datetime import datetime, timedelta

from django.db.models import Count, Q

from booking.errors import TooManyUnproved, WrongValue
from booking.models import Booking

# Of one address, at once and within an hour: nobody's mailbox is filled, also by who cancels
# each and asks anew, nor are many times kept in their name.
MOST_UNPROVED, MOST_AN_HOUR = 3, 6
_HOUR = timedelta(hours=1)


def require_room_for_proof(email: str, *, now: datetime) -> None:
    """Raise TooManyUnproved where an address has as many holds as it may, WrongValue for none."""
    if not email:
        raise WrongValue("email")
    never_proved = Booking.objects.filter(proof_token__isnull=False, client__email__iexact=email)
    found = never_proved.aggregate(
        waiting=Count("pk", filter=Q(state=Booking.HELD, held_until__gt=now)),
        lately=Count("pk", filter=Q(created_at__gt=now - _HOUR)),
    )
    if found["waiting"] >= MOST_UNPROVED or found["lately"] >= MOST_AN_HOUR:
        raise TooManyUnproved


def is_proved(booking: Booking, proof: str | None) -> bool:
    """Whether a hold needs no proof, or this is it; compared in constant time."""
    if booking.proof_token is None:
        return True
    return proof is not None and secrets.compare_digest(
        booking.proof_token.encode(), proof.encode()
    )
