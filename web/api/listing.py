"""Bookings of everybody, for servers of the company."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from ninja import Query, Router

from booking.models import Booking, Company, Event
from web.api.access import require_server
from web.api.answers import zone_named
from web.api.problems import Problem
from web.api.schemas import (
    AgreedOut,
    AnswerOut,
    BookingsOut,
    BookingsQuery,
    ClientOut,
    InvalidOut,
    ListedBookingOut,
    ProblemOut,
)
from zoomlink.actions import CLIENT, links_for

# Also of what is done to single bookings: all operations of one address need one router.
router = Router(tags=["Bookings"])

_FOR_SERVERS = {"security": [{"key": []}]}


@router.get(
    "/bookings",
    response={200: BookingsOut, 422: InvalidOut, 500: ProblemOut},
    operation_id="listBookings",
    summary="See all bookings",
    openapi_extra=_FOR_SERVERS,
)
def list_bookings(request: HttpRequest, wanted: Query[BookingsQuery]):
    """Bookings with their clients, in the order they were made, page by page.

    Needs the key of a server. What is booked while one reads comes on a later page, and a booking
    that moves is neither left out nor told twice.
    """
    require_server(request)
    zone = zone_named(wanted.timezone)
    # One more than is told: whether there is a next page.
    found = list(_wanted_bookings(wanted)[: wanted.limit + 1])
    told = found[: wanted.limit]
    return BookingsOut(
        timezone=zone.key,
        bookings=_listed(told, zone),
        next=told[-1].code if len(found) > len(told) else None,
    )


@router.get(
    "/bookings/by-code/{code}",
    response={200: ListedBookingOut, 404: ProblemOut, 500: ProblemOut},
    operation_id="getBookingByCode",
    summary="See a booking by its code",
    openapi_extra=_FOR_SERVERS,
)
def get_booking_by_code(request: HttpRequest, code: str):
    """The booking of a code, with its client, in the company's zone. Needs the key of a server."""
    require_server(request)
    if "\0" in code:
        raise Problem.not_found()
    found = _bookings().filter(code=code.upper())[:1]
    if not found:
        raise Problem.not_found()
    return _listed(list(found), zone_named(None))[0]


def _bookings() -> QuerySet[Booking]:
    """All, with their people and the moment at which something last happened to them."""
    of_it = Event.objects.filter(booking=OuterRef("pk")).order_by("-occurred_at")
    latest = Subquery(of_it.values("occurred_at")[:1])
    return Booking.objects.with_people().annotate(updated_at=Coalesce(latest, "created_at"))


def _wanted_bookings(wanted: BookingsQuery) -> QuerySet[Booking]:
    rows = _bookings().order_by("pk")
    zone = Company.objects.current().zone
    if wanted.first_day is not None:
        rows = rows.filter(session__starts_at__gte=_midnight(wanted.first_day, zone))
    if wanted.last_day is not None:
        until = _midnight(wanted.last_day + timedelta(days=1), zone)
        rows = rows.filter(session__starts_at__lt=until)
    if wanted.service is not None:
        rows = rows.filter(session__service=wanted.service)
    if wanted.provider is not None:
        rows = rows.filter(session__provider=wanted.provider)
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    if wanted.updated_since is not None:
        happened = Event.objects.filter(occurred_at__gte=wanted.updated_since)
        rows = rows.filter(pk__in=happened.filter(booking__isnull=False).values("booking"))
    if wanted.cursor is not None:
        rows = rows.filter(pk__gt=_place_of(wanted.cursor))
    return rows


def _midnight(day, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _place_of(cursor: str) -> int:
    found = Booking.objects.filter(code=cursor).values_list("pk", flat=True).first()
    if found is None:
        raise Problem.at_field("cursor", "unknown", "Give next of the page before.")
    return found


def _listed(bookings: list[Booking], zone: ZoneInfo) -> list[ListedBookingOut]:
    links = links_for(bookings, viewer=CLIENT)
    return [_listed_booking(one, links.get(one.pk), zone) for one in bookings]


def _listed_booking(booking: Booking, link, zone: ZoneInfo) -> ListedBookingOut:
    session = booking.session
    return ListedBookingOut(
        code=booking.code,
        state=booking.state,
        service=session.service_id,
        session=session.pk,
        provider=session.provider_id,
        starts_at=session.starts_at.astimezone(zone),
        ends_at=session.ends_at.astimezone(zone),
        seats=booking.seats,
        revision=booking.revision,
        join_url=link.url if link else None,
        client=_client(booking),
        note=booking.note,
        answers=[AnswerOut(**one) for one in booking.answers],
        agreed_to=[AgreedOut(**one) for one in booking.agreed],
        source=booking.source,
        attendance=booking.attendance,
        created_at=booking.created_at.astimezone(zone),
        updated_at=booking.updated_at.astimezone(zone),
        cancelled_at=booking.cancelled_at and booking.cancelled_at.astimezone(zone),
        cancel_reason=booking.cancel_reason,
    )


def _client(booking: Booking) -> ClientOut:
    client = booking.client
    return ClientOut(
        name=client.name,
        email=client.email,
        phone=str(booking.contact_phone),
        timezone=booking.timezone or client.timezone,
        language=booking.language or client.language,
    )
