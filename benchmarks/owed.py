"""Row 9: what bookings owe, their meetings and mails, while the others are at their worst."""

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import psycopg
import redis
from celery import Celery

from benchmarks import asking, crowd
from benchmarks.crowd import Wish
from benchmarks.measure import cpu_seconds
from benchmarks.outside import MailServers, Zoom
from benchmarks.stack import Server, Stack, Worker, database_pid

WORKERS, WORKER_PROCESSES = 2, 4
ROUNDS = 2  # A B A B
CALM_PER_SECOND, CALM_SECONDS = 8, 3
BUSY_PER_SECOND, BUSY_SECONDS = 20, 5
WARM_UP = 8
ZOOM_SECONDS, SLOW_ZOOM_SECONDS = 0.1, 2.0
BURST = 1000
FAULTS, SHARE = ("rate_limited", "error_500"), 0.025
# The rest waits: as long as Zoom wishes, or for the lease of whoever was killed.
ENOUGH = 0.95
PATIENCE_SECONDS = 180.0
MADE = (200, 201)
SWEEPS = ("zoomlink.tasks.sweep", "notifications.tasks.sweep")
QUEUES = ("celery", "bulk", "unacked", "unacked_index")

_NEWEST = "SELECT coalesce(max(id), 0) FROM booking_booking"
# A meeting counts once it is stored and let go of; of the messages those that are due at once and
# have somebody to go to (clients here have no number for an SMS).
_OPEN = """
SELECT
  (SELECT count(*) FROM booking_booking AS booking
    LEFT JOIN zoomlink_meeting AS meeting USING (session_id)
    WHERE booking.id > %(since)s AND (meeting.claim IS NOT NULL OR meeting.state <> 'ready'
      OR meeting.id IS NULL)),
  (SELECT count(*) FROM notifications_message
    WHERE booking_id > %(since)s AND due_at <= now() AND state NOT IN ('sent', 'skipped'))
"""
_ALL = """
SELECT
  (SELECT count(*) FROM booking_booking WHERE id > %(since)s),
  (SELECT count(*) FROM notifications_message WHERE booking_id > %(since)s AND due_at <= now()
    AND channel = 'email')
"""
# When the last version of each row was committed, by the clock of the database: of a booking when
# it was made, of a meeting when it was stored and let go of, of a message when it was sent.
_WAITS = """
SELECT extract(epoch FROM stored - made) * 1000, extract(epoch FROM sent - made) * 1000
FROM (
  SELECT min(pg_xact_commit_timestamp(booking.xmin)) AS made,
    max(pg_xact_commit_timestamp(meeting.xmin)) AS stored,
    max(pg_xact_commit_timestamp(message.xmin)) AS sent
  FROM booking_booking AS booking
  JOIN zoomlink_meeting AS meeting USING (session_id)
  JOIN notifications_message AS message ON message.booking_id = booking.id
  WHERE booking.id > %(since)s AND message.state = 'sent'
  GROUP BY booking.id
) AS moments
"""
# What two or three minutes do: leases run out, and whatever waits for its next attempt is due.
_TIME_PASSES = """
UPDATE zoomlink_meeting SET claimed_until = least(claimed_until, now()),
  next_attempt_at = least(next_attempt_at, now());
UPDATE notifications_message SET claimed_until = least(claimed_until, now())
  WHERE state = 'sending';
UPDATE notifications_message SET next_attempt_at = now()
  WHERE state = 'owed' AND due_at <= now() AND next_attempt_at > now()
"""
_REFERENCES = "SELECT 'zustrich:' || reference FROM zoomlink_meeting WHERE state = 'ready'"
_MESSAGE_IDS = "SELECT message_id FROM notifications_message WHERE state = 'sent'"


@dataclass(frozen=True)
class Waits:
    """Milliseconds from each booking's commit until its meeting was stored, its mails sent."""

    meeting: list[float]
    message: list[float]

    @property
    def both(self) -> list[float]:
        return [max(pair) for pair in zip(self.meeting, self.message, strict=True)]


@dataclass(frozen=True)
class Burst:
    """What came of many bookings at once. Meetings and messages are *things* here.

    ``cpu_ms`` is what workers and database use for each, until one of them is killed.
    """

    things: int
    per_second: float
    cpu_ms: float
    calls_refused: float  # share of Zoom's answers
    lost: int
    doubled: int


@dataclass(frozen=True)
class Owed:
    """The figures of row 9: by the state of the world the median ms of a booking, and the rest."""

    latency_ms: dict[str, float]
    waits: Waits
    burst: Burst


@dataclass
class Scene:
    """A company of its own, its web server, and the ways of the world."""

    running: Stack
    url: str
    database: psycopg.Connection
    server: Server
    zoom: Zoom
    mail: MailServers
    bookings: asking.Bookings = field(init=False)

    def __post_init__(self) -> None:
        self.bookings = asking.Bookings(asking.catalogue(self.url))

    @contextmanager
    def workers(self, count: int, *, email_url: str = "") -> Iterator[list[Worker]]:
        """Workers at work; those of before, and what they were rung for, are gone."""
        env = self.zoom.env | {"EMAIL_URL": email_url or self.mail.quick}
        with redis.Redis.from_url(self.running.redis_url) as broker:
            broker.delete(*QUEUES)
        with ExitStack() as started:
            workers = [self.running.worker(self.url, WORKER_PROCESSES, **env) for _ in range(count)]
            yield [started.enter_context(worker) for worker in workers]

    def book(self, count: int, **pace: float) -> list[float]:
        """Make bookings and return the ms of each."""
        lines = [line.split("\t") for line in self.bookings.take(count)]
        answers = crowd.stream(self.server, [Wish(path, body) for _, path, body in lines], **pace)
        assert all(answer.status in MADE for answer in answers), answers[0].body
        return [answer.ms for answer in answers]

    def ring(self) -> None:
        """What beat does each minute."""
        with Celery(broker=self.running.redis_url) as bell:
            for task in SWEEPS:
                bell.send_task(task)

    def ask(self, question: str, **values: object) -> list[tuple]:
        return self.database.execute(question, values).fetchall()

    def newest(self) -> int:
        [(found,)] = self.ask(_NEWEST)
        return found

    def still_open(self, since: int) -> int:
        [counts] = self.ask(_OPEN, since=since)
        return sum(counts)

    def settle(self, since: int, *, left: int = 0) -> None:
        """Wait until at most so many meetings and messages are open."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while self.still_open(since) > left and time.monotonic() < give_up:
            time.sleep(0.1)


def latency(scene: Scene) -> dict[str, float]:
    """9a: the median ms of a booking in each state of the world, in turn, workers at work."""
    mail, zoom = scene.mail, scene.zoom
    worlds = {
        "Zoom and mail quick": (mail.quick, lambda: None),
        "Zoom takes 2 s, mail 200 ms an answer": (
            mail.slow, lambda: zoom.fault("*", "hold", seconds=SLOW_ZOOM_SECONDS),
        ),
        "Zoom answers 503, mail refuses connections": (
            mail.refusing, lambda: zoom.fault("*", "error_503"),
        ),
        "Zoom and mail never answer": (mail.hanging, lambda: zoom.fault("*", "hang")),
    }  # fmt: skip
    found: dict[str, list[float]] = {name: [] for name in worlds}
    scene.book(WARM_UP)
    for _ in range(ROUNDS):
        for name, (email_url, spoil) in worlds.items():
            spoil()
            with scene.workers(1, email_url=email_url):
                scene.book(WARM_UP, per_second=CALM_PER_SECOND)
                found[name] += scene.book(
                    CALM_PER_SECOND * CALM_SECONDS, per_second=CALM_PER_SECOND
                )
            zoom.heal()
    return {name: statistics.median(times) for name, times in found.items()}


def waits(scene: Scene) -> Waits:
    """9b: bookings at a steady pace, and how long each waits for what it owes."""
    scene.zoom.fault("meetings", "hold", seconds=ZOOM_SECONDS)
    with scene.workers(WORKERS):
        scene.book(8 * WARM_UP, per_second=BUSY_PER_SECOND)
        scene.settle(0)
        since = scene.newest()
        scene.book(BUSY_PER_SECOND * BUSY_SECONDS, per_second=BUSY_PER_SECOND)
        scene.settle(since)
    scene.zoom.heal()
    found = scene.ask(_WAITS, since=since)
    meeting, message = ([float(ms) for ms in column] for column in zip(*found, strict=True))
    return Waits(meeting, message)


def burst(scene: Scene) -> Burst:
    """9c: many bookings made while no worker ran; then all rung for, one worker killed half-way."""
    scene.book(BURST)
    things = sum(scene.ask(_ALL, since=0)[0])
    for kind in FAULTS:
        scene.zoom.fault("meetings", kind, share=SHARE)
    scene.zoom.clear_log()
    with scene.workers(WORKERS) as (first, second):
        pids = first.process.pid, second.process.pid, database_pid(scene.url)
        began, used = time.monotonic(), cpu_seconds(*pids)
        scene.ring()
        scene.settle(0, left=things // 2)
        cpu_ms = 1000 * (cpu_seconds(*pids) - used) / (things - scene.still_open(0))
        first.kill()
        with scene.running.worker(
            scene.url, WORKER_PROCESSES, **scene.zoom.env, EMAIL_URL=scene.mail.quick
        ):
            scene.settle(0, left=int(things * (1 - ENOUGH)))
            seconds = time.monotonic() - began
            work_off(scene)
    scene.zoom.heal()
    answered = scene.zoom.answered()
    refused = (answered[429] + answered[500]) / answered.total()
    return Burst(things, things * ENOUGH / seconds, cpu_ms, refused, *counted(scene))


def work_off(scene: Scene) -> None:
    """Let the minutes pass that leases and later attempts take, until nothing is open."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while scene.still_open(0) and time.monotonic() < give_up:
        time.sleep(3)
        scene.database.execute(_TIME_PASSES)
        scene.ring()
        time.sleep(3)


def counted(scene: Scene) -> tuple[int, int]:
    """What is missing at Zoom and at the mail server, and what is there twice."""
    lost = doubled = 0
    at_zoom, taken = scene.zoom.agendas(), scene.mail.message_ids()
    for question, there in ((_REFERENCES, at_zoom), (_MESSAGE_IDS, taken)):
        copies = [there[name] for (name,) in scene.ask(question)]
        lost += copies.count(0)
        doubled += sum(number - 1 for number in copies if number)
    return lost + scene.still_open(0), doubled
