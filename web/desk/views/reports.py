"""Reports: Booking details, Online video meetings."""

from datetime import datetime
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from booking import features
from booking.models import Booking, Session
from web.desk.access import (
    CHANGE_BOOKINGS,
    SEE_BOOKINGS,
    staff_page,
    visible_bookings,
    visible_providers,
    visible_sessions,
)
from web.desk.navigation import ONLINE_MEETINGS
from web.desk.pages import ROWS_A_PAGE, desk_page
from web.desk.report_forms import BookingReportForm, MeetingReportForm
from zoomlink.actions import PROVIDER, Attendance, attendance_for, host_links_for, links_for


@require_safe
@staff_page(SEE_BOOKINGS)
def bookings(request: HttpRequest) -> HttpResponse:
    """Booking details: every booking on show to this person, with *Open meeting*."""
    providers = visible_providers(request.user).in_order()
    form = BookingReportForm(request.GET, providers=providers)
    rows = form.narrowed(visible_bookings(request.user)).with_people()
    page = _page_of(request, rows.order_by("session__starts_at", "pk"))
    may_open = request.user.has_perm(CHANGE_BOOKINGS)
    links = links_for(page.object_list, viewer=PROVIDER) if may_open else {}
    return _report(
        request,
        "desk/report_bookings.html",
        title=gettext_lazy("Booking details"),
        form=form,
        page=page,
        rows=[(booking, links.get(booking.pk)) for booking in page.object_list],
        has_meetings=may_open and features.is_on(ONLINE_MEETINGS),
    )


@require_safe
@staff_page(SEE_BOOKINGS)
def online_meetings(request: HttpRequest) -> HttpResponse:
    """Online video meetings: one row a session that has, or should have, a meeting."""
    if not features.is_on(ONLINE_MEETINGS):
        raise Http404
    providers = visible_providers(request.user).in_order()
    form = MeetingReportForm(request.GET, providers=providers)
    page = _page_of(request, form.narrowed(_online_sessions(request)))
    may_open = request.user.has_perm(CHANGE_BOOKINGS)
    links, now = host_links_for(page.object_list), timezone.now()
    people = _who_came(page.object_list, now)
    return _report(
        request,
        "desk/report_meetings.html",
        title=pgettext_lazy("report", "Online video meetings"),
        form=form,
        page=page,
        rows=[
            (session, getattr(session, "meeting", None), links.get(session.pk), people[session.pk])
            for session in page.object_list
        ],
        may_open=may_open,
        now=now,
    )


def _who_came(
    sessions: list[Session], now: datetime
) -> dict[int, list[tuple[Booking, Attendance | None]]]:
    """Of each session the confirmed bookings of which something is noted or known."""
    confirmed = [b for session in sessions for b in session.bookings.all() if b.is_confirmed]
    known = attendance_for(confirmed, now=now)
    people: dict[int, list[tuple[Booking, Attendance | None]]] = {s.pk: [] for s in sessions}
    for booking in confirmed:
        if booking.attendance != Booking.UNKNOWN or booking.pk in known:
            people[booking.session_id].append((booking, known.get(booking.pk)))
    return people


def _online_sessions(request: HttpRequest) -> QuerySet:
    sessions = visible_sessions(request.user).filter(service__is_online_meeting=True)
    booked = Booking.objects.filter(session=OuterRef("pk"))
    return (
        sessions.filter(Exists(booked))
        .select_related("service", "provider__meeting_choice__zoom_user", "meeting")
        .prefetch_related("bookings__client")
        .order_by("starts_at", "pk")
    )


def _page_of(request: HttpRequest, rows: QuerySet):
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    return page


def _report(request: HttpRequest, template: str, **context) -> HttpResponse:
    kept = [(name, value) for name, value in request.GET.items() if name != "page"]
    return desk_page(request, template, query=urlencode(kept), **context)
