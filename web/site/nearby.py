"""What else can be had, when a time or session cannot."""

from collections.abc import Sequence
from datetime import datetime

from booking import availability
from booking.availability import OfferedSlot
from booking.errors import (
    BookingError,
    NotBookable,
    Outdated,
    SessionFull,
    SlotNotOffered,
    SlotTaken,
)
from booking.models import Provider, Service, Session

# With these another time may be had; with the others none can.
LEAVING_A_CHOICE = (SlotTaken, SlotNotOffered, SessionFull, NotBookable, Outdated)
FEW = 3
# Of so many sessions around, those without room for everybody are passed over.
MANY = 30


def alternatives_to(
    refusal: BookingError,
    service: Service,
    wanted: datetime,
    *,
    now: datetime,
    places: int = 1,
    providers: Sequence[Provider] | None = None,
    ignoring_session: Session | None = None,
) -> list[OfferedSlot]:
    """The three free times, or sessions with as many places, nearest to the one refused."""
    if not isinstance(refusal, LEAVING_A_CHOICE):
        return []
    found = availability.nearest_free(
        service,
        wanted,
        now=now,
        count=FEW if places == 1 else MANY,
        providers=providers,
        ignoring_session=ignoring_session,
    )
    roomy = [slot for slot in found if slot.seats_left >= places]
    nearest = sorted(roomy, key=lambda slot: abs(slot.starts_at - wanted))[:FEW]
    return sorted(nearest, key=lambda slot: slot.starts_at)
