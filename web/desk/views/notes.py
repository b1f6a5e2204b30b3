"""What staff note on a booking: its label, who came, a comment of their own."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import actions
from booking.models import Booking, Label
from web.desk.access import CHANGE_BOOKINGS, LABEL_BOOKINGS, staff_page, visible_bookings
from web.desk.answers import carried_out
from web.desk.forms import AttendanceForm, CommentForm, LabelForm
from web.desk.undo import of_attendance, of_comment, of_label
from web.desk.views.bookings import draw_booking


@require_POST
@staff_page(LABEL_BOOKINGS)
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a label on a booking, or take it off."""

    def save(booking: Booking, chosen: dict, **by) -> None:
        actions.set_label(booking_id=booking.pk, label_id=_pk_of(chosen["label"]), **by)

    def undo(booking: Booking, chosen: dict) -> str:
        return of_label(request.user, booking, _pk_of(chosen["label"]))

    return _noted(request, pk, LabelForm(request.POST), save, undo, _("The label is saved."))


def _pk_of(chosen: Label | None) -> int | None:
    return chosen.pk if chosen else None


@require_POST
@staff_page(CHANGE_BOOKINGS)
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Note whether the client came."""

    def save(booking: Booking, chosen: dict, **by) -> None:
        actions.note_attendance(booking_id=booking.pk, attendance=chosen["attendance"], **by)

    def undo(booking: Booking, chosen: dict) -> str:
        return of_attendance(request.user, booking, chosen["attendance"])

    form = AttendanceForm(request.POST)
    return _noted(request, pk, form, save, undo, _("The attendance is saved."))


@require_POST
@staff_page(CHANGE_BOOKINGS)
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the staff's comment; the client never reads it."""

    def save(booking: Booking, chosen: dict, **by) -> None:
        actions.write_comment(booking_id=booking.pk, comment=chosen["comment"], **by)

    def undo(booking: Booking, chosen: dict) -> str:
        return of_comment(request.user, booking, chosen["comment"])

    return _noted(request, pk, CommentForm(request.POST), save, undo, _("The comment is saved."))


def _noted(
    request: HttpRequest,
    pk: int,
    form: forms.Form,
    save: Callable[..., None],
    undo: Callable[[Booking, dict], str],
    success: str,
) -> HttpResponse:
    """Save one note; wrong input is told at its field, on the booking's page."""
    booking = get_object_or_404(visible_bookings(request.user).with_people(), pk=pk)
    if not form.is_valid():
        return draw_booking(request, booking, wrong=form)
    by = {"actor": request.user, "now": timezone.now()}
    return carried_out(
        request,
        lambda: save(booking, form.cleaned_data, **by),
        success,
        otherwise=reverse("desk:booking", args=[pk]),
        undo=undo(booking, form.cleaned_data),
    )
