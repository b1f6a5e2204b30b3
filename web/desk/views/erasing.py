"""Erasing what is personal of a client who asks the staff for it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions import erase_clients
from booking.models import Booking
from web.desk.access import DELETE_CLIENTS, erasable_clients, staff_page
from web.desk.answers import form_page
from web.desk.pages import desk_page


@form_page
@staff_page(DELETE_CLIENTS)
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what erasing does, and ask for certainty; then do it."""
    client = get_object_or_404(erasable_clients(request.user), pk=pk)
    if request.method == "POST":
        erase_clients(client_ids=[client.pk], now=timezone.now(), actor=request.user)
        messages.success(request, _("The client’s data is erased."))
        return redirect("desk:client", client.pk)
    ahead = Booking.objects.taking_seats().filter(
        client=client, session__starts_at__gt=timezone.now()
    )
    return desk_page(
        request,
        "desk/client_erase.html",
        title=gettext_lazy("Erase a client"),
        client=client,
        ahead=ahead.with_people().order_by("session__starts_at", "pk"),
    )
