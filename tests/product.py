"""The whole product, running: the real supervisor, on ports and in a folder of its own."""

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from tests.leaks.files import assert_database_clean, assert_folder_clean
from tools.guardian import Guardian
from tools.ports import free_ports

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0
STOP_SECONDS = 20.0
CALLED_ELSEWHERE = ("EMAIL_URL", "REDIS_URL", "SMS_URL", "ZOOM_CLIENT_ID", "ZOOM_OAUTH_URL")
# What the simulator keeps in the same folder is Zoom's own memory.
ZOOMS_OWN = ("zoom-simulator.",)
WORKERS = 3  # of a run side by side, which share fifteen Redis databases


class ProductFailed(AssertionError):
    """The product did not start; the text ends with what it said."""


class Product:
    """A running product. ``url`` and ``simulator_url`` have no slash at the end."""

    def __init__(self, var_dir: Path, **env: str) -> None:
        port, simulator_port = free_ports(2)
        self.url = f"http://localhost:{port}"
        self.simulator_url = f"http://localhost:{simulator_port}"
        self.var_dir = var_dir
        self.log = var_dir / "product.log"
        self.env = {
            **_machine_environment(),
            **dict.fromkeys(CALLED_ELSEWHERE, ""),  # also where a developer's .env names them
            "DATABASE_URL": f"sqlite:///{var_dir}/zustrich.sqlite3",
            "DEBUG": "1",
            "PORT": str(port),
            "ZOOM_SIMULATOR_PORT": str(simulator_port),
            "VAR_DIR": str(var_dir),
            "SITE_URL": self.url,
            "RATE_LIMIT_PER_MINUTE": "0",
            **env,
        }

    def start(self) -> None:
        """Start it and wait until it is ready. Raises ProductFailed."""
        with self.log.open("ab") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "tools.supervise"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._guardian = Guardian()  # should the test run be killed
        self._guardian.watch_group(self._supervisor.pid)
        self._wait_until_ready()

    def stop(self) -> None:
        """Stop it as Ctrl-C does; kill what does not stop."""
        self._supervisor.send_signal(signal.SIGINT)
        try:
            self._supervisor.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._supervisor.kill()
            self._supervisor.wait()
        self._guardian.forget_group(self._supervisor.pid)
        self._guardian.close()

    def assert_kept_secrets(self) -> None:
        """Search the log of all processes, the folder of data and the database."""
        assert_folder_clean(self.var_dir, but=ZOOMS_OWN)
        assert_database_clean(self.env["DATABASE_URL"])

    def processes(self) -> dict[str, int]:
        """Return the present process id of web, worker, beat and simulator."""
        noted = json.loads((self.var_dir / "processes.json").read_text(encoding="ascii"))
        return {name: pid for name, pid in noted.items() if pid}

    def kill(self, name: str) -> None:
        """Kill one process by its id, as the kernel would for lack of memory."""
        os.kill(self.processes()[name], signal.SIGKILL)

    def manage(self, *arguments: str) -> str:
        """Run manage.py with the product's own environment and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        return done.stdout

    def _wait_until_ready(self) -> None:
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up and self._supervisor.poll() is None:
            if _answers(f"{self.url}/readyz") and _answers(self.simulator_url):
                return
            time.sleep(0.1)
        self.stop()
        raise ProductFailed(self.log.read_text(encoding="utf-8", errors="replace")[-8000:])


class RunningProduct:
    """A product that somebody else started, by `make run`."""

    def __init__(self, url: str, simulator_url: str) -> None:
        self.url = url
        self.simulator_url = simulator_url


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def _machine_environment() -> dict[str, str]:
    """Return what any program needs; none of the settings a developer may have set."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


@contextlib.contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """Create an empty PostgreSQL database, yield its URL, and drop it afterwards."""
    name = f"product_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _redis_databases(worker: str) -> Iterator[int]:
    """Yield the numbers that this worker of a run may use, in turn: ``worker`` is "gw0", "gw1" …"""
    number = int(worker.removeprefix("gw") or 0)
    return itertools.cycle(range(1 + number % WORKERS, 16, WORKERS))


_redis_numbers = _redis_databases(os.environ.get("PYTEST_XDIST_WORKER", ""))


def fresh_redis(server_url: str) -> str:
    """Return the URL of an empty Redis database, one of this worker's taken in turn."""
    url = urlunsplit(urlsplit(server_url)._replace(path=f"/{next(_redis_numbers)}"))
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@contextlib.contextmanager
def running(var_dir: Path, **env: str) -> Iterator[Product]:
    """Run a product on PostgreSQL and Redis where the run offers them, else on SQLite and files.

    ``env`` adds to its environment, for example WEB_PROCESSES="2". What it wrote is searched for
    secrets of Zoom's at the end: SecretsLeaked.
    """
    with contextlib.ExitStack() as stack:
        if server_url := os.environ.get("TEST_POSTGRES_URL"):
            env.setdefault("DATABASE_URL", stack.enter_context(fresh_database(server_url)))
        if redis_url := os.environ.get("TEST_REDIS_URL"):
            env.setdefault("REDIS_URL", fresh_redis(redis_url))
        product = Product(var_dir, **env)
        try:
            product.start()
            yield product
        finally:
            product.stop()
        product.assert_kept_secrets()
