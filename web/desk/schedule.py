"""Which part of the calendar is meant, and what stands in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Exists, FilteredRelation, OuterRef, Q, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.models import Booking, Service, User
from web.desk.access import visible_sessions
from web.desk.moments import day_in, monday_of, start_of
from zoomlink.actions import met_online

DAY, WEEK, LIST = "day", "week", "list"
VIEWS = {DAY: _("Day"), WEEK: _("Week"), LIST: _("List")}
LONGEST = timedelta(days=62)


@dataclass(frozen=True)
class Place:
    """A view of the calendar as its address says it: view, date, services."""

    view: str
    day: date
    service_ids: tuple[int, ...]

    @classmethod
    def from_query(cls, query: QueryDict, *, today: date) -> "Place":
        """Read ``view``, ``date`` and ``service``; what makes no sense is left out."""
        view = query.get("view", DAY)
        day = day_in(query.get("date")) or today
        chosen = [int(pk) for pk in query.getlist("service") if pk.isdecimal() and len(pk) < 16]
        return cls(view if view in VIEWS else DAY, day, tuple(dict.fromkeys(chosen)))

    @property
    def url(self) -> str:
        pairs = [("view", self.view), ("date", self.day.isoformat())]
        pairs += [("service", pk) for pk in self.service_ids]
        return f"{reverse('desk:calendar')}?{urlencode(pairs)}"

    @property
    def days(self) -> list[date]:
        """The days on show."""
        if self.view == DAY:
            return [self.day]
        monday = monday_of(self.day)
        return [monday + timedelta(days=step) for step in range(7)]

    def seen_as(self, view: str) -> "Place":
        return replace(self, view=view)

    def on(self, day: date) -> "Place":
        return replace(self, day=day)

    def moved(self, steps: int) -> "Place":
        """One screen later (1) or earlier (-1)."""
        return replace(self, day=self.day + timedelta(days=steps * len(self.days)))


class Seen(NamedTuple):
    """A session as the calendar shows it.

    ``is_met_online`` says that its provider can be met online at present. From ``booking_id``
    on it tells of the first booking that takes a place, if any does.
    """

    pk: int
    starts_at: datetime
    ends_at: datetime
    capacity: int
    seats_taken: int
    is_waiting: bool
    is_met_online: bool
    kind: str
    service: str
    service_colour: str
    is_online_meeting: bool
    provider_id: int
    provider: str
    provider_colour: str
    booking_id: int | None
    state: str | None
    client: str | None
    label: str | None
    label_colour: str | None

    @property
    def is_class(self) -> bool:
        return self.kind == Service.CLASS


# In the order of ``Seen``; rows are read, no models made of them.
_COLUMNS = (
    *("pk", "starts_at", "ends_at", "capacity", "seats_taken", "is_waiting", "is_met_online"),
    *("service__kind", "service__name", "service__colour", "service__is_online_meeting"),
    *("provider_id", "provider__name", "provider__colour"),
    *("first__pk", "first__state", "first__client__name"),
    *("first__label__name", "first__label__colour"),
)


def sessions_between(
    user: User,
    from_at: datetime,
    until_at: datetime,
    service_ids: tuple[int, ...],
    *,
    now: datetime,
) -> Iterator[Seen]:
    """Sessions on show to ``user`` within ``[from_at, until_at)``, in one query.

    ``is_waiting`` says that any booking waits for approval. Cancelled sessions, appointments
    without a booking and holds that ran out are left out.
    """
    until_at = min(until_at, from_at + LONGEST)
    taking = Booking.objects.taking_seats().filter(session=OuterRef("pk"))
    first = Subquery(taking.order_by("pk").values("pk")[:1])
    sessions = (
        visible_sessions(user)
        .taking_time(now)
        .meeting(from_at, until_at)
        .alias(first=FilteredRelation("bookings", condition=Q(bookings__pk=first)))
        .annotate(
            is_waiting=Exists(taking.filter(state=Booking.PENDING)),
            is_met_online=Exists(met_online().filter(provider=OuterRef("provider"))),
        )
        .filter(Q(first__isnull=False) | Q(service__kind=Service.CLASS))
        .order_by("starts_at", "provider__position", "provider__name", "pk")
    )
    if service_ids:
        sessions = sessions.filter(service__in=service_ids)
    return map(Seen._make, sessions.values_list(*_COLUMNS))


def range_of(days: list[date]) -> tuple[datetime, datetime]:
    return start_of(days[0]), start_of(days[-1] + timedelta(days=1))
