"""Telling nobody of a change: what only staff may choose."""

from typing import Any

from booking.errors import SilenceRefused
from booking.models import User


def silence(is_quiet: bool, *, by: User | None) -> dict[str, Any]:
    """What an event tells of it. Raises SilenceRefused unless somebody of the staff wants it."""
    if is_quiet and by is None:
        raise SilenceRefused
    return {"is_quiet": True} if is_quiet else {}
