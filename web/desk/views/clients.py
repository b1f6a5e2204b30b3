"""One client: who they are, what is booked, and how it went so far."""

from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.models import Booking, Client
from notifications.kinds import Audience
from notifications.models import Message
from web.desk.access import (
    SEE_CLIENTS,
    SEE_MESSAGES,
    erasable_clients,
    may_merge,
    staff_page,
    visible_bookings,
    visible_clients,
    visible_messages,
)
from web.desk.answers import next_of
from web.desk.history import erasure_of
from web.desk.pages import ROWS_A_PAGE, desk_page
from web.desk.views.merging import with_bookings
from web.desk.visits import counts_of

# Of what is to come, and of messages: more is in the reports.
MOST_COMING, MOST_MESSAGES, MOST_NOTES, MOST_ALIKE = 50, 20, 10, 10


@require_safe
@staff_page(SEE_CLIENTS)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The client's page; of their bookings only those on show to this person."""
    clients = visible_clients(request.user).select_related("user")
    client = get_object_or_404(clients, pk=pk)
    bookings, now = visible_bookings(request.user).filter(client=client), timezone.now()
    people = bookings.with_people().select_related("label")
    coming = list(people.coming(now)[:MOST_COMING])
    return desk_page(
        request,
        "desk/client.html",
        title=str(client),
        client=client,
        next_booking=coming[0] if coming else None,
        coming=coming[1:],
        past=_past(request, people, now),
        counts=counts_of(bookings, now),
        noted=_noted(people),
        sent=_sent(request, client),
        alike=_alike(client) if may_merge(request.user) and not client.erased_at else [],
        may_erase=erasable_clients(request.user).filter(pk=pk).exists(),
        erased_by=erasure_of(client),
        back=next_of(request),
    )


def _past(request: HttpRequest, people: QuerySet[Booking], now: datetime):
    """What is over or was given up, latest first, a page of it."""
    over = people.exclude(pk__in=people.coming(now).order_by().values("pk"))
    rows = over.order_by("-session__starts_at", "-pk")
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))


def _alike(client: Client) -> list[Client]:
    """Records that may be of the same person, with how much hangs on each."""
    alike = Client.objects.like(client)
    return list(with_bookings(alike).order_by("pk")[:MOST_ALIKE])


def _noted(people: QuerySet[Booking]) -> list[Booking]:
    """The latest bookings on which the client or the staff wrote something."""
    silent = Q(note="", comment="")
    return list(people.exclude(silent).order_by("-session__starts_at", "-pk")[:MOST_NOTES])


def _sent(request: HttpRequest, client: Client) -> list[Message]:
    """The latest messages to this client, for who may read messages."""
    if not request.user.has_perm(SEE_MESSAGES):
        return []
    rows = visible_messages(request.user).filter(booking__client=client, audience=Audience.CLIENT)
    return list(rows.with_subjects().without_words().newest_first()[:MOST_MESSAGES])
