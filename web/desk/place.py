"""Which part of the calendar is meant: view, date and filters, as its address says them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.models import Booking
from web.desk.moments import day_in, monday_of, start_of

DAY, SERVICES, WEEK, MONTH, LIST = "day", "services", "week", "month", "list"
VIEWS = {DAY: _("Day"), WEEK: _("Week"), MONTH: _("Month"), LIST: _("List")}
# The views of one day differ in their columns.
COLUMNS = {DAY: _("By provider"), SERVICES: _("By service")}

STANDING, ALL = "standing", "all"
STATUSES = {
    STANDING: _("Not cancelled"),
    Booking.PENDING: _("Waiting for approval"),
    Booking.CONFIRMED: _("Confirmed"),
    Booking.CANCELLED: _("Cancelled or declined"),
    ALL: _("All"),
}


@dataclass(frozen=True)
class Filters:
    """Which bookings are on show: ids of services and providers, none meaning all; a status."""

    services: tuple[int, ...] = ()
    providers: tuple[int, ...] = ()
    status: str = STANDING
    is_online_only: bool = False

    @classmethod
    def from_query(cls, query: QueryDict, *, knows_online: bool) -> "Filters":
        """Read ``service``, ``provider``, ``status``, ``online``; nonsense is left out."""
        status = query.get("status", STANDING)
        return cls(
            _ids(query.getlist("service")),
            _ids(query.getlist("provider")),
            status if status in STATUSES else STANDING,
            knows_online and query.get("online") == "1",
        )

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def is_of_people_only(self) -> bool:
        """Whether nothing but the choice of providers hides any booking."""
        return not replace(self, providers=())

    @property
    def is_about_state(self) -> bool:
        return self.status != STANDING or self.is_online_only

    def pairs(self) -> Iterator[tuple[str, object]]:
        """What stands in an address for it."""
        yield from (("service", pk) for pk in self.services)
        yield from (("provider", pk) for pk in self.providers)
        if self.status != STANDING:
            yield "status", self.status
        if self.is_online_only:
            yield "online", 1


@dataclass(frozen=True)
class Place:
    """A view of the calendar. ``column`` is the provider that a narrow screen shows of a day."""

    view: str
    day: date
    filters: Filters = Filters()
    column: int | None = None

    @classmethod
    def from_query(
        cls, query: QueryDict, *, today: date, usual_view: str = DAY, knows_online: bool = False
    ) -> "Place":
        """Read ``view``, ``date``, ``column`` and the filters; what makes no sense is left out."""
        view = query.get("view", usual_view)
        column = next(iter(_ids(query.getlist("column"))), None)
        return cls(
            view if view in VIEWS or view in COLUMNS else DAY,
            day_in(query.get("date")) or today,
            Filters.from_query(query, knows_online=knows_online),
            column,
        )

    @property
    def url(self) -> str:
        return f"{reverse('desk:calendar')}?{self.query}"

    @property
    def query(self) -> str:
        return urlencode(self.pairs())

    def pairs(self) -> list[tuple[str, object]]:
        """What stands in its address."""
        column = [] if self.column is None else [("column", self.column)]
        pairs = [("view", self.view), ("date", self.day.isoformat()), *self.filters.pairs()]
        return pairs + column

    @property
    def is_of_one_day(self) -> bool:
        return self.view in COLUMNS

    @property
    def days(self) -> list[date]:
        """The days on show; of a month its weeks, whole."""
        if self.is_of_one_day:
            return [self.day]
        first, count = monday_of(self.day), 7
        if self.view == MONTH:
            first = monday_of(self.day.replace(day=1))
            count = (monday_of(_month_after(self.day) - timedelta(days=1)) - first).days + 7
        return [first + timedelta(days=step) for step in range(count)]

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The instants between which the days on show lie."""
        return range_of(self.days)

    def seen_as(self, view: str) -> "Place":
        return replace(self, view=view)

    def on(self, day: date) -> "Place":
        return replace(self, day=day)

    def unfiltered(self) -> "Place":
        return replace(self, filters=Filters())

    def moved(self, steps: int) -> "Place":
        """One screen later (1) or earlier (-1)."""
        if self.view == MONTH:
            return self.on(_month_after(self.day) if steps > 0 else _month_before(self.day))
        return self.on(self.day + timedelta(days=steps * len(self.days)))


def range_of(days: list[date]) -> tuple[datetime, datetime]:
    return start_of(days[0]), start_of(days[-1] + timedelta(days=1))


def _month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _ids(texts: list[str]) -> tuple[int, ...]:
    chosen = (int(text) for text in texts if text.isdecimal() and len(text) < 16)
    return tuple(dict.fromkeys(chosen))
