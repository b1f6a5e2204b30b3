"""What is asked: the requests of each scenario, as lines of method, path and body."""

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import psycopg

from benchmarks import days

SEED = 7
MOST_LINES = 4_000  # rotated over
_CATALOGUE = """
SELECT service.id, service.slug, array_agg(offers.provider_id ORDER BY offers.provider_id)
FROM booking_service AS service
JOIN booking_service_providers AS offers ON offers.service_id = service.id
GROUP BY service.id ORDER BY service.id
"""


@dataclass(frozen=True)
class Offer:
    """A service and who offers it, by their ids."""

    service: int
    slug: str
    providers: tuple[int, ...]


def catalogue(database_url: str) -> list[Offer]:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(_CATALOGUE).fetchall()
    return [Offer(service, slug, tuple(providers)) for service, slug, providers in rows]


def slots_path(service: int, provider: int | None, first: date, last: date) -> str:
    asked = f"service={service}&from={first}&to={last}"
    return f"/api/v1/slots?{asked}&provider={provider}" if provider else f"/api/v1/slots?{asked}"


def day_of_one(offers: list[Offer]) -> list[str]:
    return [_get(slots_path(o.service, p, day, day)) for o, p, day in _rotated(offers)]


def day_of_any(offers: list[Offer]) -> list[str]:
    return [_get(slots_path(o.service, None, day, day)) for o, _p, day in _rotated(offers)]


def month_of_one(offers: list[Offer]) -> list[str]:
    first, last = _month()
    return [_get(slots_path(o.service, p, first, last)) for o, p, _day in _rotated(offers)]


def month_of_any(offers: list[Offer]) -> list[str]:
    first, last = _month()
    return [_get(slots_path(o.service, None, first, last)) for o, _p, _day in _rotated(offers)]


def day_page(offers: list[Offer]) -> list[str]:
    """The page of the booking site: the month's days, and the times of one."""
    return [_get(f"/book/{o.slug}/?day={day}&provider={p}") for o, p, day in _rotated(offers)]


def day_page_of_any(offers: list[Offer]) -> list[str]:
    return [_get(f"/book/{o.slug}/?day={day}") for o, _p, day in _rotated(offers)]


def times_page(offers: list[Offer]) -> str:
    """The address of the page on which a time of some service is chosen."""
    return f"/book/{offers[0].slug}/"


def feed(first: date, length_days: int) -> list[str]:
    """The staff's calendar of everybody."""
    until = first + timedelta(days=length_days)
    return [_get(f"/admin/calendar/feed/?view=week&start={first}&end={until}")]


def feed_week() -> list[str]:
    first = days.first_day()
    return feed(first - timedelta(days=first.weekday()) + timedelta(days=7), 7)


def feed_month() -> list[str]:
    first, last = _month()
    return feed(first, (last - first).days + 1)


def booking_path() -> str:
    return "/api/v1/bookings"


def new_client(number: int) -> dict[str, str]:
    return {"name": f"Maker {number}", "email": f"maker{number}@client.example"}


def booking_body(
    service: int, provider: int | None, starts_at: datetime, client: dict[str, str]
) -> str:
    asked = {"service": service, "starts_at": starts_at.isoformat(), "client": client}
    return json.dumps({**asked, "provider": provider} if provider else asked)


def one_booking(offers: list[Offer]) -> str:
    """A line that books what no other line does."""
    offer, starts_at = offers[0], days.to_be_made()[-1]
    body = booking_body(offer.service, offer.providers[0], starts_at, new_client(0))
    return f"POST\t{booking_path()}\t{body}"


class Bookings:
    """Lines that book: each another provider's half-hour, none of them taken, none twice."""

    def __init__(self, offers: list[Offer]) -> None:
        chance = random.Random(SEED)
        places = list(itertools.product(offers[0].providers, days.to_be_made()[:-1]))
        chance.shuffle(places)
        services = [o.service for o in offers if o.providers == offers[0].providers]
        self._lines = self._all(chance, services, places)

    @staticmethod
    def _all(chance, services, places) -> Iterator[str]:
        for number, (provider, starts_at) in enumerate(places):
            client = new_client(number)
            body = booking_body(chance.choice(services), provider, starts_at, client)
            yield f"POST\t{booking_path()}\t{body}"

    def take(self, count: int) -> list[str]:
        return list(itertools.islice(self._lines, count))


def _month() -> tuple[date, date]:
    first = days.first_day()
    return first, days.last_of_month(first)


def _rotated(offers: list[Offer]) -> list[tuple[Offer, int, date]]:
    """Services, providers and days of the month in an order that chance gave once."""
    first, last = _month()
    month = list(days.weekdays(first, (last - first).days + 1))
    found = [(o, p, day) for o in offers for p in o.providers for day in month]
    random.Random(SEED).shuffle(found)
    return found[:MOST_LINES]


def _get(path: str) -> str:
    return f"GET\t{path}\t"
