"""One booking, for whoever holds its link: see, move, cancel, take along."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import actions
from booking.actions.asking import asked_of
from booking.errors import BookingError
from booking.models import Booking, Company, Event
from booking.zones import is_zone
from notifications.actions import (
    calendar_entry_of,
    calendar_file_of,
    messages_to_client_about,
)
from web.privacy import private
from web.site import calendars
from web.site.forms import CancelForm, OfferForm
from web.site.limits import limited
from web.site.standing import Standing, shown_bookings, standing_of
from web.site.zones import zone_of
from zoomlink.actions import CLIENT, links_for


@private
@require_safe
def booking(request: HttpRequest, token: str) -> HttpResponse:
    """The booking: how it stands, when, with whom, where to meet, what can still be changed."""
    return _page(request, booking_behind(token))


@private
@limited
@require_POST
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Make a hold a booking. Answers 409 when it is refused, 422 when the form is at fault."""
    found = booking_behind(token)
    said = {}
    if hasattr(found, "offered_to"):
        form = OfferForm(request.POST, asked=asked_of(found.session.service))
        if not form.is_valid():
            return _page(request, found, form=form)
        said = {name: form.cleaned_data[name] for name in ("answers", "agreed_to")}
    try:
        actions.confirm(booking_id=found.pk, now=timezone.now(), **said)
    except BookingError as refusal:
        return _page(request, booking_behind(token), refusal)
    return redirect("site:booking", token=token)


def _page(
    request: HttpRequest,
    found: Booking,
    refusal: BookingError | None = None,
    form: OfferForm | None = None,
) -> HttpResponse:
    company = Company.objects.current()
    standing = standing_of(found, company, now=timezone.now())
    if form is None and standing.is_open and standing.is_offer:
        form = OfferForm(asked=asked_of(found.session.service))
    context = {
        **about(request, found, company),
        "standing": standing,
        "form": form,
        "is_ours": not found.takes_seats and _was_ended_by_staff(found),
        "link": links_for([found], viewer=CLIENT).get(found.pk),
        "refusal": refusal,
        "sent": messages_to_client_about(found),
    }
    status = 409 if refusal else 422 if form is not None and form.errors else 200
    return render(request, "site/booking.html", context, status=status)


def _was_ended_by_staff(found: Booking) -> bool:
    ended = found.events.filter(kind=Event.CANCELLED).order_by("pk").last()
    return ended is not None and ended.actor_id is not None


@private
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for certainty and a reason; a POST cancels.

    Answers 409 when it is refused, 422 when the form is at fault.
    """
    found, company = booking_behind(token), Company.objects.current()
    standing = standing_of(found, company, now=timezone.now())
    form = CancelForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            actions.cancel(booking_id=found.pk, now=timezone.now(), reason=reason)
        except BookingError as error:
            refusal = error
        else:
            messages.success(request, _said_of_end(standing))
            return redirect("site:booking", token=token)
    elif not standing.may_cancel:
        return redirect("site:booking", token=token)
    context = {
        **about(request, found, company),
        "standing": standing,
        "form": form,
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "site/cancel.html", context, status=status)


def _said_of_end(standing: Standing) -> str:
    if standing.is_offer:
        return _("Thank you for telling us. The place goes to somebody else.")
    return _("Your booking is cancelled.")


@private
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The booking as a file for the client's own calendar."""
    found = booking_behind(token)
    file = calendar_file_of(found, now=timezone.now())
    response = HttpResponse(file.content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.ics"'
    return response


@private
@require_safe
def web_calendar(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Lead on to a calendar on the web, where the booking is filled in."""
    found = booking_behind(token)
    if name not in calendars.ADDRESSES:
        raise Http404
    return redirect(calendars.ADDRESSES[name](calendar_entry_of(found)))


def booking_behind(token: str) -> Booking:
    """Return the booking of a manage token. Raises Http404, the same for every wrong one."""
    found = shown_bookings().filter(manage_token=token).first()
    if found is None:
        raise Http404
    return found


def about(request: HttpRequest, found: Booking, company: Company) -> dict[str, object]:
    """What every page of a booking shows; times are in the zone it was booked in."""
    booked_in = ZoneInfo(found.timezone) if is_zone(found.timezone) else company.zone
    return {
        "company": company,
        "booking": found,
        "session": found.session,
        "zone": zone_of(request, booked_in),
    }
