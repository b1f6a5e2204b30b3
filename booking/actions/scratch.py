"""Services and providers to try things on, and their removal without a trace.

Scratch rows are known by marks that nobody else's can bear by chance: the slug of a service,
and the addresses of providers and clients, in a domain that cannot exist (RFC 2606). Nobody
is told of them as long as whoever tries things has no listeners (``EVENT_LISTENERS``).
"""

from uuid import uuid4

from django.db.models import Q

from booking.actions.transactions import in_one_transaction
from booking.models import Booking, Client, Event, Provider, Service, Session

SCRATCH_SLUG = "zustrich-scratch-"
SCRATCH_DOMAIN = "@zustrich-scratch.invalid"


def scratch_provider() -> Provider:
    """A provider for trials."""
    return Provider.objects.create(name="Scratch", email=f"{uuid4().hex}{SCRATCH_DOMAIN}")


def scratch_service(*providers: Provider, **fields: object) -> Service:
    """An unlisted service for trials, of scratch providers, round the clock without notice."""
    service: Service = Service.objects.create(
        **{
            "name": "Scratch",
            "slug": f"{SCRATCH_SLUG}{uuid4().hex}",
            "is_listed": False,
            "ignores_hours": True,
            "grid_minutes": 5,
            "notice_minutes": 0,
            "horizon_days": 365,
            **fields,
        }
    )
    service.providers.set(providers)
    return service


@in_one_transaction
def remove_scratch() -> int:
    """Remove every scratch row, also those that a killed trial left; returns how many.

    A client who typed an address of that domain, and booked or waits for something real, stays.
    """
    of_trials = Q(email__endswith=SCRATCH_DOMAIN)
    services = Service.objects.filter(slug__startswith=SCRATCH_SLUG, is_listed=False)
    providers = Provider.objects.filter(of_trials)
    sessions = Session.objects.filter(provider__in=providers)
    bookings = Booking.objects.filter(session__in=sessions)
    events = Event.objects.filter(Q(session__in=sessions) | Q(booking__in=bookings))
    clients = Client.objects.filter(of_trials, bookings=None, waiting=None)
    # What refers to others goes before them.
    rows = (events, bookings, sessions, clients, services, providers)
    return sum(these.delete()[0] for these in rows)
