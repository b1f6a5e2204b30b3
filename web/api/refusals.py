"""What to say when a booking cannot be had: which field is at fault, and what is free instead."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from booking import availability
from booking.errors import (
    BookingError,
    NotBookable,
    SessionFull,
    SlotNotOffered,
    SlotTaken,
    WrongAnswer,
)
from booking.models import Provider, Service, Session
from web.api.answers import slots_out
from web.api.problems import Problem

NEAREST = 3
_OTHER_TIMES_HELP = (SlotTaken, SlotNotOffered, SessionFull)


@dataclass(frozen=True)
class Wish:
    """What was asked for.

    ``service`` is None where it is not on offer; ``moved`` is the session that was to move;
    free times are told in ``zone``.
    """

    service: Service | None
    starts_at: datetime | None
    session_id: int | None
    provider_id: int | None
    zone: ZoneInfo
    seats: int = 1
    moved: Session | None = None


def problem_of(error: BookingError, wish: Wish) -> Problem:
    """Say why a wish was refused: 422 where it can never be had, else 409."""
    if isinstance(error, NotBookable):
        name, code, message = _fault(wish)
        return Problem.at_field(name, code, message, of=error.code)
    if isinstance(error, WrongAnswer):
        # Of a list of ids the list is at fault: a number behind its name would be a place in it.
        field = "agreed_to" if error.field.startswith("agreed_to") else error.field
        return Problem.at_field(field, error.reason, str(error))
    members: dict[str, object] = {}
    if isinstance(error, SlotNotOffered):
        members["reason"] = error.reason.value
    if isinstance(error, _OTHER_TIMES_HELP):
        members["nearest"] = _nearest(wish)
    return conflict(error, **members)


def conflict(error: BookingError, **members: object) -> Problem:
    """The refusal of a change in its own words."""
    return Problem(409, error.code, str(error), **members)


def _fault(wish: Wish) -> tuple[str, str, str]:
    """The field that makes a wish impossible, why, and in words."""
    if wish.service is None:
        return "service", "unknown", "There is no such service."
    if wish.service.is_class:
        if wish.session_id is None:
            return "session", "required", "A class is booked by its session."
        return "session", "unknown", "There is no such session of this class."
    if wish.starts_at is None:
        return "starts_at", "required", "An appointment is booked by its start."
    if wish.seats != 1:
        return "seats", "out_of_range", "An appointment has one place."
    if wish.provider_id is not None:
        return "provider", "unknown", "No such provider offers this service."
    return "service", "unavailable", "Nobody offers this service at present."


def _nearest(wish: Wish) -> list[dict[str, object]]:
    now = timezone.now()
    if wish.service is None:
        return []
    slots = availability.nearest_free(
        wish.service,
        _wanted_moment(wish) or now,
        now=now,
        count=NEAREST,
        providers=_wanted_providers(wish),
        ignoring_session=wish.moved,
    )
    return slots_out(slots, wish.zone)


def _wanted_moment(wish: Wish) -> datetime | None:
    if wish.session_id is None:
        return wish.starts_at
    starts = Session.objects.filter(pk=wish.session_id).values_list("starts_at", flat=True)
    return starts.first()


def _wanted_providers(wish: Wish) -> list[Provider] | None:
    """Those of an appointment that were asked for; None for any."""
    if wish.service is None or wish.service.is_class or wish.provider_id is None:
        return None
    return list(wish.service.providers.active().filter(pk=wish.provider_id))
