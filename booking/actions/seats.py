"""Taking and giving back places, so that no session is ever overfull."""

from django.db.models import F

from booking.errors import SessionFull
from booking.models import Session


def take(session: Session, seats: int) -> None:
    """Take places by a conditional update. Raises SessionFull when fewer are left."""
    if seats > session.capacity:
        raise SessionFull
    free = Session.objects.active().filter(pk=session.pk, seats_taken__lte=F("capacity") - seats)
    if not free.update(seats_taken=F("seats_taken") + seats):
        raise SessionFull
    session.refresh_from_db(fields=["seats_taken"])


def give_back(session: Session, seats: int) -> None:
    """Free places that a booking of the session took."""
    Session.objects.filter(pk=session.pk).update(seats_taken=F("seats_taken") - seats)
    session.refresh_from_db(fields=["seats_taken"])
