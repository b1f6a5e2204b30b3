"""What is killed, wiped or hangs loses nothing, doubles nothing and slows nobody.

Everything here is the running product with its real processes; nothing of it knows
that it is being tested.
"""

import contextlib
import os
import shutil
import signal
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
import requests

from tests.journeys.people import PASSWORD
from tests.journeys.visitor import Visitor
from tests.mail_server import hanging_server, mail_server
from tests.product import Product, running

pytestmark = [pytest.mark.serial, pytest.mark.timeout(600)]

LEASE, SWEEP = 120, 60  # seconds, as documented in docs/architecture.md
TWO_SWEEPS_AFTER_THE_LEASE = LEASE + 2 * SWEEP
SLACK = 20


def eventually(is_so: Callable[[], bool], *, within: float) -> None:
    """Wait until something becomes so. Fails after ``within`` seconds."""
    give_up = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < give_up, f"not so after {within} s"
        time.sleep(0.5)


def simulator(product: Product, method: str, path: str, **json) -> dict:
    answer = requests.request(
        method, f"{product.simulator_url}/simulator{path}", json=json or None, timeout=10
    )
    answer.raise_for_status()
    return answer.json() if answer.content else {}


def standing_meetings(product: Product) -> list[dict]:
    return [m for m in simulator(product, "GET", "/meetings")["meetings"] if not m["deleted"]]


def quick_calls(product: Product) -> list[dict]:
    return [m for m in standing_meetings(product) if "Quick call" in m["topic"]]


def settled_meetings(product: Product) -> int:
    """How many meetings stand once the worker has made all that are owed by now."""
    counts = [0, -1]
    while counts[-1] != counts[-2] or counts[-1] == 0:
        assert len(counts) < 30, "the worker does not come to rest"
        time.sleep(4)
        counts.append(len(standing_meetings(product)))
    return counts[-1]


def in_minutes(minutes: int) -> datetime:
    """A whole minute so far ahead that nothing starts during a test."""
    return datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=minutes)


def children_of(pid: int) -> list[int]:
    """The direct children of a process: the fourth field of each stat is the parent."""
    stats = [path.read_text(encoding="utf-8") for path in Path("/proc").glob("[0-9]*/stat")]
    parents = {int(line.split()[0]): int(line.rpartition(")")[2].split()[1]) for line in stats}
    return [child for child, parent in parents.items() if parent == pid]


def signal_worker(product: Product, number: signal.Signals) -> None:
    """Send a signal to the worker and to the processes it works with."""
    worker = product.processes()["worker"]
    for pid in (worker, *children_of(worker)):
        with contextlib.suppress(ProcessLookupError):  # gone with its parent
            os.kill(pid, number)


def wipe_broker(product: Product) -> None:
    if redis_url := product.env.get("REDIS_URL"):
        with redis.Redis.from_url(redis_url) as broker:
            broker.flushdb()
        return
    queue = product.var_dir / "broker" / "queue"
    for waiting in queue.iterdir():
        shutil.rmtree(waiting) if waiting.is_dir() else waiting.unlink()


def test_killed_worker_and_wiped_broker_lose_and_double_nothing(tmp_path):
    with mail_server() as (email_url, mailbox), running(tmp_path, EMAIL_URL=email_url) as product:
        product.manage("demo", "--connected")
        eventually(lambda: len(mailbox.mails) > 0, within=60)
        before = settled_meetings(product)
        visitor = Visitor(product.url)

        simulator(product, "POST", "/faults", operation="create_meeting", kind="hold")
        booked = visitor.book(
            "quick-call", in_minutes(60), name="Held Client", email="held@client.example"
        )
        assert booked.status_code == 303, booked.text
        eventually(lambda: simulator(product, "GET", "/faults")["held"] == 1, within=30)
        signal_worker(product, signal.SIGKILL)
        simulator(product, "DELETE", "/faults")

        eventually(lambda: "worker" in product.processes(), within=30)
        signal_worker(product, signal.SIGSTOP)
        visitor.book(
            "quick-call", in_minutes(90), name="Wiped Client", email="wiped@client.example"
        )
        wipe_broker(product)
        signal_worker(product, signal.SIGKILL)

        eventually(lambda: len(quick_calls(product)) == 2, within=TWO_SWEEPS_AFTER_THE_LEASE)
        time.sleep(SWEEP + SLACK)  # whatever would double one had its turn
        assert len(quick_calls(product)) == 2
        assert len(standing_meetings(product)) == before + 2
        for address in ("held@client.example", "wiped@client.example"):
            subjects = [message["Subject"] for message in mailbox.to(address)]
            assert len(subjects) == 1, subjects


def median_seconds(product: Product, visitor: Visitor, path: str) -> float:
    times = []
    for _turn in range(7):
        started = time.monotonic()
        answer = visitor.get(path)
        times.append(time.monotonic() - started)
        assert answer.status_code == 200, path
    return statistics.median(times)


def test_hanging_zoom_and_mail_server_slow_no_page(tmp_path):
    """Pages stay far below the five seconds that a request waiting for Zoom would take."""
    with hanging_server() as email_url, running(tmp_path, EMAIL_URL=email_url) as product:
        product.manage("demo", "--connected")
        visitor = Visitor(product.url)
        desk = Visitor(product.url).sign_in("admin@demo.example", PASSWORD)
        week = f"?start={datetime.now(UTC):%Y-%m-%d}&end={in_minutes(7 * 1440):%Y-%m-%d}"
        booked = visitor.book(
            "quick-call", in_minutes(30), name="First", email="first@client.example"
        )
        manage = booked.headers["Location"]
        pages = [
            (visitor, "/"),
            (visitor, "/book/quick-call/"),
            (visitor, "/my-bookings/"),
            (visitor, manage),
            (desk, "/admin/calendar/"),
            (desk, f"/admin/calendar/feed/{week}"),
        ]
        usual = {path: median_seconds(product, who, path) for who, path in pages}

        simulator(product, "POST", "/faults", operation="*", kind="hang", seconds=120)
        started = time.monotonic()
        answer = visitor.book(
            "quick-call", in_minutes(45), name="Second", email="second@client.example"
        )
        assert answer.status_code == 303
        assert time.monotonic() - started < 2
        for who, path in pages:
            assert median_seconds(product, who, path) < 3 * usual[path] + 0.3, path
