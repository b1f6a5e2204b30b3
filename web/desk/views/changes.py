"""Booking and moving by form; a refusal leaves everything typed in its place."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions import book, reschedule
from booking.availability import nearest_free
from booking.errors import BookingError
from booking.models import Booking, Provider, Session
from web.desk.access import (
    ADD_BOOKINGS,
    CHANGE_BOOKINGS,
    SEE_ALL_BOOKINGS,
    SEE_CLIENTS,
    staff_page,
    visible_bookings,
    visible_clients,
    visible_providers,
    visible_sessions,
)
from web.desk.answers import back_to, draw_form, form_page, is_quiet, say_done
from web.desk.forms import AppointmentForm, MoveForm, MovePlaceForm, PlacesForm, length_in
from web.desk.moments import describe
from web.desk.overriding import is_overriding, way_into, way_out
from web.desk.undo import of_booking, of_move


@form_page
@staff_page(ADD_BOOKINGS)
def new_booking(request: HttpRequest) -> HttpResponse:
    """Book an appointment for a client."""
    form = AppointmentForm(
        _with_picked_time(request.POST) if request.method == "POST" else None,
        initial=first_values(request),
        providers=visible_providers(request.user).active().in_order(),
        sees_all=request.user.has_perm(SEE_ALL_BOOKINGS),
    )
    ways: dict[str, object] = {}
    if form.is_valid():
        try:
            return _booked(request, _book_appointment(request, form))
        except BookingError as refusal:
            form.add_error(None, str(refusal))
            ways = _ways_on(request, refusal, form)
    title = gettext_lazy("New booking")
    ways |= {"anyway": _("Book anyway"), "asks_to_tell": True}
    return draw_form(request, form, title=title, **ways)


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
        overrides_rules=is_overriding(request, chosen["starts_at"]),
        is_quiet=is_quiet(request),
        now=timezone.now(),
        **length_in(chosen),
    )


def _with_picked_time(posted):
    """Put a nearest free time, if its button was pressed, in the place of what was typed."""
    try:
        picked = timezone.localtime(datetime.fromisoformat(posted.get("pick", "")))
    except (ValueError, OverflowError):
        return posted
    values = posted.copy()
    values["date"], values["time"] = picked.date().isoformat(), f"{picked:%H:%M}"
    values["fold"] = str(picked.fold)
    return values


def first_values(request: HttpRequest) -> dict[str, object]:
    names = ("service", "provider", "length")
    known = {name: request.GET[name] for name in names if name in request.GET}
    known["date"] = request.GET.get("date") or timezone.localdate().isoformat()
    known["time"] = request.GET.get("time", "")
    return known | _values_of_client(request)


def _values_of_client(request: HttpRequest) -> dict[str, object]:
    """What is known of the client whom the address names, if this person may see them."""
    pk = request.GET.get("client", "")
    if not (pk.isdecimal() and len(pk) < 16 and request.user.has_perm(SEE_CLIENTS)):
        return {}
    known = visible_clients(request.user).known().filter(pk=pk)
    values = known.values("name", "email", "phone", "language").first() or {}
    return {name: value for name, value in values.items() if value}


def _ways_on(
    request: HttpRequest, refusal: BookingError, form: AppointmentForm
) -> dict[str, object]:
    """The nearest free times, and whether this one may be booked regardless."""
    service, starts_at = form.cleaned_data["service"], form.cleaned_data["starts_at"]
    provider, now = form.cleaned_data["provider"], timezone.now()
    chosen = [provider] if provider else None
    length = length_in(form.cleaned_data).get("duration", service.duration)
    return {
        "nearest": nearest_free(service, starts_at, now=now, providers=chosen, length=length),
        "way_out": way_out(
            request,
            refusal,
            starts_at=starts_at,
            ends_at=starts_at + length,
            providers=chosen or service.providers.active(),
            now=now,
        ),
    }


def _booked(request: HttpRequest, booking: Booking) -> HttpResponse:
    text = _("Booked: %(client)s, %(when)s. Code %(code)s.")
    values = {
        "client": booking.client,
        "when": describe(booking.session),
        "code": booking.code,
    }
    undo = of_booking(request.user, booking, is_quiet=is_quiet(request))
    say_done(request, text % values, undo=undo)
    return redirect(back_to(request, booking.session.starts_at))


@form_page
@staff_page(ADD_BOOKINGS)
def new_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Book places in a class session for a client."""
    sessions = visible_sessions(request.user).active().select_related("service")
    session = get_object_or_404(sessions, pk=pk, service__kind="class")
    form = PlacesForm(request.POST or None)
    ways: dict[str, object] = {}
    if form.is_valid():
        try:
            return _booked(request, _book_places(request, form, session))
        except BookingError as refusal:
            form.add_error(None, str(refusal))
            ways = {"way_out": way_into(request, refusal, session)}
    return draw_form(
        request,
        form,
        title=gettext_lazy("New booking"),
        about=f"{session.service}, {describe(session)}",
        anyway=_("Book anyway"),
        asks_to_tell=True,
        **ways,
    )


def _book_places(request: HttpRequest, form: PlacesForm, session: Session) -> Booking:
    return book(
        service_id=session.service_id,
        session_id=session.pk,
        places=form.cleaned_data["places"],
        client=form.client,
        note=form.cleaned_data["note"],
        source=Booking.STAFF,
        actor=request.user,
        idempotency_key=form.idempotency_key,
        overrides_rules=is_overriding(request, session.starts_at),
        is_quiet=is_quiet(request),
        now=timezone.now(),
    )


@form_page
@staff_page(CHANGE_BOOKINGS)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a booking: an appointment in time or to a colleague, a place to another session."""
    booking = get_object_or_404(visible_bookings(request.user).with_people(), pk=pk)
    form = _move_form(request, booking)
    ways: dict[str, object] = {}
    if form.is_valid():
        try:
            return _moved(request, booking, _move(request, booking, form.cleaned_data))
        except BookingError as refusal:
            form.add_error(None, str(refusal))
            ways = ways_to_move(request, refusal, booking, form.cleaned_data)
    about = f"{booking.client}: {booking.session.service}, {describe(booking.session)}"
    title = gettext_lazy("Move booking")
    ways |= {"anyway": _("Move anyway"), "asks_to_tell": True}
    return draw_form(request, form, title=title, about=about, **ways)


def _move(request: HttpRequest, booking: Booking, chosen: dict) -> Booking:
    session = chosen.get("session")
    return reschedule(
        booking_id=booking.pk,
        starts_at=chosen.get("starts_at"),
        session_id=session.pk if session else None,
        provider_id=_other_provider(booking, chosen.get("provider")),
        expected_revision=chosen["revision"],
        overrides_rules=is_overriding(
            request, session.starts_at if session else chosen["starts_at"]
        ),
        is_quiet=is_quiet(request),
        actor=request.user,
        now=timezone.now(),
        **length_in(chosen, usual=booking.session.duration),
    )


def ways_to_move(
    request: HttpRequest, refusal: BookingError, booking: Booking, chosen: dict
) -> dict[str, object]:
    """The nearest free times of an appointment, and whether it may go there regardless."""
    if chosen.get("session"):
        return {"way_out": way_into(request, refusal, chosen["session"])}
    session, starts_at, now = booking.session, chosen["starts_at"], timezone.now()
    providers = [chosen["provider"]]
    length = length_in(chosen).get("duration", session.duration)
    return {
        "nearest": nearest_free(
            session.service,
            starts_at,
            now=now,
            providers=providers,
            ignoring_session=session,
            length=length,
        ),
        "way_out": way_out(
            request,
            refusal,
            starts_at=starts_at,
            ends_at=starts_at + length,
            providers=providers,
            now=now,
            moved=session,
        ),
    }


def _moved(request: HttpRequest, was: Booking, booking: Booking) -> HttpResponse:
    text = _("Moved: %(client)s, %(when)s.")
    values = {"client": booking.client, "when": describe(booking.session)}
    undo = of_move(request.user, was, booking, is_quiet=is_quiet(request))
    say_done(request, text % values, undo=undo)
    return redirect(back_to(request, booking.session.starts_at))


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
        "fold": str(starts_at.fold),
        "length": session.duration // timedelta(minutes=1),
        "revision": revision,
        **prefilled(request),
    }
    posted = _with_picked_time(request.POST) if request.method == "POST" else None
    return MoveForm(posted, initial=first, providers=_colleagues(request, booking))


def prefilled(request: HttpRequest) -> dict[str, object]:
    """Where the address of a form says that something is to go, such as from the calendar."""
    names = ("scope", "provider", "date", "time", "fold", "length")
    return {name: request.GET[name] for name in names if name in request.GET}


def _colleagues(request: HttpRequest, booking: Booking):
    of_service = visible_providers(request.user).active().filter(services=booking.session.service)
    return (of_service | Provider.objects.filter(pk=booking.session.provider_id)).distinct()


def _other_provider(booking: Booking, chosen: Provider | None) -> int | None:
    if chosen is None or chosen.pk == booking.session.provider_id:
        return None
    return chosen.pk
