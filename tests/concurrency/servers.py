"""Web servers as a company runs them, on the database of the test that asks for them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import requests
from django.db import connection

from tests.leaks.files import assert_folder_clean
from tools.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


def database_url() -> str:
    """Return where this test's rows are, in the words of the environment."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@contextlib.contextmanager
def running(count: int, var_dir: Path) -> Iterator[list[str]]:
    """Prepare a production server in ``var_dir`` and run ``count`` processes; yield addresses.

    Each has a port of its own, as behind a proxy that spreads the requests.
    """
    env = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "VAR_DIR": str(var_dir),
        "DATABASE_URL": database_url(),
        "RATE_LIMIT_PER_MINUTE": "0",
        "LOG_LEVEL": "ERROR",
        **dict.fromkeys(("DEBUG", "EMAIL_URL", "REDIS_URL", "SMS_URL", "ZOOM_CLIENT_ID"), ""),
    }
    subprocess.run([sys.executable, "-m", "tools.prepare"], cwd=ROOT, env=env, check=True)
    ports = free_ports(count)
    with (var_dir / "servers.log").open("wb") as log:
        servers = [subprocess.Popen(_command(port), cwd=ROOT, env=env, stdout=log, stderr=log,
                                    start_new_session=True) for port in ports]  # fmt: skip
        try:
            addresses = [f"http://127.0.0.1:{port}" for port in ports]
            for address in addresses:
                _wait_for(address, var_dir)
            yield addresses
        finally:
            _end(servers)
    assert_folder_clean(var_dir)


def _command(port: int) -> list[str]:
    options = (
        f"--interface wsgi --no-ws --host 127.0.0.1 --port {port} --log-level warning "
        "--workers 1 --blocking-threads 4 config.wsgi:application"
    )
    return [sys.executable, "-m", "granian", *options.split()]


def _wait_for(address: str, var_dir: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{address}/readyz", timeout=5).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError((var_dir / "servers.log").read_text(errors="replace")[-4000:])


def _end(servers: list[subprocess.Popen[bytes]]) -> None:
    for server in servers:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
    for server in servers:
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
