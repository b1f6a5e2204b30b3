"""The seeded company: `python -m benchmarks.dataset company|tenfold|history N|race|online|columns`.

Ten services of thirty minutes, each offered by the same ten providers, Monday to Friday from nine
to five; 500 clients; 2,000 bookings on the half-hour over sixty days. *tenfold* is ten such
companies side by side in one. *history* adds bookings that are over, *race* what
`benchmarks.race` fights for; *online* is a company without bookings, of one service and many
providers; *columns* has twenty providers and its 2,000 bookings in one month. Rows are written
straight into the tables: what is measured later is not how they came there.
"""

import os
import random
import sys
from datetime import datetime, timedelta
from itertools import product

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import days, history  # noqa: E402
from benchmarks.outside import HOSTS  # noqa: E402
from booking.models import (  # noqa: E402
    Booking,
    Client,
    Company,
    Event,
    Feature,
    Provider,
    Service,
    Session,
    WorkingHours,
)

SEED = 2026
PROVIDERS = 10  # and as many services
COLUMNS = 20  # providers side by side in the calendar
CLIENTS = 500
BOOKINGS = 2_000
LENGTH = timedelta(minutes=30)
CLASS_SEATS = 5


def fill_company(*, times: int = 1) -> None:
    """Write the company, or one that is so many times as large."""
    chance = random.Random(SEED)
    _write_rules()
    clients = _write_clients(CLIENTS * times)
    starts = days.half_hours(days.weekdays(days.first_day(), days.DAYS))
    for part in range(times):
        ten = range(part * PROVIDERS, (part + 1) * PROVIDERS)
        providers, services = _write_part(ten, ten)
        _write_bookings(chance, list(product(providers, starts)), services, clients)


def fill_columns() -> None:
    """Many columns, and what a large company books in one month."""
    _write_rules()
    first = days.first_day()
    month = days.weekdays(first, (days.last_of_month(first) - first).days + 1)
    providers, services = _write_part(range(COLUMNS), range(PROVIDERS))
    free = list(product(providers, days.half_hours(month)))
    _write_bookings(random.Random(SEED), free, services, _write_clients(CLIENTS))


def fill_online() -> None:
    _write_rules()
    _write_part(range(HOSTS), range(1))


def _write_rules() -> None:
    Company(
        name="Benchmark", timezone=days.ZONE.key, email="office@bench.example",
        grid_minutes=30, notice_minutes=0, horizon_days=days.MAKING_UNTIL + 60,
    ).save()  # fmt: skip
    for key in ("classes", "online-meetings"):
        Feature.objects.update_or_create(key=key, defaults={"is_enabled": True})
    _write_hours([None])


def _write_clients(count: int) -> list[Client]:
    return Client.objects.bulk_create(
        [Client(name=f"Client {n}", email=f"client{n}@client.example") for n in range(count)]
    )


def _write_part(whose: range, what: range) -> tuple[list[Provider], list[Service]]:
    """Providers, and the services that all of them offer."""
    providers = Provider.objects.bulk_create(
        [Provider(name=f"Provider {n:03}", email=f"p{n}@bench.example", position=n) for n in whose]
    )
    services = Service.objects.bulk_create(_service(f"Service {n:03}", position=n) for n in what)
    _offer(services, providers)
    _write_hours(providers)
    return providers, services


def _service(name: str, **fields) -> Service:
    slug = name.lower().replace(" ", "-")
    return Service(name=name, slug=slug, **{"is_online_meeting": True, **fields})


def _offer(services: list[Service], providers: list[Provider]) -> None:
    offered = Service.providers.through
    offered.objects.bulk_create(
        offered(service=service, provider=provider)
        for service, provider in product(services, providers)
    )


def _write_hours(providers: list[Provider | None]) -> None:
    """Nine to five for each; None is the company."""
    WorkingHours.objects.bulk_create(
        WorkingHours(provider=provider, weekday=weekday, starts=days.OPENS, ends=days.CLOSES)
        for provider, weekday in product(providers, range(5))
    )


def _write_bookings(
    chance: random.Random,
    free: list[tuple[Provider, datetime]],
    services: list[Service],
    clients: list[Client],
) -> None:
    taken = chance.sample(free, BOOKINGS)
    sessions = Session.objects.bulk_create(
        session_of(chance.choice(services), provider, starts_at) for provider, starts_at in taken
    )
    bookings = Booking.objects.bulk_create(
        Booking(session=session, client=chance.choice(clients)) for session in sessions
    )
    now = timezone.now()
    Event.objects.bulk_create(
        Event(kind=Event.BOOKED, session=booking.session, booking=booking, occurred_at=now)
        for booking in bookings
    )


def session_of(
    service: Service, provider: Provider, starts_at: datetime, *, seats: int = 1, taken: int = 1
) -> Session:
    ends_at = starts_at + service.duration
    return Session(
        service=service, provider=provider, starts_at=starts_at, ends_at=ends_at,
        occupied_from=starts_at, occupied_until=ends_at, capacity=seats, seats_taken=taken,
    )  # fmt: skip


def fill_race() -> None:
    """What is fought for: a longer service, one with three providers, and classes."""
    providers = list(Provider.objects.in_order()[:3])
    services = [
        _service("Long", duration_minutes=60),
        _service("Trio"),
        _service("Class", kind=Service.CLASS, capacity=CLASS_SEATS),
    ]
    long, trio, lesson = Service.objects.bulk_create(services)
    _offer([long, trio, lesson], providers)
    # In hours of their own, so that a class is in nobody's way.
    evening = timedelta(hours=9)
    Session.objects.bulk_create(
        session_of(lesson, providers[0], start + evening, seats=CLASS_SEATS, taken=0)
        for start in days.to_be_made()[:: days.HALF_HOURS]
    )


def main() -> None:
    what, *rest = sys.argv[1:]
    with transaction.atomic(), connection.cursor() as cursor:
        if what == "history":
            history.add(cursor, int(rest[0]))
        else:
            {
                "company": fill_company,
                "tenfold": lambda: fill_company(times=10),
                "race": fill_race,
                "online": fill_online,
                "columns": fill_columns,
            }[what]()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # what the server's own cleaner would have done by then


if __name__ == "__main__":
    main()
