"""Pending bookings: who waits for the staff's word, and giving it."""

from collections.abc import Callable, Iterable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from booking import actions
from booking.errors import BookingError
from booking.models import Booking
from web.desk.access import (
    CHANGE_BOOKINGS,
    SEE_BOOKINGS,
    staff_page,
    visible_bookings,
    waiting_bookings,
)
from web.desk.answers import carried_out, is_quiet, reason_in, say_done
from web.desk.pages import ROWS_A_PAGE, desk_page

APPROVE, DECLINE = "approve", "decline"
Action = Callable[..., Booking]
# What is said afterwards, where the client is told and where nobody is, which is added.
_APPROVED = (
    gettext_lazy("Booking %(code)s is approved, and its client is told."),
    gettext_lazy("Booking %(code)s is approved."),
)
_DECLINED = (
    gettext_lazy("Booking %(code)s is declined, and its client is told."),
    gettext_lazy("Booking %(code)s is declined."),
)


@require_safe
@staff_page(SEE_BOOKINGS)
def pending(request: HttpRequest) -> HttpResponse:
    """Everybody who waits, the soonest start first."""
    rows = waiting_bookings(request.user, timezone.now()).with_people()
    rows = rows.order_by("session__starts_at", "created_at", "pk")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return desk_page(
        request,
        "desk/pending.html",
        title=gettext_lazy("Pending bookings"),
        page=page,
        may_decide=request.user.has_perm(CHANGE_BOOKINGS),
        next=request.get_full_path(),
    )


@require_POST
@staff_page(CHANGE_BOOKINGS)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve one booking."""
    booking = get_object_or_404(visible_bookings(request.user), pk=pk)
    told, untold = _APPROVED
    text = (untold if is_quiet(request) else told) % {"code": booking.code}
    page = reverse("desk:booking", args=[pk])
    return carried_out(request, partial(_approval(request), booking_id=pk), text, otherwise=page)


@require_POST
@staff_page(CHANGE_BOOKINGS)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline one booking; the client reads the reason, if one was given."""
    booking = get_object_or_404(visible_bookings(request.user), pk=pk)
    told, untold = _DECLINED
    text = (untold if is_quiet(request) else told) % {"code": booking.code}
    page = reverse("desk:booking", args=[pk])
    return carried_out(request, partial(_refusal(request), booking_id=pk), text, otherwise=page)


@require_POST
@staff_page(CHANGE_BOOKINGS)
def decide(request: HttpRequest) -> HttpResponse:
    """Approve or decline every ticked booking; one that cannot be is named, with the reason.

    404 when one of them is not on show to this person.
    """
    ticked = request.POST.getlist("booking")
    ids = {int(pk) for pk in ticked if pk.isdecimal() and len(pk) < 16}
    found = visible_bookings(request.user).with_people().filter(pk__in=ids)
    if len(found) != len(set(ticked)):
        raise Http404
    decision = request.POST.get("decision")
    if not found:
        messages.warning(request, _("Tick the bookings first."))
    elif decision == APPROVE:
        done = _decide_each(request, found, _approval(request))
        text = ngettext("%(n)d booking is approved.", "%(n)d bookings are approved.", done)
        _say(request, text, done)
    elif decision == DECLINE:
        done = _decide_each(request, found, _refusal(request))
        text = ngettext("%(n)d booking is declined.", "%(n)d bookings are declined.", done)
        _say(request, text, done)
    return redirect("desk:pending")


def _decide_each(request: HttpRequest, bookings: Iterable[Booking], action: Action) -> int:
    """Return how many could be decided; the others are named."""
    done = 0
    for booking in sorted(bookings, key=lambda one: (one.session.starts_at, one.pk)):
        try:
            action(booking_id=booking.pk)
        except BookingError as refusal:
            messages.error(request, f"{booking.code}, {booking.client}: {refusal}")
        else:
            done += 1
    return done


def _say(request: HttpRequest, text: str, done: int) -> None:
    if done:
        say_done(request, text % {"n": done})


def _approval(request: HttpRequest) -> Action:
    how = {"now": timezone.now(), "actor": request.user, "is_quiet": is_quiet(request)}
    return partial(actions.approve, **how)


def _refusal(request: HttpRequest) -> Action:
    how = {"now": timezone.now(), "actor": request.user, "is_quiet": is_quiet(request)}
    return partial(actions.decline, reason=reason_in(request), **how)
