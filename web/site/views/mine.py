"""My bookings, and the way in by a mailed code."""

from datetime import datetime

from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginByCodeStage
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from booking import features
from booking.features import WAITING_LIST
from booking.models import Booking, Company, Session, User, WaitingEntry
from web.privacy import private
from web.site.accounts import TOO_MANY, ClientCode
from web.site.forms import CodeForm
from web.site.languages import speak_as_kept
from web.site.limits import limited
from web.site.standing import shown_bookings, standing_of
from web.site.zones import zone_of
from zoomlink.actions import CLIENT, links_for

TABS = ("upcoming", "past", "cancelled")
ROWS_A_PAGE = 25
MOST_WAITING = 100
MINUTE = 60  # seconds


@private
@require_safe
@login_required(login_url="account_request_login_code")
def my_bookings(request: HttpRequest) -> HttpResponse:
    """The bookings of every record of the signed-in client's proved address."""
    company, now = Company.objects.current(), timezone.now()
    tab = request.GET.get("show") if request.GET.get("show") in TABS else TABS[0]
    rows_of_tab = _of_tab(tab, request.user, now)
    page = Paginator(rows_of_tab, ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    links = links_for(shown, viewer=CLIENT)
    rows = [
        {
            "booking": booking,
            "link": links.get(booking.pk),
            "standing": standing_of(booking, company, now=now),
        }
        for booking in shown
    ]
    context = {
        "company": company,
        "zone": zone_of(request, company.zone),
        "part": "bookings",
        "tab": tab,
        "rows": rows,
        "page": page,
        "waiting": _waiting(request.user, now) if (tab, page.number) == (TABS[0], 1) else [],
    }
    return render(request, "site/my_bookings.html", context)


def _of_tab(tab: str, user, now):
    """Held, pending and confirmed ones stand by their time; what was ended is cancelled."""
    bookings = shown_bookings().of_user(user)
    has_lapsed = Q(state=Booking.HELD, held_until__lte=now)
    if tab == "cancelled":
        ended = bookings.filter(has_lapsed | ~Q(state__in=Booking.TAKING_SEATS))
        return ended.order_by("-session__starts_at", "pk")
    bookings = bookings.taking_seats().exclude(has_lapsed)
    if tab == "past":
        return bookings.filter(session__ends_at__lte=now).order_by("-session__starts_at", "pk")
    return bookings.filter(session__ends_at__gt=now).order_by("session__starts_at", "pk")


def _waiting(user: User, now: datetime) -> list[WaitingEntry]:
    """What the user waits for, while the feature is on: an offer is among the bookings."""
    if not features.is_on(WAITING_LIST):
        return []
    entries = WaitingEntry.objects.waiting().of_user(user).with_session()
    to_come = entries.filter(session__status=Session.ACTIVE, session__starts_at__gt=now)
    return list(to_come.order_by("session__starts_at", "pk")[:MOST_WAITING])


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and go back to the front page."""
    logout(request)
    return redirect("site:home")


@method_decorator(limited, name="dispatch")
class AskForCode(RequestLoginCodeView):
    """Asks for the address; whether anybody knows it, the answer does not say."""

    form_class = CodeForm
    template_name = "account/request_login_code.html"

    def form_valid(self, form):
        ClientCode.start(self.request, form.cleaned_data["email"])
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form):
        """429 to who asked for too many; the limits are allauth's, by sender and by address."""
        response = super().form_invalid(form)
        if form.has_error("email", TOO_MANY):
            response.status_code, response["Retry-After"] = 429, str(MINUTE)
        return response

    def _redirect_to_pending_stage(self, request, stage):
        """Stay: whoever comes back here wants another code, or mistyped the address."""


class TypeCode(ConfirmLoginCodeView):
    """Takes the code from the mail; after three wrong ones another must be asked for."""

    template_name = "account/confirm_login_code.html"

    @method_decorator(limited)
    @method_decorator(login_stage_required(LoginByCodeStage.key, "account_request_login_code"))
    def dispatch(self, request, *args, **kwargs):
        self.stage = request._login_stage
        self._process = ClientCode.resume(self.stage)
        if not self._process:
            return redirect("account_request_login_code")
        return super(ConfirmLoginCodeView, self).dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        response = super().form_valid(form)
        speak_as_kept(self.request, response)
        return response
