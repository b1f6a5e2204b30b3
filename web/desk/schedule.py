"""What stands in the calendar."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import (
    Count,
    Exists,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from booking import features
from booking.models import Booking, Service, Session, User, WaitingEntry
from booking.models.sessions import SessionQuerySet
from web.desk.access import visible_sessions
from web.desk.place import ALL, STANDING, Filters
from zoomlink.actions import met_online

CALLED_OFF = (Booking.CANCELLED, Booking.DECLINED)

# Of which states the booking is that a tile speaks of.
_STATES = {
    STANDING: Booking.TAKING_SEATS,
    ALL: (*Booking.TAKING_SEATS, *CALLED_OFF),
    Booking.PENDING: (Booking.PENDING,),
    Booking.CONFIRMED: (Booking.CONFIRMED,),
    Booking.CANCELLED: CALLED_OFF,
}


class Seen(NamedTuple):
    """A session as the calendar shows it.

    ``is_met_online`` says that its provider can be met online at present, ``people_waiting``
    how many are on the waiting list. From ``booking_id`` on it tells of the first booking of
    the states on show, if there is any.
    """

    pk: int
    starts_at: datetime
    ends_at: datetime
    status: str
    capacity: int
    seats_taken: int
    is_waiting: bool
    people_waiting: int
    is_met_online: bool
    kind: str
    service_id: int
    service: str
    service_colour: str
    is_online_meeting: bool
    provider_id: int
    provider: str
    provider_colour: str
    booking_id: int | None
    state: str | None
    client: str | None
    client_erased_at: datetime | None
    label: str | None
    label_colour: str | None
    session_revision: int
    booking_revision: int | None

    @property
    def is_class(self) -> bool:
        return self.kind == Service.CLASS

    @property
    def is_called_off(self) -> bool:
        return self.status == Session.CANCELLED


# In the order of ``Seen``; rows are read, no models made of them.
_COLUMNS = (
    *("pk", "starts_at", "ends_at", "status", "capacity", "seats_taken"),
    *("is_waiting", "people_waiting", "is_met_online"),
    *("service__kind", "service_id", "service__name", "service__colour"),
    *("service__is_online_meeting", "provider_id", "provider__name", "provider__colour"),
    *("first__pk", "first__state", "first__client__name", "first__client__erased_at"),
    *("first__label__name", "first__label__colour", "revision", "first__revision"),
)


def sessions_between(
    user: User, from_at: datetime, until_at: datetime, filters: Filters, *, now: datetime
) -> Iterator[Seen]:
    """Sessions on show to ``user`` within ``[from_at, until_at)``, in one query.

    A class is on show with or without bookings, but of those waiting for approval, or
    confirmed, only where it has any; it is called off only as a whole. Appointments without
    a booking and holds that ran out are left out.
    """
    theirs = Booking.objects.filter(session=OuterRef("pk"))
    of_states = theirs.filter(state__in=_STATES[filters.status])
    first = Subquery(of_states.order_by("pk").values("pk")[:1])
    sessions = (
        narrowed(visible_sessions(user), filters)
        .filter(_on_show(filters.status, now))
        .meeting(from_at, until_at)
        .alias(first=FilteredRelation("bookings", condition=Q(bookings__pk=first)))
        .annotate(
            is_waiting=Exists(theirs.filter(state=Booking.PENDING)),
            people_waiting=_people_waiting(),
            is_met_online=Exists(met_online().filter(provider=OuterRef("provider"))),
        )
        .order_by("starts_at", "provider__position", "provider__name", "pk")
    )
    if filters.status in (Booking.PENDING, Booking.CONFIRMED):
        sessions = sessions.filter(first__isnull=False)
    else:
        sessions = sessions.filter(Q(first__isnull=False) | Q(service__kind=Service.CLASS))
    return map(Seen._make, sessions.values_list(*_COLUMNS))


def narrowed(sessions: QuerySet[Session], filters: Filters) -> SessionQuerySet:
    """Those of the services and providers chosen, and online if only these are wanted."""
    if filters.services:
        sessions = sessions.filter(service__in=filters.services)
    if filters.providers:
        sessions = sessions.filter(provider__in=filters.providers)
    if filters.is_online_only:
        sessions = sessions.filter(service__is_online_meeting=True)
    return sessions


def _on_show(status: str, now: datetime) -> Q:
    standing = Q(status=Session.ACTIVE) & ~Q(held_until__lte=now)
    called_off = Q(status=Session.CANCELLED)
    return {ALL: standing | called_off, Booking.CANCELLED: called_off}.get(status, standing)


def _people_waiting():
    """How many wait for a place, while there are waiting lists."""
    if not features.is_on(features.WAITING_LIST):
        return Value(0)
    waiting = WaitingEntry.objects.waiting().filter(session=OuterRef("pk")).values("session")
    entries = Subquery(waiting.annotate(count=Count("pk")).values("count"))
    return Coalesce(entries, 0, output_field=IntegerField())


def states_on_show(status: str) -> tuple[str, ...]:
    return _STATES[status]
