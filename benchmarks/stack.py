"""What is measured, running: databases, the whole product, the floor. Loopback only."""

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tools.guardian import Guardian
from tools.ports import free_ports
from tools.supervise import Plan

ROOT = Path(__file__).resolve().parents[1]
PROCESSES, THREADS = 2, 4
WORKER_READY = "ready."
SITE_URL = "http://localhost"
START_SECONDS = 60.0
STOP_SECONDS = 15.0


@dataclass(frozen=True)
class Server:
    """A running web server: its address without a slash at the end, and its first process."""

    address: str
    pid: int


@dataclass(frozen=True)
class Worker:
    """A running worker, by its first process."""

    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """With -9, its first process and all others at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def database_pid(url: str) -> int:
    """The process id of the database server, of which each connection's is a child."""
    with psycopg.connect(url) as connection:
        (backend,) = connection.execute("SELECT pg_backend_pid()").fetchone()
        status = Path(f"/proc/{backend}/status").read_text(encoding="ascii")
    return int(status.partition("PPid:")[2].split()[0])


def database(server_url: str, name: str, *, copy_of: str | None = None) -> str:
    """Create a database, empty or as another is now, and return its URL."""
    source = f" TEMPLATE {copy_of}" if copy_of else ""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{source}")
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


class Stack:
    """The environment of a server, and what runs in it. ``var_dir`` holds its secrets and logs."""

    def __init__(self, var_dir: Path, redis_url: str, guardian: Guardian) -> None:
        self.var_dir, self.redis_url, self._guardian = var_dir, redis_url, guardian
        self._numbers = itertools.count()

    def environment(self, database_url: str, **more: str) -> dict[str, str]:
        """Production settings, whatever the developer's own environment says."""
        machine = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
        }
        return {
            **machine,
            "VAR_DIR": str(self.var_dir),
            "DATABASE_URL": database_url,
            "REDIS_URL": self.redis_url,
            "RATE_LIMIT_PER_MINUTE": "1000000000",  # counted, never reached
            "LOG_LEVEL": "ERROR",
            **dict.fromkeys(("DEBUG", "EMAIL_URL", "SMS_URL", "ZOOM_CLIENT_ID"), ""),
            "SITE_URL": SITE_URL,
            **more,
        }

    def run(self, database_url: str, *module: str, **env: str) -> str:
        """Run one of our modules to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", *module], cwd=ROOT, env=self.environment(database_url, **env),
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    @contextlib.contextmanager
    def product(self, database_url: str, **env: str) -> Iterator[Server]:
        """The web processes of the whole product, as `tools.supervise` starts them."""
        with self._serving("config.wsgi:application", database_url, **env) as server:
            yield server

    @contextlib.contextmanager
    def floor(self, database_url: str) -> Iterator[Server]:
        """The floor, served by the same command."""
        with self._serving("benchmarks.floor.wsgi:application", database_url) as server:
            yield server

    @contextlib.contextmanager
    def worker(self, database_url: str, processes: int, **env: str) -> Iterator[Worker]:
        """A worker by the command of `tools.supervise`, ready; killed at the end if it lives."""
        command = _plan(0, self.var_dir, worker_processes=processes).commands()["worker"]
        name = f"worker-{next(self._numbers)}"
        log = self.var_dir / f"{name}.log"
        environment = self.environment(database_url, **env, LOG_LEVEL="INFO")
        with self.started([*command, "--hostname", name], environment, log) as process:
            wait_until(lambda: WORKER_READY in said(log), f"A worker did not start: {log}")
            worker = Worker(process)
            try:
                yield worker
            finally:
                worker.kill()  # what hangs with whom it asks would be waited for

    @contextlib.contextmanager
    def started(
        self, command: list[str], environment: dict[str, str], log: Path
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Run a program in a session of its own until the end of the ``with``."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        self._guardian.watch_group(process.pid)
        try:
            yield process
        finally:
            _stop(process)
            self._guardian.forget_group(process.pid)

    @contextlib.contextmanager
    def _serving(self, application: str, database_url: str, **env: str) -> Iterator[Server]:
        (port,) = free_ports(1)
        command = [*_plan(port, self.var_dir).commands()["web"][:-1], application]
        log = self.var_dir / "servers.log"
        with self.started(command, self.environment(database_url, **env), log) as process:
            address = f"http://127.0.0.1:{port}"
            wait_until(lambda: answers(f"{address}/healthz"), f"A server did not start: {log}")
            yield Server(address, process.pid)


def _plan(port: int, var_dir: Path, *, worker_processes: int = 0) -> Plan:
    return Plan(
        host="127.0.0.1", port=port, simulator_port=None, var_dir=var_dir, site_url="",
        web_processes=PROCESSES, web_threads=THREADS, worker_processes=worker_processes,
    )  # fmt: skip


def answers(address: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
        return True
    return False


def said(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-4000:]


def wait_until(is_so: Callable[[], bool], failure: str, seconds: float = START_SECONDS) -> None:
    """Raises RuntimeError with ``failure`` where it does not become so in time."""
    give_up = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > give_up:
            raise RuntimeError(failure)
        time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
