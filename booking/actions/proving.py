"""Holds that wait for their client to prove that they read the mail of the address given."""

import secrets
from datetime import datetime

from booking.errors import TooManyUnproved, WrongValue
from booking.models import Booking

# Of one address at once: nobody's mailbox is filled, nor many times kept in their name.
MOST_UNPROVED = 3


def require_room_for_proof(email: str, *, now: datetime) -> None:
    """Raise TooManyUnproved where an address has as many holds as may wait, WrongValue for none."""
    if not email:
        raise WrongValue("email")
    waiting = Booking.objects.unproved(now).filter(client__email__iexact=email)
    if waiting.count() >= MOST_UNPROVED:
        raise TooManyUnproved


def is_proved(booking: Booking, proof: str | None) -> bool:
    """Whether a hold needs no proof, or this is it; compared in constant time."""
    if booking.proof_token is None:
        return True
    return proof is not None and secrets.compare_digest(
        booking.proof_token.encode(), proof.encode()
    )
