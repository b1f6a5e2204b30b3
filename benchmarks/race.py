"""Row 6: fifty at once, over HTTP, at two server processes; who wins is counted."""

import json
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, cycle, islice

import psycopg

from benchmarks import asking, crowd, days
from benchmarks.asking import Offer
from benchmarks.crowd import Answer, Crowd, Wish

WON, LOST = (200, 201), 409
HALF_AN_HOUR = timedelta(minutes=30)
_PLACES = """
SELECT session.id, session.capacity FROM booking_session AS session
JOIN booking_service AS service ON service.id = session.service_id
WHERE service.slug = 'class' ORDER BY session.starts_at
"""
# The truth after all rounds: nobody in two places, no session overfull, every seat accounted for.
_WRONG = """
SELECT
  (SELECT count(*) FROM booking_session AS a JOIN booking_session AS b
    ON a.provider_id = b.provider_id AND a.id < b.id
    AND a.occupied_from < b.occupied_until AND b.occupied_from < a.occupied_until
    WHERE a.status = 'active' AND b.status = 'active')
  + (SELECT count(*) FROM booking_session WHERE seats_taken > capacity)
  + (SELECT count(*) FROM booking_session AS session WHERE status = 'active'
    AND seats_taken <> (SELECT coalesce(sum(seats), 0) FROM booking_booking
      WHERE session_id = session.id AND state IN ('held', 'pending', 'confirmed')))
"""


@dataclass
class Outcome:
    """The rounds of one scene; a round is right when ``winners`` won and all others got a 409."""

    name: str
    winners: int
    rounds: int = 0
    right: int = 0
    losers_without_free_times: int = 0
    losers_ms: list[float] = field(default_factory=list)

    @property
    def p99_ms(self) -> float:
        """How long the losers waited for their answer."""
        return statistics.quantiles(self.losers_ms, n=100)[98] if self.losers_ms else 0.0

    def add(self, answers: list[Answer]) -> None:
        won = [answer for answer in answers if answer.status in WON]
        lost = [answer for answer in answers if answer.status == LOST]
        self.rounds += 1
        self.right += len(won) == self.winners and len(won) + len(lost) == crowd.SIZE
        self.losers_ms += [answer.ms for answer in lost]
        self.losers_without_free_times += sum(not _offers_another(answer) for answer in lost)


def _offers_another(answer: Answer) -> bool:
    """Whether a refusal names free times; a class may have none."""
    refusal = json.loads(answer.body)
    return bool(refusal.get("nearest"))


class Race:
    """What is fought for: each round has hours of its own."""

    def __init__(self, database_url: str, offers: list[Offer], runners: Crowd) -> None:
        self._url, self._runners = database_url, runners
        by_slug = {offer.slug: offer for offer in offers}
        self._short, self._long = by_slug["service-000"], by_slug["long"]
        self._trio, self._class = by_slug["trio"], by_slug["class"]
        # Four hours apart, so that no round touches another.
        self._starts = iter(days.to_be_made()[:: days.HALF_HOURS // 2])
        self._names = count()

    def run(self, rounds: int) -> list[Outcome]:
        seats, sessions = self._classes()
        self._runners.rush(self._one_slot())  # what a server does only once is not the losers' wait
        scenes: list[tuple[str, int, Callable[[], list[Wish]]]] = [
            ("one slot", 1, self._one_slot),
            ("overlapping slots of two services", 1, self._overlapping),
            ("any provider, three free", len(self._trio.providers), self._any_of_three),
            ("moving against booking", 1, self._moving_against_booking()),
            ("last places of a class", seats, lambda: self._last_places(sessions)),
        ]
        outcomes = []
        for name, winners, wishes in scenes:
            outcome = Outcome(name, winners)
            for _ in range(rounds):
                outcome.add(self._runners.rush(wishes()))
            outcomes.append(outcome)
        return outcomes

    def wrong_rows(self) -> int:
        """Rows that contradict one another; 0 is right."""
        with psycopg.connect(self._url) as connection:
            (found,) = connection.execute(_WRONG).fetchone()
        return found

    def _one_slot(self) -> list[Wish]:
        at = next(self._starts)
        return [self._book(self._short, at, self._short.providers[3]) for _ in range(crowd.SIZE)]

    def _overlapping(self) -> list[Wish]:
        """Half want an hour, half the second half of it."""
        at, provider = next(self._starts), self._long.providers[0]
        both = cycle([(self._long, at), (self._short, at + HALF_AN_HOUR)])
        return [self._book(offer, start, provider) for offer, start in islice(both, crowd.SIZE)]

    def _any_of_three(self) -> list[Wish]:
        at = next(self._starts)
        return [self._book(self._trio, at) for _ in range(crowd.SIZE)]

    def _moving_against_booking(self) -> Callable[[], list[Wish]]:
        """Half have a booking elsewhere and move it, half book."""
        provider = self._short.providers[4]
        tokens = [self._booked(next(self._starts), provider) for _ in range(crowd.SIZE // 2)]

        def wishes() -> list[Wish]:
            at = next(self._starts)
            body = json.dumps({"starts_at": at.isoformat()})
            moving = [Wish(f"{asking.booking_path()}/{token}/reschedule", body) for token in tokens]
            others = crowd.SIZE - len(moving)
            return moving + [self._book(self._short, at, provider) for _ in range(others)]

        return wishes

    def _last_places(self, sessions: Iterator[int]) -> list[Wish]:
        session = next(sessions)
        return [
            Wish(
                asking.booking_path(),
                json.dumps(
                    {"service": self._class.service, "session": session, "client": self._client()}
                ),
            )
            for _ in range(crowd.SIZE)
        ]

    def _book(self, offer: Offer, at: datetime, provider: int | None = None) -> Wish:
        body = asking.booking_body(offer.service, provider, at, self._client())
        return Wish(asking.booking_path(), body)

    def _booked(self, at: datetime, provider: int) -> str:
        answer = self._runners.ask(self._book(self._short, at, provider))
        assert answer.status in WON, answer.body
        return json.loads(answer.body)["token"]

    def _client(self) -> dict[str, str]:
        return asking.new_client(next(self._names))

    def _classes(self) -> tuple[int, Iterator[int]]:
        """The places of each session, and the sessions."""
        with psycopg.connect(self._url) as connection:
            rows = connection.execute(_PLACES).fetchall()
        return rows[0][1], iter([session for session, _capacity in rows])
