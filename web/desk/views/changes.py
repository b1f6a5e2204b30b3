"""Booking, moving and scheduling by form; a refusal leaves everything typed in its place."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import features
from booking.actions import book, reschedule, schedule_session
from booking.availability import OfferedSlot, nearest_free
from booking.errors import BookingError
from booking.formats import format_period
from booking.models import Booking, Provider, Session
from web.desk.access import (
    ADD_BOOKINGS,
    CHANGE_BOOKINGS,
    SEE_ALL_BOOKINGS,
    staff_page,
    visible_bookings,
    visible_providers,
    visible_sessions,
)
from web.desk.forms import AppointmentForm, MoveForm, MovePlaceForm, PlacesForm, SessionForm
from web.desk.pages import desk_page
from web.desk.schedule import DAY, Place
from web.desk.views.bookings import safe_next

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@staff_page(ADD_BOOKINGS)
def new_booking(request: HttpRequest) -> HttpResponse:
    """Book an appointment for a client."""
    form = AppointmentForm(
        _with_picked_time(request.POST) if request.method == "POST" else None,
        initial=_first_values(request),
        providers=visible_providers(request.user).active().in_order(),
        sees_all=request.user.has_perm(SEE_ALL_BOOKINGS),
    )
    nearest: list[OfferedSlot] = []
    if form.is_valid():
        try:
            return _booked(request, _book_appointment(request, form))
        except BookingError as refusal:
            form.add_error(None, str(refusal))
            nearest = _nearest(form)
    return _form_page(request, form, title=gettext_lazy("New booking"), nearest=nearest)


def _book_appointment(request: HttpRequest, form: AppointmentForm) -> Booking:
    chosen = form.cleaned_data
    return book(
        service_id=chosen["service"].pk,
        provider_id=chosen["provider"].pk if chosen["provider"] else None,
        starts_at=chosen["starts_at"],
        client=form.client,
        note=chosen["note"],
        source=Booking.STAFF,
        actor=request.user,
        idempotency_key=form.idempotency_key,
        now=timezone.now(),
    )


def _with_picked_time(posted):
    """Put a nearest free time, if its button was pressed, in the place of what was typed."""
    day, _separator, wall_time = posted.get("pick", "").partition("T")
    if not wall_time:
        return posted
    values = posted.copy()
    values["date"], values["time"] = day, wall_time
    return values


def _first_values(request: HttpRequest) -> dict[str, object]:
    known = {name: request.GET[name] for name in ("service", "provider") if name in request.GET}
    known["date"] = request.GET.get("date") or timezone.localdate().isoformat()
    known["time"] = request.GET.get("time", "")
    return known


def _nearest(form: AppointmentForm) -> list[OfferedSlot]:
    chosen = form.cleaned_data
    return nearest_free(
        chosen["service"],
        chosen["starts_at"],
        now=timezone.now(),
        providers=[chosen["provider"]] if chosen["provider"] else None,
    )


def _booked(request: HttpRequest, booking: Booking) -> HttpResponse:
    text = _("Booked: %(client)s, %(when)s. Code %(code)s.")
    values = {
        "client": booking.client.name,
        "when": describe(booking.session),
        "code": booking.code,
    }
    messages.success(request, text % values)
    return redirect(_back_to(request, booking.session.starts_at))


def _back_to(request: HttpRequest, starts_at: datetime) -> str:
    """Where one came from, or the day on which something now stands."""
    came_from = safe_next(request, request.POST.get("next", ""))
    return came_from or Place(DAY, timezone.localtime(starts_at).date(), ()).url


def describe(session: Session) -> str:
    """Day, time and zone, such as for a list to choose from."""
    return format_period(
        session.starts_at,
        session.ends_at,
        timezone.get_current_timezone(),
        get_language() or "en",
    )


@form_page
@staff_page(ADD_BOOKINGS)
def new_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Book places in a class session for a client."""
    sessions = visible_sessions(request.user).active().select_related("service")
    session = get_object_or_404(sessions, pk=pk, service__kind="class")
    form = PlacesForm(request.POST or None)
    if form.is_valid():
        try:
            booking = book(
                service_id=session.service_id,
                session_id=session.pk,
                places=form.cleaned_data["places"],
                client=form.client,
                note=form.cleaned_data["note"],
                source=Booking.STAFF,
                actor=request.user,
                idempotency_key=form.idempotency_key,
                now=timezone.now(),
            )
        except BookingError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _booked(request, booking)
    title = gettext_lazy("New booking")
    return _form_page(request, form, title=title, about=f"{session.service}, {describe(session)}")


@form_page
@staff_page(CHANGE_BOOKINGS)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a booking: an appointment in time or to a colleague, a place to another session."""
    booking = get_object_or_404(visible_bookings(request.user).with_people(), pk=pk)
    form = _move_form(request, booking)
    if form.is_valid():
        try:
            return _moved(request, _move(request, booking, form.cleaned_data))
        except BookingError as refusal:
            form.add_error(None, str(refusal))
    about = f"{booking.client}: {booking.session.service}, {describe(booking.session)}"
    return _form_page(request, form, title=gettext_lazy("Move booking"), about=about)


def _move(request: HttpRequest, booking: Booking, chosen: dict) -> Booking:
    return reschedule(
        booking_id=booking.pk,
        starts_at=chosen.get("starts_at"),
        session_id=chosen["session"].pk if chosen.get("session") else None,
        provider_id=_other_provider(booking, chosen.get("provider")),
        expected_revision=chosen["revision"],
        actor=request.user,
        now=timezone.now(),
    )


def _moved(request: HttpRequest, booking: Booking) -> HttpResponse:
    text = _("Moved: %(client)s, %(when)s.")
    values = {"client": booking.client.name, "when": describe(booking.session)}
    messages.success(request, text % values)
    return redirect(_back_to(request, booking.session.starts_at))


def _move_form(request: HttpRequest, booking: Booking) -> MoveForm | MovePlaceForm:
    session, revision = booking.session, booking.revision
    if session.service.is_class:
        return MovePlaceForm(
            request.POST or None,
            initial={"revision": revision},
            booking=booking,
            sessions=visible_sessions(request.user),
            now=timezone.now(),
            describe=describe,
        )
    starts_at = timezone.localtime(session.starts_at)
    first = {
        "provider": session.provider_id,
        "date": starts_at.date().isoformat(),
        "time": f"{starts_at:%H:%M}",
        "revision": revision,
    }
    return MoveForm(request.POST or None, initial=first, providers=_colleagues(request, booking))


def _colleagues(request: HttpRequest, booking: Booking):
    of_service = visible_providers(request.user).active().filter(services=booking.session.service)
    return (of_service | Provider.objects.filter(pk=booking.session.provider_id)).distinct()


def _other_provider(booking: Booking, chosen: Provider | None) -> int | None:
    if chosen is None or chosen.pk == booking.session.provider_id:
        return None
    return chosen.pk


@form_page
@staff_page(ADD_BOOKINGS)
def new_session(request: HttpRequest) -> HttpResponse:
    """Schedule a session of a class; 404 while *Classes* is off."""
    if not features.is_on("classes"):
        raise Http404
    providers = visible_providers(request.user).active().in_order()
    form = SessionForm(request.POST or None, initial=_first_values(request), providers=providers)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            session = schedule_session(
                service_id=chosen["service"].pk,
                provider_id=chosen["provider"].pk,
                starts_at=chosen["starts_at"],
                now=timezone.now(),
            )
        except BookingError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Scheduled: %s.") % describe(session))
            return redirect(_back_to(request, session.starts_at))
    return _form_page(request, form, title=gettext_lazy("New class session"))


def _form_page(request: HttpRequest, form, *, title, **context) -> HttpResponse:
    came_from = request.POST.get("next") or request.GET.get("next", "")
    return desk_page(
        request,
        "desk/form.html",
        title=title,
        form=form,
        next=safe_next(request, came_from),
        cancel_url=safe_next(request, came_from) or reverse("desk:calendar"),
        **context,
    )
