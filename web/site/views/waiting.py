"""The waiting list of a class session that is full: joining it, one's own place, leaving."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import actions, availability, features
from booking.errors import AlreadyWaiting, BookingError, PlacesLeft, SlotNotOffered, WrongValue
from booking.features import WAITING_LIST as FEATURE
from booking.models import Company, Session, WaitingEntry
from booking.zones import is_zone
from web.offers import offered_service_or_404
from web.privacy import private
from web.site import picker
from web.site.addresses import address
from web.site.forms import WaitingForm, too_many_for
from web.site.limits import limited
from web.site.views.details import (
    adopt_own,
    client_in_form,
    known_of,
    places_left,
    zone_in_form,
)
from web.site.zones import zone_of


@limited
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str, session_id: int) -> HttpResponse:
    """Ask who wants to wait; a POST puts them on the list and leads to their own page.

    A session with places left leads to the form that books one. 404 while the feature is
    off; answers 409 when the list is refused, 422 when the form is at fault.
    """
    session = _session(slug, session_id)
    company = Company.objects.current()
    if request.method == "POST":
        return _join(request, company, session)
    now = timezone.now()
    reason = availability.why_not_session(session, now=now)
    if reason is None and places_left(company, session, now=now):
        return redirect(_booking_form(request, session))
    form = WaitingForm(initial=known_of(request), capacity=session.capacity)
    return _page(request, company, session, form, SlotNotOffered(reason) if reason else None)


def _session(slug: str, session_id: int) -> Session:
    """An active session of the class. Raises Http404, also while the feature is off."""
    if not features.is_on(FEATURE):
        raise Http404
    service = offered_service_or_404(slug)
    if not service.is_class:
        raise Http404
    sessions = Session.objects.active().select_related("service", "provider")
    return get_object_or_404(sessions, pk=session_id, service=service)


def _booking_form(request: HttpRequest, session: Session) -> str:
    query = {**picker.carried_by(request.GET), "session": str(session.pk)}
    return address(request, "details", session.service.slug, **query)


def _join(request: HttpRequest, company: Company, session: Session) -> HttpResponse:
    form = WaitingForm(request.POST, capacity=session.capacity)
    if not form.is_valid():
        return _page(request, company, session, form)
    given = form.cleaned_data
    try:
        entry = actions.join_waiting_list(
            session_id=session.pk,
            client=client_in_form(request, given, company),
            places=given.get("places") or 1,
            now=timezone.now(),
        )
    except WrongValue:  # it got fewer places meanwhile
        session.refresh_from_db(fields=["capacity"])
        form.add_error("places" if session.capacity > 1 else None, too_many_for(session.capacity))
        return _page(request, company, session, form)
    except BookingError as refusal:
        return _page(request, company, session, form, refusal)
    adopt_own(request)
    response = redirect(address(request, "waiting", entry.token))
    response.status_code = 303
    return response


def _page(
    request: HttpRequest,
    company: Company,
    session: Session,
    form: WaitingForm,
    refusal: BookingError | None = None,
) -> HttpResponse:
    form.focus_first_error()
    context = {
        "company": company,
        "service": session.service,
        "session": session,
        "zone": zone_in_form(request, request.POST.get("zone", ""), company),
        "form": form,
        "refusal": refusal,
        "booking_form": _booking_form(request, session) if isinstance(refusal, PlacesLeft) else "",
        "is_waiting_already": isinstance(refusal, AlreadyWaiting),
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "site/join_waiting_list.html", context, status=status)


@private
@require_safe
def entry(request: HttpRequest, token: str) -> HttpResponse:
    """How somebody's waiting stands; once a place was offered, the page of that booking."""
    found, company = _entry_behind(token), Company.objects.current()
    if found.booking is not None:
        return redirect(address(request, "booking", found.booking.manage_token))
    waited_in = ZoneInfo(found.timezone) if is_zone(found.timezone) else company.zone
    is_waiting = found.waits(timezone.now())
    context = {
        "company": company,
        "entry": found,
        "session": found.session,
        "service": found.session.service,
        "zone": zone_of(request, waited_in),
        "is_waiting": is_waiting,
        "is_closed": not features.is_on(FEATURE),
        "people_before": found.people_before() if is_waiting else 0,
    }
    return render(request, "site/waiting.html", context)


@private
@limited
@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Take whoever holds the link off the list; an offer made meanwhile stands."""
    left = actions.leave_waiting_list(entry_id=_entry_behind(token).pk, now=timezone.now())
    if left.state == WaitingEntry.LEFT:
        messages.success(request, _("You are no longer on the waiting list."))
    return redirect(address(request, "waiting", token))


def _entry_behind(token: str) -> WaitingEntry:
    """Return the entry of a token. Raises Http404, the same for every wrong one."""
    entries = WaitingEntry.objects.with_session().select_related("client", "booking")
    return get_object_or_404(entries, token=token)
