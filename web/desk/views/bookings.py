"""One booking: what the calendar's popup shows, and cancelling."""

from datetime import datetime

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking import features
from booking.actions import cancel as cancel_booking
from booking.actions import restore as restore_booking
from booking.formats import format_zone
from booking.links import manage_url
from booking.models import Booking, User
from notifications.actions import messages_for
from notifications.kinds import FLEXIBLE
from web.desk.access import (
    CHANGE_BOOKINGS,
    CHANGE_TEMPLATES,
    SEE_BOOKINGS,
    staff_page,
    visible_bookings,
)
from web.desk.answers import carried_out, here_of, is_quiet, next_of, reason_in
from web.desk.forms import AttendanceForm, CommentForm, LabelForm
from web.desk.history import ending_of, history_of
from web.desk.pages import desk_page
from web.desk.undo import of_cancellation
from web.desk.visits import visits_beside
from web.desk.warnings import why_no_link
from zoomlink.actions import CLIENT, PROVIDER, attendance_for, links_for


@require_safe
@staff_page(SEE_BOOKINGS)
def popup(request: HttpRequest, pk: int) -> HttpResponse:
    """The booking as a fragment for the calendar's dialog."""
    booking = get_object_or_404(_bookings(request.user), pk=pk)
    context = booking_context(request, booking)
    return render(request, "desk/_booking.html", {**context, "is_popup": True})


@require_safe
@staff_page(SEE_BOOKINGS)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a page of its own."""
    return draw_booking(request, get_object_or_404(_bookings(request.user), pk=pk))


def draw_booking(
    request: HttpRequest, booking: Booking, *, wrong: forms.Form | None = None
) -> HttpResponse:
    """The page of a booking; ``wrong`` is one of its small forms that could not be saved."""
    context = booking_context(request, booking, wrong=wrong)
    return desk_page(request, "desk/booking.html", title=booking.code, **context)


def _bookings(user: User) -> QuerySet[Booking]:
    return visible_bookings(user).with_people().select_related("label")


def booking_context(
    request: HttpRequest, booking: Booking, *, wrong: forms.Form | None = None
) -> dict[str, object]:
    """What ``desk/_booking.html`` needs; links only for those who may change the booking."""
    may_change = request.user.has_perm(CHANGE_BOOKINGS)
    host_link = links_for([booking], viewer=PROVIDER).get(booking.pk)
    clients = links_for([booking], viewer=CLIENT) if may_change else {}
    now = timezone.now()
    is_open = booking.takes_seats and booking.session.ends_at > now
    goes_without = is_open and booking.is_confirmed and not host_link
    sent, history = messages_for(booking), history_of(booking)
    return {
        "booking": booking,
        "session": booking.session,
        "may_change": may_change,
        "is_open": is_open,
        "is_pending": booking.state == Booking.PENDING and booking.session.starts_at > now,
        "may_restore": may_change and _was_ended(booking, now),
        "has_begun": booking.is_confirmed and booking.session.starts_at <= now,
        "host_link": host_link if may_change else None,
        "client_link": clients.get(booking.pk),
        "attendance": attendance_for([booking], now=now).get(booking.pk),
        "manage_url": manage_url(booking.manage_token) if may_change else "",
        "warning": why_no_link(request.user, booking.session) if goes_without else None,
        "history": history,
        "ending": ending_of(booking, history),
        "visits": visits_beside(booking, request.user, now=now),
        "zone": format_zone(now, timezone.get_current_timezone(), request.LANGUAGE_CODE),
        "sent": sent,
        "lost": sum(message.is_lost for message in sent),
        "shows_words": features.is_on(FLEXIBLE) and request.user.has_perm(CHANGE_TEMPLATES),
        "next": next_of(request),
        "here": here_of(request, "desk:booking", booking.pk),
        **_note_forms(booking, wrong),
    }


def _was_ended(booking: Booking, now: datetime) -> bool:
    """Whether staff or the client ended what could still take place; not for one erased."""
    is_ended = booking.state in (Booking.CANCELLED, Booking.DECLINED)
    is_ended = is_ended and booking.client.erased_at is None
    session = booking.session
    return (
        is_ended and session.ends_at > now and (session.is_active or not session.service.is_class)
    )


def _note_forms(booking: Booking, wrong: forms.Form | None) -> dict[str, forms.Form]:
    noted = {"label": booking.label_id, "comment": booking.comment}
    drawn = {
        "label_form": LabelForm(initial=noted),
        "attendance_form": AttendanceForm(),
        "comment_form": CommentForm(initial=noted),
    }
    return {name: wrong if type(wrong) is type(form) else form for name, form in drawn.items()}


@require_POST
@staff_page(CHANGE_BOOKINGS)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel one booking."""
    booking = get_object_or_404(visible_bookings(request.user), pk=pk)
    return carried_out(
        request,
        lambda: cancel_booking(
            booking_id=booking.pk,
            now=timezone.now(),
            actor=request.user,
            reason=reason_in(request),
            is_quiet=is_quiet(request),
        ),
        _("Booking %(code)s is cancelled.") % {"code": booking.code},
        undo=of_cancellation(request.user, booking, is_quiet=is_quiet(request)),
    )


@require_POST
@staff_page(CHANGE_BOOKINGS)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the cancellation of a booking, or that it was declined."""
    booking = get_object_or_404(visible_bookings(request.user), pk=pk)
    return carried_out(
        request,
        lambda: restore_booking(
            booking_id=booking.pk,
            now=timezone.now(),
            actor=request.user,
            is_quiet=is_quiet(request),
        ),
        _("Booking %(code)s stands again.") % {"code": booking.code},
        otherwise=reverse("desk:booking", args=[pk]),
    )
