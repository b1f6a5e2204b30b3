"""Many bookings at one moment on this very database: who wins, and that nothing collides.

On scratch rows that are removed afterwards; what a killed race left, the next run removes.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connection

from booking.actions.scratch import SCRATCH_DOMAIN, remove_scratch
from booking.errors import BookingError
from booking.models import Booking
from web.doctor.findings import Finding, ok, problem, warning
from web.doctor.trials import Trial, all_trials

_GATHER_SECONDS = 30
_ASK_FOR_HELP = "Please report it with this output: it must never happen."

# Asked of the tables themselves, not by the code that is on trial.
_OVERLAPS = """
SELECT COUNT(*) FROM booking_session a
JOIN booking_session b ON b.provider_id = a.provider_id AND b.id > a.id
JOIN booking_provider p ON p.id = a.provider_id
WHERE a.status = 'active' AND b.status = 'active' AND p.email LIKE %s
  AND a.occupied_from < b.occupied_until AND b.occupied_from < a.occupied_until
"""
_OVERFULL = """
SELECT COUNT(*) FROM booking_session s
JOIN booking_provider p ON p.id = s.provider_id
WHERE s.status = 'active' AND p.email LIKE %s AND s.capacity < (
  SELECT COALESCE(SUM(b.seats), 0) FROM booking_booking b
  WHERE b.session_id = s.id AND b.state IN %s
)
"""


def leftovers() -> Iterator[Finding]:
    """Remove what a race that was killed left behind."""
    removed = remove_scratch()
    if removed:
        yield warning(
            f"An earlier race was killed: its {removed} rows are removed now.",
            "There is nothing you need to do.",
        )


def findings(*, crowd: int, now: datetime) -> Iterator[Finding]:
    """Race, and remove everything again however it ends."""
    yield from leftovers()
    took: list[float] = []
    with _without_listeners():
        try:
            for prepare in all_trials(crowd, now=now):
                yield _raced(prepare(), took)
            yield from collisions()
            yield ok(f"Of {len(took)} calls, 99 in a hundred took {_p99(took):.2f} s at most.")
        finally:
            remove_scratch()


@contextmanager
def _without_listeners() -> Iterator[None]:
    """Let this process tell nobody what happens: no message, no meeting."""
    kept, settings.EVENT_LISTENERS = settings.EVENT_LISTENERS, []
    try:
        yield
    finally:
        settings.EVENT_LISTENERS = kept


def _raced(trial: Trial, took: list[float]) -> Finding:
    answers = _at_once(trial.calls, took)
    won = sum(isinstance(answer, Booking) for answer in answers)
    lost = Counter(_name_of(answer) for answer in answers if isinstance(answer, Exception))
    text = f"{trial.name}: {len(answers)} at once, {won} won"
    if lost:
        text += ", lost: " + ", ".join(f"{name} {times}" for name, times in sorted(lost.items()))
    is_broken = any(
        isinstance(answer, Exception) and not isinstance(answer, BookingError) for answer in answers
    )
    if is_broken or not trial.least <= won <= trial.most:
        return problem(f"{text}.", _ASK_FOR_HELP)
    return ok(f"{text}.")


def _name_of(error: Exception) -> str:
    return error.code if isinstance(error, BookingError) else type(error).__name__


def _at_once(calls: Sequence[Callable[[], Any]], took: list[float]) -> list[Any]:
    """Make the calls together, each over a connection of its own; return all answers."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(_GATHER_SECONDS)
            started = perf_counter()
            try:
                return call()
            finally:
                took.append(perf_counter() - started)
        except Exception as error:  # noqa: BLE001
            return error  # judged, and printed, by whoever asked
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def collisions() -> Iterator[Finding]:
    """Look whether scratch sessions overlap or are overfull."""
    overlaps = _count(_OVERLAPS, [f"%{SCRATCH_DOMAIN}"])
    states = ", ".join("%s" for _state in Booking.TAKING_SEATS)
    overfull = _count(
        _OVERFULL.replace("IN %s", f"IN ({states})"),
        [f"%{SCRATCH_DOMAIN}", *Booking.TAKING_SEATS],
    )
    if overlaps:
        yield problem(f"Sessions that overlap: {overlaps}.", _ASK_FOR_HELP)
    else:
        yield ok("No two sessions of a provider overlap.")
    if overfull:
        yield problem(f"Sessions with more clients than places: {overfull}.", _ASK_FOR_HELP)
    else:
        yield ok("No session has more clients than places.")


def _count(query: str, parameters: Sequence[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return int(cursor.fetchone()[0])


def _p99(took: Sequence[float]) -> float:
    """Seconds within which 99 of a hundred were answered."""
    return sorted(took)[len(took) * 99 // 100]
