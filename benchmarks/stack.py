"""What is measured, running: databases, the whole product, the floor. Loopback only."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tools.guardian import Guardian
from tools.ports import free_ports
from tools.supervise import Plan

ROOT = Path(__file__).resolve().parents[1]
PROCESSES, THREADS = 2, 4
START_SECONDS = 60.0
STOP_SECONDS = 15.0


@dataclass(frozen=True)
class Server:
    """A running web server: its address without a slash at the end, and its first process."""

    address: str
    pid: int


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
        self._var_dir, self._redis_url, self._guardian = var_dir, redis_url, guardian

    def environment(self, database_url: str) -> dict[str, str]:
        """Production settings, whatever the developer's own environment says."""
        machine = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
        }
        return {
            **machine,
            "VAR_DIR": str(self._var_dir),
            "DATABASE_URL": database_url,
            "REDIS_URL": self._redis_url,
            "RATE_LIMIT_PER_MINUTE": "1000000000",  # counted, never reached
            "LOG_LEVEL": "ERROR",
            **dict.fromkeys(("DEBUG", "EMAIL_URL", "SMS_URL", "ZOOM_CLIENT_ID"), ""),
            "SITE_URL": "http://localhost",
        }

    def run(self, database_url: str, *module: str) -> str:
        """Run one of our modules to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", *module], cwd=ROOT, env=self.environment(database_url),
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    @contextlib.contextmanager
    def product(self, database_url: str) -> Iterator[Server]:
        """The web processes of the whole product, as `tools.supervise` starts them."""
        with self._serving("config.wsgi:application", database_url) as server:
            yield server

    @contextlib.contextmanager
    def floor(self, database_url: str) -> Iterator[Server]:
        """The floor, served by the same command."""
        with self._serving("benchmarks.floor.wsgi:application", database_url) as server:
            yield server

    @contextlib.contextmanager
    def _serving(self, application: str, database_url: str) -> Iterator[Server]:
        (port,) = free_ports(1)
        command = [*_plan(port, self._var_dir).commands()["web"][:-1], application]
        with (self._var_dir / "servers.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(database_url), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._guardian.watch_group(process.pid)
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", self._var_dir)
            yield Server(f"http://127.0.0.1:{port}", process.pid)
        finally:
            _stop(process)
            self._guardian.forget_group(process.pid)


def _plan(port: int, var_dir: Path) -> Plan:
    return Plan(
        host="127.0.0.1", port=port, simulator_port=None, var_dir=var_dir, site_url="",
        web_processes=PROCESSES, web_threads=THREADS, worker_processes=0,
    )  # fmt: skip


def _wait_for(address: str, var_dir: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.1)
    said = (var_dir / "servers.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"A server did not start: {said[-4000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
