"""What is measured, row by row: the product and the floor in turn."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from benchmarks import asking, measure
from benchmarks.asking import Bookings, Offer
from benchmarks.measure import Asking, Figures
from benchmarks.stack import Server

SECONDS = min(6, int(os.environ.get("DURATION", "4")))  # a run
MANY, SOME = 16, 8  # connections
WARM_UP_BOOKINGS = 60
# More than any server makes in a run, so that no half-hour is asked for twice.
MOST_BOOKINGS_A_SECOND = 900


@dataclass(frozen=True)
class Place:
    """Where to ask: a server, the database behind it, and what can be asked for there."""

    server: Server
    database_pid: int
    offers: list[Offer]
    bookings: Bookings
    cookie: str = ""

    def run(self, requests: list[str], connections: int, *, cookie: str = "") -> Figures:
        wish = Asking(requests, connections, SECONDS, cookie)
        return measure.run(self.server, self.database_pid, wish)

    def warm_up(self) -> None:
        """Let both processes load and connect whatever they do only once, before any timing."""
        lines = [
            line for kind in (*SLOTS.values(), *PAGES.values()) for line in kind(self.offers)[:9]
        ]
        lines += [*asking.feed_week(), *self.bookings.take(WARM_UP_BOOKINGS)]
        self.run(lines, MANY, cookie=self.cookie)

    def served_by(self, server: Server) -> "Place":
        return replace(self, server=server)


@dataclass(frozen=True)
class Pair:
    """One thing asked of the product and, where it can answer, of the floor."""

    product: Figures
    floor: Figures | None = None

    @property
    def cpu_ratio(self) -> float:
        assert self.floor is not None
        return self.product.cpu_ms / self.floor.cpu_ms


@dataclass(frozen=True)
class Row:
    """A scenario one request at a time, and many at once."""

    one: Pair
    many: Pair


SLOTS: dict[str, Callable[[list[Offer]], list[str]]] = {
    "1": asking.day_of_one,
    "2": asking.day_of_any,
    "3": asking.month_of_one,
    "4": asking.month_of_any,
}
PAGES: dict[str, Callable[[list[Offer]], list[str]]] = {
    "one provider": asking.day_page,
    "any of ten": asking.day_page_of_any,
}


def slots(product: Place, floor: Place, number: str) -> Row:
    """Rows 1–4, by the JSON API."""
    requests = SLOTS[number](product.offers)
    pairs = [
        Pair(*measure.in_turn(*(partial(at.run, requests, connections) for at in (product, floor))))
        for connections in (1, MANY)
    ]
    return Row(*pairs)


def page(product: Place, kind: str) -> Row:
    """The booking site's page of a day, which computes the month around it."""
    requests = PAGES[kind](product.offers)
    one, many = (
        measure.in_turn(partial(product.run, requests, connections))[0] for connections in (1, MANY)
    )
    return Row(Pair(one), Pair(many))


def booking(product: Place, floor: Place) -> Pair:
    """Row 5: bookings, eight at a time."""
    return Pair(*measure.in_turn(*(partial(_book, at) for at in (product, floor))))


def _book(at: Place) -> Figures:
    lines = at.bookings.take(MOST_BOOKINGS_A_SECOND * SECONDS)
    return at.run(lines, SOME)


def feed(product: Place) -> dict[str, Pair]:
    """Row 7: the staff's calendar, one request at a time."""
    found = {}
    for name, requests in (("week", asking.feed_week()), ("month", asking.feed_month())):
        run = partial(product.run, requests, 1, cookie=product.cookie)
        found[name] = Pair(*measure.in_turn(run))
    return found


def growth(small: Place, large: Place) -> dict[str, Pair]:
    """Row 8: the same questions to a company with more in its tables, in turn.

    In each pair the larger company stands in the product's place, the small in the floor's.
    """
    found = {
        number: _in_turn(large, small, lambda at, ask=SLOTS[number]: at.run(ask(at.offers), MANY))
        for number in ("1", "3", "4")
    }
    found["5"] = _in_turn(large, small, _book)
    if len(large.offers) == len(small.offers):  # else there is more in view, too
        found["7"] = _in_turn(
            large, small, lambda at: at.run(asking.feed_week(), MANY, cookie=at.cookie)
        )
    return found


def _in_turn(large: Place, small: Place, perform: Callable[[Place], Figures]) -> Pair:
    return Pair(*measure.in_turn(partial(perform, large), partial(perform, small), rounds=3))
