"""One booking and one session: what the calendar's popup shows, and cancelling."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions import cancel as cancel_booking
from booking.actions import cancel_session
from booking.errors import BookingError
from booking.links import manage_url
from booking.models import Booking, Session, User
from notifications.actions import messages_for
from web.desk.access import (
    CHANGE_BOOKINGS,
    SEE_BOOKINGS,
    staff_page,
    visible_bookings,
    visible_sessions,
)
from web.desk.pages import desk_page
from web.desk.warnings import meeting_warning
from zoomlink.actions import CLIENT, PROVIDER, host_links_for, links_for


@require_safe
@staff_page(SEE_BOOKINGS)
def popup(request: HttpRequest, pk: int) -> HttpResponse:
    """The booking as a fragment for the calendar's dialog."""
    booking = get_object_or_404(_bookings(request.user), pk=pk)
    return render(request, "desk/_booking.html", booking_context(request, booking))


@require_safe
@staff_page(SEE_BOOKINGS)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a page of its own."""
    booking = get_object_or_404(_bookings(request.user), pk=pk)
    context = booking_context(request, booking)
    return desk_page(request, "desk/booking.html", title=booking.code, **context)


def _bookings(user: User) -> QuerySet[Booking]:
    return visible_bookings(user).with_people()


def booking_context(request: HttpRequest, booking: Booking) -> dict[str, object]:
    """What ``desk/_booking.html`` needs; links only for those who may change the booking."""
    may_change = request.user.has_perm(CHANGE_BOOKINGS)
    hosts = links_for([booking], viewer=PROVIDER) if may_change else {}
    clients = links_for([booking], viewer=CLIENT) if may_change else {}
    is_open = booking.takes_seats and booking.session.ends_at > timezone.now()
    host_link = hosts.get(booking.pk)
    return {
        "booking": booking,
        "session": booking.session,
        "may_change": may_change,
        "is_open": is_open,
        "host_link": host_link,
        "client_link": clients.get(booking.pk),
        "manage_url": manage_url(booking.manage_token) if may_change else "",
        "warning": _missing_link(request.user, booking, is_open and not host_link),
        "history": booking.events.select_related("actor").order_by("occurred_at", "pk"),
        "sent": messages_for(booking),
        "next": safe_next(request, request.GET.get("next", "")),
    }


def _missing_link(user: User, booking: Booking, is_without: bool) -> dict[str, str] | None:
    is_affected = is_without and booking.is_confirmed and booking.session.service.is_online_meeting
    return meeting_warning(user) if is_affected else None


@require_safe
@staff_page(SEE_BOOKINGS)
def session_popup(request: HttpRequest, pk: int) -> HttpResponse:
    """A class session with its roster, as a fragment."""
    session = get_object_or_404(_sessions(request.user), pk=pk)
    return render(request, "desk/_session.html", session_context(request, session))


@require_safe
@staff_page(SEE_BOOKINGS)
def session_page(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(_sessions(request.user), pk=pk)
    context = session_context(request, session)
    return desk_page(request, "desk/session.html", title=session.service.name, **context)


def _sessions(user: User) -> QuerySet[Session]:
    return visible_sessions(user).select_related("service", "provider")


def session_context(request: HttpRequest, session: Session) -> dict[str, object]:
    may_change = request.user.has_perm(CHANGE_BOOKINGS)
    links = host_links_for([session]) if may_change else {}
    now = timezone.now()
    roster = session.bookings.taking_seats().select_related("client").order_by("created_at", "pk")
    return {
        "session": session,
        "roster": roster,
        "may_change": may_change,
        "is_open": session.is_active and session.ends_at > now,
        "is_bookable": session.is_active and session.starts_at > now and session.seats_left,
        "host_link": links.get(session.pk),
        "next": safe_next(request, request.GET.get("next", "")),
    }


@require_POST
@staff_page(CHANGE_BOOKINGS)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel one booking."""
    booking = get_object_or_404(visible_bookings(request.user), pk=pk)
    return _cancelled(
        request,
        lambda **how: cancel_booking(booking_id=booking.pk, **how),
        _("Booking %(code)s is cancelled.") % {"code": booking.code},
    )


@require_POST
@staff_page(CHANGE_BOOKINGS)
def session_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a class session and every booking in it."""
    session = get_object_or_404(visible_sessions(request.user), pk=pk)
    return _cancelled(
        request,
        lambda **how: cancel_session(session_id=session.pk, **how),
        _("The session and its bookings are cancelled."),
    )


def _cancelled(request: HttpRequest, action: Callable[..., object], success: str) -> HttpResponse:
    # PostgreSQL refuses text with a zero byte.
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:500]
    try:
        action(now=timezone.now(), actor=request.user, reason=reason)
    except BookingError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, success)
    return redirect(safe_next(request, request.POST.get("next", "")) or "desk:calendar")


def safe_next(request: HttpRequest, address: str) -> str:
    """Return ``address`` if it is one of ours, else nothing."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""
