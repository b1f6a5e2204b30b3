"""Reports > Utilisation: how much of the working time is booked."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from booking.formats import format_zone
from booking.models import Provider
from web.desk.access import SEE_BOOKINGS, staff_page, visible_providers
from web.desk.pages import desk_page
from web.desk.reports.utilisation import UtilisationForm, utilisation


@require_safe
@staff_page(SEE_BOOKINGS)
def page(request: HttpRequest) -> HttpResponse:
    """By provider, and by hour of the week."""
    form = UtilisationForm(request.GET, user=request.user)
    return desk_page(
        request,
        "desk/report_utilisation.html",
        title=gettext_lazy("Utilisation"),
        form=form,
        found=_found(request, form) if form.is_valid() else None,
        weekdays=[name for _number, name in sorted(WEEKDAYS_ABBR.items())],
        zone=format_zone(timezone.now(), timezone.get_current_timezone(), request.LANGUAGE_CODE),
    )


def _found(request: HttpRequest, form: UtilisationForm):
    chosen = form.cleaned_data
    one: Provider | None = chosen["provider"]
    everyone = visible_providers(request.user).active().in_order()
    return utilisation(
        request.user,
        [one] if one is not None else everyone,
        chosen["first"],
        chosen["last"],
        chosen["service"],
    )
