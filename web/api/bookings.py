"""Book, see, cancel, move: what the booking site does, for programs."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Body, Header, Status

from booking import actions
from booking.errors import BookingError
from booking.models import Booking, Session
from web.api.answers import booking_out, zone_named
from web.api.fields import IdempotencyKey
from web.api.listing import router
from web.api.problems import Problem
from web.api.refusals import Wish, conflict, problem_of
from web.api.schemas import (
    BookingIn,
    BookingOut,
    CancelIn,
    ConflictOut,
    InvalidOut,
    ProblemOut,
    RescheduleIn,
)
from web.booking_wishes import book_or_hold
from web.keys.requests import key_of
from web.offers import offered_service

# A request whose answer was lost may be sent again with it.
RepeatedAs = Annotated[
    IdempotencyKey | None,
    Header(
        alias="Idempotency-Key",
        description="The same key does it once, however often. Each API key has its own.",
    ),
]

CHANGE = {
    400: ProblemOut,
    409: ConflictOut,
    413: ProblemOut,
    415: ProblemOut,
    422: InvalidOut,
    429: ProblemOut,
    500: ProblemOut,
}


@router.post(
    "/bookings",
    response={201: BookingOut, **CHANGE},
    operation_id="createBooking",
    summary="Book",
)
def create_booking(
    request: HttpRequest,
    wanted: BookingIn,
    idempotency_key: RepeatedAs = None,
):
    """Book an appointment by its start, or places in a session of a class.

    A booking that staff must approve comes back *pending*; *held* is one that its client has
    yet to confirm by a link in a mail, as is asked above a number of bookings an hour. A time
    that is not free is answered with the nearest that are.
    """
    _refuse_other_host(wanted)
    try:
        booking = book_or_hold(
            request,
            service_id=wanted.service,
            client=wanted.client.details(),
            now=timezone.now(),
            starts_at=wanted.starts_at,
            provider_id=wanted.provider,
            session_id=wanted.session,
            places=wanted.seats,
            note=wanted.note,
            answers=wanted.answers,
            agreed_to=wanted.agreed_to,
            source=Booking.API,
            idempotency_key=_scoped(request, idempotency_key),
        )
    except BookingError as error:
        raise problem_of(error, _wish_to_book(wanted)) from error
    return Status(201, booking_out(booking))


def _scoped(request: HttpRequest, idempotency_key: str | None) -> str | None:
    """Apart from those of other API keys, of whoever has none, and of the booking site."""
    if idempotency_key is None:
        return None
    key = key_of(request)
    return f"key{key.pk}:{idempotency_key}" if key else f"api:{idempotency_key}"


def _refuse_other_host(wanted: BookingIn) -> None:
    """Who asks for somebody in particular must not get another one without a word."""
    if wanted.session is None or wanted.provider is None:
        return
    if not Session.objects.filter(pk=wanted.session, provider=wanted.provider).exists():
        raise Problem.at_field("provider", "conflict", "This provider does not hold the session.")


def _wish_to_book(wanted: BookingIn) -> Wish:
    return Wish(
        service=offered_service(wanted.service),
        starts_at=wanted.starts_at,
        session_id=wanted.session,
        provider_id=wanted.provider,
        zone=zone_named(wanted.client.timezone),
        seats=wanted.seats,
    )


@router.get(
    "/bookings/{slug:token}",
    response={200: BookingOut, 404: ProblemOut, 500: ProblemOut},
    operation_id="getBooking",
    summary="See a booking",
)
def get_booking(request: HttpRequest, token: str):
    """The booking of a token, in the zone it was booked in."""
    return booking_out(_booking_behind(token))


@router.post(
    "/bookings/{slug:token}/cancel",
    response={200: BookingOut, 404: ProblemOut, **CHANGE},
    operation_id="cancelBooking",
    summary="Cancel a booking",
)
def cancel_booking(
    request: HttpRequest,
    token: str,
    wanted: Annotated[CancelIn | None, Body()] = None,
    idempotency_key: RepeatedAs = None,
):
    """Cancel, while the company lets clients do so; the body may be left out."""
    found = _booking_behind(token)
    reason = wanted.reason if wanted else ""
    try:
        booking = actions.cancel(
            booking_id=found.pk,
            now=timezone.now(),
            reason=reason,
            idempotency_key=_scoped(request, idempotency_key),
        )
    except BookingError as error:
        raise conflict(error) from error
    return booking_out(booking)


@router.post(
    "/bookings/{slug:token}/reschedule",
    response={200: BookingOut, 404: ProblemOut, **CHANGE},
    operation_id="rescheduleBooking",
    summary="Move a booking",
)
def reschedule_booking(
    request: HttpRequest,
    token: str,
    wanted: RescheduleIn,
    idempotency_key: RepeatedAs = None,
):
    """Move an appointment to another start, or places to another session of the class.

    Token, code and meeting link stay. Without a provider the appointment keeps its own.
    """
    found = _booking_behind(token)
    try:
        booking = actions.reschedule(
            booking_id=found.pk,
            now=timezone.now(),
            starts_at=wanted.starts_at,
            session_id=wanted.session,
            provider_id=wanted.provider,
            expected_revision=wanted.revision,
            idempotency_key=_scoped(request, idempotency_key),
        )
    except BookingError as error:
        raise problem_of(error, _wish_to_move(found, wanted)) from error
    return booking_out(booking)


def _wish_to_move(found: Booking, wanted: RescheduleIn) -> Wish:
    return Wish(
        service=found.session.service,
        starts_at=wanted.starts_at,
        session_id=wanted.session,
        provider_id=wanted.provider or found.session.provider_id,
        zone=zone_named(found.timezone),
        moved=found.session,
    )


def _booking_behind(token: str) -> Booking:
    found = Booking.objects.with_people().filter(manage_token=token).first()
    if found is None:
        raise Problem.not_found()
    return found
