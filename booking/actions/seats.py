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
    _look_again(session)


# What somebody else may have changed since the session was read, and cannot change now.
_CHANGING = (
    "seats_taken",
    "capacity",
    "starts_at",
    "ends_at",
    "occupied_from",
    "occupied_until",
    "provider_id",
    "host_token",
    "revision",
)


def _look_again(session: Session) -> None:
    for name, value in Session.objects.values(*_CHANGING).get(pk=session.pk).items():
        setattr(session, name, value)


def give_back(session: Session, seats: int) -> None:
    """Free places that a booking of the session took."""
    Session.objects.filter(pk=session.pk).update(seats_taken=F("seats_taken") - seats)
    session.refresh_from_db(fields=["seats_taken"])
