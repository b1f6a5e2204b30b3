"""What signed-in clients say of themselves: a form for each of their records."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import actions
from booking.errors import BookingError
from booking.models import Client, Company
from web.privacy import private
from web.site.languages import remember_language
from web.site.limits import limited
from web.site.own_forms import OwnDetailsForm
from web.site.zones import zone_of


@private
@limited
@require_http_methods(["GET", "HEAD", "POST"])
@login_required(login_url="account_request_login_code")
def details(request: HttpRequest) -> HttpResponse:
    """Show the forms; a POST saves one of them. Answers 409 when refused, 422 when at fault."""
    sent, status = None, 200
    if request.method == "POST":
        client = get_object_or_404(request.user.clients.known(), pk=_number(request))
        sent = _form(request, client, request.POST)
        status = _saved(sent)
        if status == 200:
            messages.success(request, _("Your details are saved."))
            response = redirect("site:my-details")
            remember_language(response, sent.cleaned_data["language"])
            return response
    clients = request.user.clients.known().order_by("pk")
    forms = [
        sent if sent is not None and sent.client == client else _form(request, client)
        for client in clients
    ]
    context = {"forms": forms, "part": "details"}
    return render(request, "site/my_details.html", context, status=status)


def _number(request: HttpRequest) -> int:
    text = request.POST.get("client", "")
    return int(text) if text.isdecimal() and len(text) < 16 else 0


def _form(request: HttpRequest, client: Client, sent=None) -> OwnDetailsForm:
    company = Company.objects.current()
    zone = zone_of(request, company.zone).key
    return OwnDetailsForm(sent, client=client, zone=zone, language=get_language() or "")


def _saved(form: OwnDetailsForm) -> int:
    if not form.is_valid():
        return 422
    try:
        actions.change_client(client_id=form.client.pk, values=form.values, now=timezone.now())
    except BookingError as refusal:
        form.add_error("name", str(refusal))
        return 409
    return 200
