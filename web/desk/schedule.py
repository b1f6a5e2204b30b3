"""Which part of the calendar is meant, and what stands in it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.models import Booking, Session, User
from web.desk.access import visible_sessions
from web.desk.moments import FIRST_DAY, LAST_DAY, date_or, monday_of, start_of

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
        day = min(max(date_or(query.get("date"), today), FIRST_DAY), LAST_DAY)
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


def sessions_between(
    user: User,
    from_at: datetime,
    until_at: datetime,
    service_ids: tuple[int, ...],
    *,
    now: datetime,
) -> QuerySet[Session]:
    """Sessions on show to ``user`` within ``[from_at, until_at)``, in one query.

    Each carries ``client_name``, ``booking_id``, ``booking_state`` and the label of its first
    booking that takes a place, and ``is_waiting`` where any waits for approval. Cancelled
    sessions, appointments without a booking and holds that ran out are left out.
    """
    until_at = min(until_at, from_at + LONGEST)
    taking = Booking.objects.taking_seats().filter(session=OuterRef("pk")).order_by("pk")
    sessions = (
        visible_sessions(user)
        .taking_time(now)
        .meeting(from_at, until_at)
        .exclude(~Exists(taking), service__kind="appointment")
        .select_related("service", "provider")
        .annotate(
            client_name=Subquery(taking.values("client__name")[:1]),
            booking_id=Subquery(taking.values("pk")[:1]),
            booking_state=Subquery(taking.values("state")[:1]),
            label_name=Subquery(taking.values("label__name")[:1]),
            label_colour=Subquery(taking.values("label__colour")[:1]),
            is_waiting=Exists(taking.filter(state=Booking.PENDING)),
        )
        .order_by("starts_at", "provider__position", "provider__name", "pk")
    )
    return sessions.filter(service__in=service_ids) if service_ids else sessions


def range_of(days: list[date]) -> tuple[datetime, datetime]:
    return start_of(days[0]), start_of(days[-1] + timedelta(days=1))


def tile(session: Session, *, shows_online: bool) -> dict[str, object]:
    """Describe a session for the calendar: wall times of the company, words, address.

    A class is one tile with the number of places taken.
    """
    zone = timezone.get_current_timezone()
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    return {
        "id": session.pk,
        "resourceId": session.provider_id,
        "start": f"{starts:%Y-%m-%dT%H:%M:%S}",
        "end": f"{ends:%Y-%m-%dT%H:%M:%S}",
        "title": title_of(session),
        "className": "z-unsure" if state_of(session) else "",
        "extendedProps": {
            "colour": colour_of(session),
            "label": label_of(session),
            "time": f"{starts:%H:%M}–{ends:%H:%M}",
            "service": session.service.name,
            "provider": session.provider.name,
            "state": state_of(session),
            "isOnline": shows_online and session.service.is_online_meeting,
            "popup": popup_url(session),
            "page": page_url(session),
        },
    }


def title_of(session: Session) -> str:
    """The client's name, or a class's name with its places taken."""
    if session.service.is_class:
        return f"{session.service.name} {session.seats_taken}/{session.capacity}"
    return session.client_name or str(_("Somebody"))  # type: ignore[attr-defined]


def state_of(session: Session) -> str:
    """The word for a state that is not the usual one, else nothing.

    Of a class it speaks when anybody in it waits for approval.
    """
    if session.service.is_class:
        state = Booking.PENDING if session.is_waiting else None  # type: ignore[attr-defined]
    else:
        state = session.booking_state  # type: ignore[attr-defined]
    return "" if state in (None, Booking.CONFIRMED) else str(dict(Booking.STATES)[state])


def label_of(session: Session) -> str:
    """The word of an appointment's label; a class has none of its own."""
    return "" if session.service.is_class else session.label_name or ""  # type: ignore[attr-defined]


def colour_of(session: Session) -> str:
    """The label's colour, else the provider's, else the service's."""
    label = session.label_colour if label_of(session) else ""  # type: ignore[attr-defined]
    return label or session.provider.colour or session.service.colour


def popup_url(session: Session) -> str:
    if session.service.is_class:
        return reverse("desk:session-popup", args=[session.pk])
    return reverse("desk:booking-popup", args=[session.booking_id])  # type: ignore[attr-defined]


def page_url(session: Session) -> str:
    if session.service.is_class:
        return reverse("desk:session", args=[session.pk])
    return reverse("desk:booking", args=[session.booking_id])  # type: ignore[attr-defined]
