"""A hold that only its client can confirm: by the link in the mail that proves their address."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking import actions
from booking.errors import BookingError
from booking.links import is_token
from booking.models import Booking, Company
from notifications.actions import send_proof_again
from web.privacy import private
from web.site.addresses import address
from web.site.limits import limited
from web.site.standing import shown_bookings
from web.site.views.manage import about, booking_behind


@private
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be confirmed; a POST confirms it and leads to the booking.

    A token that is wrong, used or out of time is answered 404, always in the same words.
    """
    found = _hold_behind(token)
    if found is None:
        return _gone(request)
    if request.method == "POST":
        return _confirm(request, found, token)
    return render(request, "site/prove.html", about(request, found, Company.objects.current()))


def _confirm(request: HttpRequest, found: Booking, token: str) -> HttpResponse:
    try:
        actions.confirm(booking_id=found.pk, proof=token, now=timezone.now())
    except BookingError:
        return _gone(request)
    return redirect(address(request, "booking", found.manage_token))


def _hold_behind(token: str) -> Booking | None:
    if not is_token(token):
        return None
    return shown_bookings().unproved(timezone.now()).filter(proof_token=token).first()


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "site/prove_gone.html", status=404)


@private
@limited
@require_POST
def send_again(request: HttpRequest, token: str) -> HttpResponse:
    """Mail the link of a hold once more, to the same address."""
    found = booking_behind(token)
    if send_proof_again(booking_id=found.pk, now=timezone.now()):
        messages.success(request, _("The e-mail is on its way once more."))
    else:
        messages.info(
            request, _("It was sent already. Please wait a minute, and look among unwanted mail.")
        )
    return redirect(address(request, "booking", token))
