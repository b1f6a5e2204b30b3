"""How a booking stands for its client at one moment: what its pages say of it and offer."""

from dataclasses import dataclass
from datetime import datetime

from booking.actions import policy
from booking.actions.holds import has_lapsed
from booking.models import Booking, Company
from booking.models.sessions import BookingQuerySet


@dataclass(frozen=True)
class Standing:
    """``state`` is the booking's, except that a hold that ran out has expired.

    ``is_offer`` tells of a hold, also one that has ended, that a waiting list led to,
    ``needs_proof`` of one that only a link in the client's mail confirms.
    ``cancel_until`` and ``move_until`` are the moments from which on its client can no
    longer do so; they tell nothing of a booking that is not open.
    """

    state: str
    is_open: bool
    has_begun: bool
    is_over: bool
    is_offer: bool
    needs_proof: bool
    cancel_until: datetime
    move_until: datetime
    may_cancel: bool
    may_move: bool


def shown_bookings() -> BookingQuerySet:
    """Bookings with all that their clients' pages tell of them."""
    return Booking.objects.with_people().select_related("offered_to")


def standing_of(booking: Booking, company: Company, *, now: datetime) -> Standing:
    """Needs the booking loaded as ``shown_bookings`` has it; ``now`` is aware."""
    is_lost = has_lapsed(booking, now)
    is_over = booking.session.ends_at <= now
    is_open = booking.takes_seats and not (is_lost or is_over)
    return Standing(
        state=Booking.EXPIRED if is_lost else booking.state,
        is_open=is_open,
        has_begun=booking.session.starts_at <= now,
        is_over=is_over,
        is_offer=_is_offer(booking),
        needs_proof=booking.proof_token is not None,
        cancel_until=policy.cancellable_until(booking, company),
        move_until=policy.movable_until(booking, company),
        may_cancel=is_open and policy.may_be_cancelled(booking, company, now=now),
        may_move=is_open and policy.may_be_moved(booking, company, now=now),
    )


def _is_offer(booking: Booking) -> bool:
    # Whoever confirms a hold makes it a booking like any other.
    return booking.held_until is not None and hasattr(booking, "offered_to")
