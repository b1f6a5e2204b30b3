"""Messages sent to a signed-in client."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from booking.models import Company
from notifications.actions import messages_to
from web.privacy import private
from web.site.zones import zone_of

ROWS_A_PAGE = 25


@private
@require_safe
@login_required(login_url="account_request_login_code")
def messages(request: HttpRequest) -> HttpResponse:
    """What was sent, what waits to be sent, and what could not be delivered, newest first."""
    company = Company.objects.current()
    rows = messages_to(request.user).without_words()
    context = {
        "company": company,
        "zone": zone_of(request, company.zone),
        "part": "messages",
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "site/my_messages.html", context)


@private
@require_safe
@login_required(login_url="account_request_login_code")
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message as it was sent; 404 for one to anybody else."""
    company = Company.objects.current()
    context = {
        "company": company,
        "zone": zone_of(request, company.zone),
        "part": "messages",
        "message": get_object_or_404(messages_to(request.user), pk=pk),
    }
    return render(request, "site/my_message.html", context)
