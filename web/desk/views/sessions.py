"""Class sessions: the list, one session with its roster, and cancelling."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from booking import features
from booking.actions import cancel_session, leave_waiting_list
from booking.features import WAITING_LIST
from booking.formats import format_zone
from booking.models import Booking, Service, Session, User, WaitingEntry
from web.desk.access import (
    CHANGE_BOOKINGS,
    SEE_BOOKINGS,
    staff_page,
    visible_providers,
    visible_sessions,
)
from web.desk.answers import carried_out, here_of, is_quiet, next_of, reason_in
from web.desk.class_forms import SessionFilterForm
from web.desk.history import history_of_session
from web.desk.pages import ROWS_A_PAGE, desk_page
from web.desk.series import REST, scopes_of
from web.desk.undo import of_session_cancellation
from web.desk.warnings import why_no_link
from zoomlink.actions import attendance_for, host_links_for


@require_safe
@staff_page(SEE_BOOKINGS)
def overview(request: HttpRequest) -> HttpResponse:
    """Sessions of classes, those to come or those that were; 404 while *Classes* is off."""
    if not features.is_on("classes"):
        raise Http404
    form = SessionFilterForm(request.GET, providers=visible_providers(request.user).in_order())
    rows = visible_sessions(request.user).filter(service__kind=Service.CLASS)
    if features.is_on(WAITING_LIST):
        is_waiting = Q(waiting__state=WaitingEntry.WAITING)
        rows = rows.annotate(people_waiting=Count("waiting", filter=is_waiting))
    rows = form.narrowed(rows.select_related("service", "provider"), now=timezone.now())
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    kept = [(name, value) for name, value in request.GET.items() if name != "page"]
    return desk_page(
        request,
        "desk/sessions.html",
        title=gettext_lazy("Class sessions"),
        form=form,
        page=page,
        query=urlencode(kept),
        next=request.get_full_path(),
    )


@require_safe
@staff_page(SEE_BOOKINGS)
def popup(request: HttpRequest, pk: int) -> HttpResponse:
    """A class session with its roster, as a fragment."""
    session = get_object_or_404(_sessions(request.user), pk=pk)
    context = session_context(request, session)
    return render(request, "desk/_session.html", {**context, "is_popup": True})


@require_safe
@staff_page(SEE_BOOKINGS)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a page of its own."""
    session = get_object_or_404(_sessions(request.user), pk=pk)
    context = session_context(request, session)
    return desk_page(request, "desk/session.html", title=session.service.name, **context)


def _sessions(user: User) -> QuerySet[Session]:
    return visible_sessions(user).select_related("service", "provider", "series")


def session_context(request: HttpRequest, session: Session) -> dict[str, object]:
    """What ``desk/_session.html`` needs; links only for those who may change the session."""
    may_change = request.user.has_perm(CHANGE_BOOKINGS)
    host_link = host_links_for([session]).get(session.pk)
    now = timezone.now()
    is_open = session.is_active and session.ends_at > now
    roster = _roster(session, now)
    return {
        "session": session,
        "roster": roster,
        "attendances": attendance_for(roster, now=now),
        "waiting": _waiting(session, now),
        "may_change": may_change,
        "is_open": is_open,
        "asks_who_came": may_change and session.starts_at <= now,
        "is_bookable": session.is_active and session.starts_at > now and session.seats_left,
        "scopes": scopes_of(session, request.user, now=now) if may_change and is_open else [],
        "host_link": host_link if may_change else None,
        "warning": why_no_link(request.user, session) if is_open and not host_link else None,
        "history": history_of_session(session),
        "zone": format_zone(now, timezone.get_current_timezone(), request.LANGUAGE_CODE),
        "next": next_of(request),
        "here": here_of(request, "desk:session", session.pk),
    }


def _roster(session: Session, now: datetime) -> QuerySet[Booking]:
    """Who has a place; a hold that ran out has none, swept up or not."""
    lapsed = Q(state=Booking.HELD, held_until__lte=now)
    people = session.bookings.taking_seats().exclude(lapsed)
    return people.select_related("client", "label").order_by("created_at", "pk")


def _waiting(session: Session, now: datetime) -> list[WaitingEntry]:
    """Who waits or was offered a place, in turn; nobody while the feature is off."""
    if not (session.service.is_class and features.is_on(WAITING_LIST)):
        return []
    listed = session.waiting.on_the_list(now).select_related("client", "booking")
    return list(listed.in_turn())


@require_POST
@staff_page(CHANGE_BOOKINGS)
def remove_from_waiting_list(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Take somebody off the waiting list; a place they were offered is theirs to answer."""
    if not features.is_on(WAITING_LIST):
        raise Http404
    session = get_object_or_404(visible_sessions(request.user), pk=pk)
    found = get_object_or_404(session.waiting, pk=entry)
    left = leave_waiting_list(entry_id=found.pk, actor=request.user, now=timezone.now())
    if left.state == WaitingEntry.OFFERED:
        messages.error(request, _("They have been offered a place: cancel that booking instead."))
    else:
        messages.success(request, _("%(name)s no longer waits.") % {"name": found.client})
    return redirect(next_of(request) or reverse("desk:session", args=[pk]))


@require_POST
@staff_page(CHANGE_BOOKINGS)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a session, or the rest of its series, with every booking in it."""
    session = get_object_or_404(visible_sessions(request.user).select_related("service"), pk=pk)
    now = timezone.now()
    is_rest = request.POST.get("scope") == REST
    names = {scope.name for scope in scopes_of(session, request.user, now=now)}
    if is_rest and REST not in names:
        raise PermissionDenied
    can_be_undone = session.service.is_class and not is_rest
    quietly = is_quiet(request)
    undo = of_session_cancellation(request.user, session, is_quiet=quietly) if can_be_undone else ""
    return carried_out(
        request,
        lambda: cancel_session(
            session_id=session.pk,
            now=now,
            actor=request.user,
            reason=reason_in(request),
            is_quiet=quietly,
            rest_of_series=is_rest,
        ),
        _("The sessions and their bookings are cancelled.")
        if is_rest
        else _("The session and its bookings are cancelled."),
        undo=undo,
    )
