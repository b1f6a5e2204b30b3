"""Making one client of two records or more."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions import merge_clients
from booking.errors import BookingError
from booking.models import Client
from web.desk.access import CHANGE_CLIENTS, SEE_ALL_BOOKINGS, may_merge, staff_page
from web.desk.answers import form_page
from web.desk.merge_forms import MergeForm
from web.desk.pages import desk_page

_MOST = 20


def with_bookings(clients: QuerySet[Client]) -> QuerySet[Client]:
    return clients.select_related("user").annotate(
        bookings_made=Count("bookings", distinct=True), places_waited_for=Count("waiting")
    )


@form_page
@staff_page(CHANGE_CLIENTS)
def merge(request: HttpRequest) -> HttpResponse:
    """Ask which of the records named in the address stays, and what it says; then do it."""
    if not request.user.has_perm(SEE_ALL_BOOKINGS):
        raise Http404
    if not may_merge(request.user):
        raise PermissionDenied
    clients = _named(request)
    if len(clients) < 2:
        messages.warning(request, _("Tick the clients to merge first."))
        return redirect(*_back_from(clients))
    form = MergeForm(request.POST or None, clients=clients)
    if form.is_valid():
        try:
            return _merged(request, form)
        except BookingError as refusal:
            form.add_error(None, str(refusal))
    title = gettext_lazy("Merge clients")
    return desk_page(request, "desk/client_merge.html", title=title, form=form)


def _back_from(clients: list[Client]) -> tuple[str | int, ...]:
    return ("desk:client", clients[0].pk) if clients else ("admin:booking_client_changelist",)


def _named(request: HttpRequest) -> list[Client]:
    asked = request.POST.getlist("client") or request.GET.getlist("client")
    ids = {int(pk) for pk in asked if pk.isdecimal() and len(pk) < 16}
    return list(with_bookings(Client.objects.known().filter(pk__in=ids)).order_by("pk")[:_MOST])


def _merged(request: HttpRequest, form: MergeForm) -> HttpResponse:
    kept = form.kept
    merge_clients(
        kept_id=kept.pk,
        other_ids=[other.pk for other in form.others],
        now=timezone.now(),
        actor=request.user,
    )
    Client.objects.filter(pk=kept.pk).update(**form.values)
    messages.success(request, _("%(name)s is one client now.") % {"name": form.values["name"]})
    return redirect("desk:client", kept.pk)
