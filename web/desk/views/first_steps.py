"""First steps of a new company, until somebody hides them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from booking.models import Company
from web.desk.access import staff_page
from web.desk.answers import next_of
from web.desk.first_steps import CHANGE_COMPANY, progress_of
from web.desk.pages import desk_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(CHANGE_COMPANY)
def page(request: HttpRequest) -> HttpResponse:
    """Show the list; a POST hides it on the calendar, or shows it there again."""
    if request.method == "POST":
        hides = request.POST.get("hides") == "1"
        Company.objects.update_or_create(pk=Company.THE_ONE, defaults={"hides_first_steps": hides})
        return redirect(next_of(request) or "desk:first-steps")
    return desk_page(
        request,
        "desk/first_steps.html",
        title=_("First steps"),
        progress=progress_of(request.user),
        is_hidden=Company.objects.current().hides_first_steps,
    )
