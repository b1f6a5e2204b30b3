"""Taking all that is kept about oneself along, and having it erased."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking import actions
from booking.models import Company, WaitingEntry
from web.privacy import private
from web.site.limits import limited, limited_also_reading
from web.site.own_forms import EraseForm
from web.site.personal import everything_about
from web.site.standing import shown_bookings
from web.site.views.details import adopt_own
from web.site.zones import zone_of


@private
@limited
@require_http_methods(["GET", "HEAD", "POST"])
@login_required(login_url="account_request_login_code")
def own_data(request: HttpRequest) -> HttpResponse:
    """Say what is kept, and what erasing does; a POST erases. Answers 422 without certainty."""
    form = EraseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return _erased(request)
    company, now = Company.objects.current(), timezone.now()
    ahead = shown_bookings().of_user(request.user).taking_seats()
    waiting = WaitingEntry.objects.waiting().of_user(request.user).with_session()
    context = {
        "company": company,
        "zone": zone_of(request, company.zone),
        "part": "data",
        "form": form,
        "ahead": ahead.filter(session__starts_at__gt=now).order_by("session__starts_at", "pk"),
        "waiting": waiting.order_by("session__starts_at", "pk"),
    }
    return render(request, "site/my_data.html", context, status=422 if form.errors else 200)


def _erased(request: HttpRequest) -> HttpResponse:
    """Erase the records of the address, also one that it booked with a moment ago."""
    adopt_own(request)
    ids = list(request.user.clients.values_list("pk", flat=True))
    actions.erase_clients(client_ids=ids, now=timezone.now())
    logout(request)
    messages.success(request, _("Your data is erased, and you are signed out."))
    return redirect("site:home")


@private
@limited_also_reading
@require_safe
@login_required(login_url="account_request_login_code")
def own_data_file(request: HttpRequest) -> HttpResponse:
    """All of it as one file, for people and programs to read."""
    now = timezone.now()
    response = JsonResponse(
        everything_about(request.user, now=now),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )
    response["Content-Disposition"] = f'attachment; filename="my-data-{now:%Y-%m-%d}.json"'
    return response
