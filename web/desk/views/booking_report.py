"""Reports > Booking details: the page, and what is taken away from it as a file."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, DurationField, ExpressionWrapper, F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from booking.models import Booking
from web.desk.access import (
    CHANGE_BOOKINGS,
    EXPORT_BOOKINGS,
    SEE_BOOKINGS,
    staff_page,
    visible_bookings,
)
from web.desk.pages import desk_page, page_of
from web.desk.reports.bulk import MOST
from web.desk.reports.columns import (
    COLUMNS,
    LINK,
    MEETING_LINK,
    Cell,
    Column,
    chosen_columns,
    with_facts,
)
from web.desk.reports.filters import BookingFilterForm
from web.desk.reports.sources import may_take_links
from zoomlink.actions import PROVIDER, MeetingLink, links_for

_COOKIE = "report-columns"
_YEAR = 365 * 24 * 3600


class Row(NamedTuple):
    booking: Booking
    link: MeetingLink | None
    cells: list[tuple[Column, Cell]]


@require_safe
@staff_page(SEE_BOOKINGS)
def page(request: HttpRequest) -> HttpResponse:
    """Every booking on show to this person, with *Open meeting*, and what can be done with many."""
    form = BookingFilterForm(request.GET, user=request.user)
    found = form.narrowed(visible_bookings(request.user))
    shown = page_of(request, form.in_order(with_facts(found)))
    names = form.columns or request.COOKIES.get(_COOKIE, "").split(".")
    columns = chosen_columns(names)
    may_open = may_take_links(request.user)
    shows_links = may_open and (LINK in names or not set(names) & set(COLUMNS))
    links = links_for(shown.object_list, viewer=PROVIDER) if shows_links else {}
    response = desk_page(
        request,
        "desk/report_bookings.html",
        title=gettext_lazy("Booking details"),
        form=form,
        page=shown,
        query=form.query,
        names={column.name for column in columns},
        rows=[_row(booking, columns, links) for booking in shown.object_list],
        shows_links=shows_links,
        offered=_offered(columns, may_open, shows_links),
        totals=_totals(found) if shown.object_list else None,
        sorts=_sorts(form),
        now=timezone.now(),
        may_change=request.user.has_perm(CHANGE_BOOKINGS),
        may_export=request.user.has_perm(EXPORT_BOOKINGS),
        may_take_links=may_open,
        most=MOST,
    )
    if form.columns:
        response.set_cookie(
            _COOKIE,
            ".".join(name for name in form.columns if name in COLUMNS or name == LINK),
            max_age=_YEAR,
            path=reverse("desk:reports-bookings"),
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _row(booking: Booking, columns: Sequence[Column], links: dict[int, MeetingLink]) -> Row:
    cells = [(column, column.value(booking)) for column in columns]
    return Row(booking, links.get(booking.pk), cells)


def _offered(columns: Sequence[Column], may_open: bool, shows_links: bool):
    """What the menu *Columns* holds: name, title, and whether it is shown."""
    offered = [(column.name, column.title, column in columns) for column in COLUMNS.values()]
    return [*offered, (LINK, MEETING_LINK, shows_links)] if may_open else offered


def _totals(found: QuerySet[Booking]) -> dict[str, object]:
    """How many bookings of how many clients, and how long they are together, in hours."""
    length = ExpressionWrapper(
        F("session__ends_at") - F("session__starts_at"), output_field=DurationField()
    )
    totals = found.order_by().aggregate(
        bookings=Count("pk"), clients=Count("client", distinct=True), length=Sum(length)
    )
    return totals | {"hours": totals["length"].total_seconds() / 3600 if totals["length"] else 0}


def _sorts(form: BookingFilterForm) -> dict[str, dict[str, str]]:
    """Of each column that can be sorted by: the address that does, and how it is sorted now."""
    found = {}
    for name, (up, down) in {
        "start": (form.START, form.START_BACK),
        "booked": (form.BOOKED, form.BOOKED_BACK),
    }.items():
        is_up, is_down = form.order == up, form.order == down
        found[name] = {
            "query": form.sorted_by(down if is_up else up),
            "is": "ascending" if is_up else "descending" if is_down else "",
        }
    return found
