"""What is aimed at, and what others were measured to do (quoted, not rerun)."""

from dataclasses import dataclass

EA, DJA, CAL = "Easy!Appointments 1.6.0", "django-appointment 3.12.0", "cal.com (computing only)"


@dataclass(frozen=True)
class Peer:
    """A peer's figure on the same class of machine: one request's ms, or requests a second."""

    name: str
    ms: float | None = None
    per_second: float | None = None


@dataclass(frozen=True)
class Target:
    """At least (``>=``) or at most (``<=``) a ``bound``; ``moonshot`` is the wish beyond it."""

    what: str
    sign: str
    bound: float | None
    moonshot: float | None = None

    def keeps(self, bound: float | None, found: float) -> bool:
        """Whether a figure keeps a bound; one that there is not is not kept."""
        if bound is None:
            return False
        return found >= bound if self.sign == ">=" else found <= bound


@dataclass(frozen=True)
class Faster:
    """So many times faster than a peer, by its own measure."""

    peer: Peer
    times: float
    moonshot: float | None = None


TITLES = {
    "1": "free slots, 1 provider, 1 day",
    "2": "free slots, any of 10, 1 day",
    "3": "free slots of a month, 1 provider, one call",
    "4": "free slots of a month, any of 10, one call",
    "5": "create a booking, 8 at a time",
    "7": "calendar feed of a week",
}
CPU_OF_FLOOR = {
    "1": Target("CPU, times the floor's", "<=", 3, 2),
    "4": Target("CPU, times the floor's", "<=", 3, 1.5),
}
FASTER = {
    "1": [
        Faster(Peer(EA, ms=10), 3.5),
        Faster(Peer(EA, per_second=186), 3.5),
        Faster(Peer(DJA, ms=35), 12),
        Faster(Peer(DJA, per_second=58), 12),
    ],
    "2": [Faster(Peer(EA, ms=52), 7.5, 15), Faster(Peer(EA, per_second=39), 7.5, 15)],
    "3": [
        Faster(Peer(f"{EA}, dates only", ms=124), 15),
        Faster(Peer(f"{DJA}, 31 calls", ms=1047), 100),
    ],
    "4": [Faster(Peer(f"{EA}, 31 calls", ms=1587), 75), Faster(Peer(CAL, ms=200), 10)],
}
MONTH_MS = Target("ms, one at a time", "<=", None, 5)
BOOKINGS = [
    Target("bookings a second", ">=", 200),
    Target(f"times {EA}'s 52 a second", ">=", 4),
    Target("times the floor's bookings a second", ">=", None, 0.6),
]
PEERS_BOOKINGS = 52
EXACT = Target("share of rounds that are exactly right", ">=", 1)
LOSERS = Target("ms until losers have their answer, p99", "<=", 500, 250)
FEED = {
    "week": (Target("ms", "<=", 25), Target("kB", "<=", 80)),
    "month": (Target("ms", "<=", 80), Target("kB", "<=", 350)),
}
GROWTH = Target("CPU, times the small company's", "<=", 1.15, 1.05)
CALM = Target("ms of a booking, times what it is while both are quick", "<=", 1.1, 1.0)
WAITS = {
    50: Target("ms from a booking's commit until all it owes is done, p50", "<=", 150, 115),
    99: Target("ms from a booking's commit until all it owes is done, p99", "<=", 300, 150),
}
BURST = [
    Target("lost", "<=", 0),
    Target("doubled", "<=", 0),
    Target("meetings and messages a second", ">=", 150, 240),
]
QUERIES = {
    "slots of a day": 3,
    "slots of a month": 4,
    "page of a day": 4,
    "calendar feed": 3,
    "booking": 12,
}
FIRST_PAGE = Target("kB sent, without pictures", "<=", 150)
# Good is what three of four visitors should find (web.dev/articles/fcp).
PAINTED = Target("ms until something can be seen, nothing in the cache", "<=", 1800)
# What nobody notices: a second to begin with, and ten pictures a second under the hand.
USABLE = Target("ms until every booking stands there", "<=", 1000)
FRAME = Target("ms between two pictures while a booking is dragged, p95", "<=", 100)
DROPPED = Target("ms from letting go to the answer", "<=", 300)
