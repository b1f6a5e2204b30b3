"""Choose another time for a booking."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import actions
from booking.availability import OfferedSlot
from booking.errors import BookingError
from booking.models import Booking, Company, Session
from web.privacy import private
from web.site import picker
from web.site.forms import ChosenTime, TimeForMove
from web.site.limits import limited
from web.site.nearby import alternatives_to
from web.site.standing import standing_of
from web.site.views.manage import about, booking_behind


@private
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request: HttpRequest, token: str) -> HttpResponse:
    """Show the free times, then the chosen one to confirm; a POST moves the booking.

    Answers 409 with the nearest free times when it is refused.
    """
    found, company = booking_behind(token), Company.objects.current()
    if request.method == "POST":
        return _move(request, found, company)
    if not standing_of(found, company, now=timezone.now()).may_move:
        return redirect("site:booking", token=token)
    chosen = ChosenTime(request.GET)
    if chosen.is_valid() and _is_made(found, chosen.cleaned_data):
        return _confirmation(request, found, company, chosen.cleaned_data)
    return _times(request, found, company)


def _is_made(found: Booking, given: dict) -> bool:
    return bool(given["session"] if found.session.service.is_class else given["starts_at"])


def _times(request: HttpRequest, found: Booking, company: Company) -> HttpResponse:
    context = about(request, found, company)
    service = found.session.service
    search = picker.Search(
        service=service,
        providers=[found.session.provider],
        company=company,
        zone=context["zone"],
        now=timezone.now(),
        carried=picker.carried_by(request.GET),
        lead_to=lambda slot: _choice_url(request, found, slot),
        ignoring_session=found.session,
        places=found.seats,
    )
    if service.is_class:
        context["sessions"] = picker.coming_sessions(search)
    else:
        context["picker"] = picker.pick(search, request.GET)
    context.update(service=service, carried=search.carried)
    return render(request, "site/reschedule.html", context)


def _choice_url(request: HttpRequest, found: Booking, slot: OfferedSlot) -> str:
    query = picker.carried_by(request.GET)
    if slot.session_id is None:
        query["starts_at"] = slot.starts_at.strftime("%Y-%m-%dT%H:%MZ")
    else:
        query["session"] = str(slot.session_id)
    return f"{reverse('site:reschedule', args=[found.manage_token])}?{urlencode(query)}"


def _confirmation(
    request: HttpRequest, found: Booking, company: Company, given: dict
) -> HttpResponse:
    """Before and after, and the button."""
    session = _session_of(found, given)
    starts_at = session.starts_at if session else given["starts_at"]
    if starts_at is None:
        return _times(request, found, company)
    context = {
        **about(request, found, company),
        "starts_at": starts_at,
        "ends_at": session.ends_at if session else starts_at + found.session.duration,
        "new_session": session,
    }
    return render(request, "site/reschedule_confirm.html", context)


def _refused(
    request: HttpRequest, found: Booking, company: Company, given: dict, refusal: BookingError
) -> HttpResponse:
    """Why it stays where it is, and what else can be had nearby."""
    session = _session_of(found, given)
    wanted = session.starts_at if session else given["starts_at"] or found.session.starts_at
    is_class = found.session.service.is_class
    nearest = alternatives_to(
        refusal,
        found.session.service,
        wanted,
        now=timezone.now(),
        places=found.seats,
        providers=None if is_class else [found.session.provider],
        ignoring_session=found.session,
    )
    context = {**about(request, found, company), "refusal": refusal, "alternatives": nearest}
    return render(request, "site/reschedule_confirm.html", context, status=409)


def _session_of(found: Booking, given: dict) -> Session | None:
    if not found.session.service.is_class:
        return None
    sessions = Session.objects.active().filter(service=found.session.service)
    return sessions.filter(pk=given["session"]).first()


def _move(request: HttpRequest, found: Booking, company: Company) -> HttpResponse:
    form = TimeForMove(request.POST)
    if not (form.is_valid() and _is_made(found, form.cleaned_data)):
        messages.warning(request, _("Please choose a time."))
        return redirect("site:reschedule", token=found.manage_token)
    given = form.cleaned_data
    try:
        moved = actions.reschedule(
            booking_id=found.pk,
            now=timezone.now(),
            starts_at=given["starts_at"],
            session_id=given["session"],
            expected_revision=given["revision"],
        )
    except BookingError as refusal:
        return _refused(request, booking_behind(found.manage_token), company, given, refusal)
    messages.success(request, _said_of(moved))
    return redirect("site:booking", token=found.manage_token)


def _said_of(moved: Booking) -> str:
    if moved.is_confirmed:
        return _("Your booking is moved.")
    return _("Your booking is moved. The new time waits for approval; you will hear from us.")
