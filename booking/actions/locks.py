"""Rows are locked in one order by every action: service, providers by id, sessions by id.

NO KEY: rows that refer to a locked one can still be written meanwhile, so that a message
to a provider, owed by somebody who waits for nothing else, does not end in a deadlock.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet

from booking.errors import NotBookable
from booking.models import Provider, Service, Session


def lock_service(service: Service) -> None:
    """Lock a service where its bookings of a day are counted over all its providers."""
    if service.daily_maximum is not None:
        Service.objects.select_for_update(no_key=True).get(pk=service.pk)


def lock_providers(providers: QuerySet[Provider], *, now: datetime) -> list[Provider]:
    """Lock rows of providers by id, and return them.

    Each says in ``has_lapsed_hold`` whether time of theirs is to be freed.
    """
    lapsed = Session.objects.active().filter(provider=OuterRef("pk"), held_until__lte=now)
    marked = providers.annotate(has_lapsed_hold=Exists(lapsed))
    return list(marked.select_for_update(of=("self",), no_key=True).order_by("pk"))


def lock_provider_of(service: Service, provider_id: int, *, now: datetime) -> Provider:
    """Lock one active provider of a service. Raises NotBookable when there is none."""
    locked = lock_providers(service.providers.active().filter(pk=provider_id), now=now)
    if not locked:
        raise NotBookable
    return locked[0]


def lock_sessions(session_ids: Iterable[int | None]) -> None:
    """Lock rows of sessions by id; None, or what can be no id, stands for no session."""
    ids = [pk for pk in session_ids if pk is not None and 0 < pk <= BigIntegerField.MAX_BIGINT]
    list(Session.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def lock_what_clients_have(client_ids: Collection[int], *, now: datetime) -> None:
    """Lock what others lock before they come to a client: whoever books, or is offered a place.

    Appointments before classes, as whoever frees a provider's time for a class does.
    """
    theirs = Session.objects.filter(
        Q(bookings__client__in=client_ids) | Q(waiting__client__in=client_ids), ends_at__gt=now
    )
    lock_providers(Provider.objects.filter(pk__in=theirs.values("provider")), now=now)
    for kind in (Service.APPOINTMENT, Service.CLASS):
        lock_sessions(theirs.filter(service__kind=kind).values_list("pk", flat=True))
