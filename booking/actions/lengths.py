"""Lasting longer or shorter than its service says: what only staff may choose."""

from datetime import timedelta

from booking.errors import LengthRefused, WrongLength
from booking.models import User
from booking.models.catalog import LONGEST_MINUTES, SHORTEST_MINUTES

_MINUTE = timedelta(minutes=1)
_SHORTEST, _LONGEST = SHORTEST_MINUTES * _MINUTE, LONGEST_MINUTES * _MINUTE


def chosen_length(duration: timedelta | None, *, by: User | None) -> timedelta | None:
    """A length that staff chose; None where they chose none.

    Raises LengthRefused unless somebody of the staff wants it, WrongLength for one that no
    service can have.
    """
    if duration is None:
        return None
    if by is None:
        raise LengthRefused
    if duration % _MINUTE or not _SHORTEST <= duration <= _LONGEST:
        raise WrongLength
    return duration
