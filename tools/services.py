"""A PostgreSQL server and a Redis server of the tests' own, gone when the tests are over."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools.guardian import Guardian
from tools.ports import free_ports
from tools.system import find

START_SECONDS = 30.0
POSTGRES_OPTIONS = "-c max_connections=300 -c shared_buffers=128MB -c log_min_messages=fatal"
# Benchmarks ask when a row was committed.
DATED = "-c track_commit_timestamp=on"
# Its rows need to live only as long as the tests: nothing is forced to the disk.
FORGETFUL = "-F -c synchronous_commit=off -c full_page_writes=off"


class ServiceFailed(Exception):
    """A server did not start; the text holds what it said."""


@contextlib.contextmanager
def postgres(*, is_durable: bool = False) -> Iterator[str]:
    """Run a PostgreSQL server and yield the URL of its database "postgres".

    ``is_durable`` forces each commit to the disk, as a company's server does, and tells the
    time of each.
    """
    server = find("postgres")
    assert server
    with _folder("zustrich-postgres-") as folder:
        account = _unprivileged_account()
        if account:
            shutil.chown(folder, account, pwd.getpwnam(account).pw_gid)
        _make_cluster(Path(server).with_name("initdb"), folder, account)
        (port,) = free_ports(1)
        command = f"{server} -D {folder}/cluster -p {port} -k {folder} -h 127.0.0.1"
        options = f"{POSTGRES_OPTIONS} {DATED if is_durable else FORGETFUL}"
        with _server([*command.split(), *options.split()], port, folder, account):
            _wait_until_ready(folder / "cluster" / "postmaster.pid")
            yield f"postgres://tests@127.0.0.1:{port}/postgres"


def _make_cluster(initdb: Path, folder: Path, account: str | None) -> None:
    # Under the C locale upper() leaves Cyrillic letters alone, and searches would miss them.
    locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
    options = f"-U tests --auth=trust --encoding=UTF8 --locale={locale} --no-sync"
    command = [str(initdb), "-D", f"{folder}/cluster", *options.split()]
    done = subprocess.run(
        command, cwd=folder, user=account, group=_group(account), extra_groups=_no_groups(account),
        capture_output=True, text=True, env={"PATH": os.environ["PATH"], "LC_ALL": locale},
    )  # fmt: skip
    if done.returncode:
        raise ServiceFailed(f"initdb: {done.stderr}")


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Run a Redis server and yield its URL."""
    server = find("redis-server")
    assert server
    with _folder("zustrich-redis-") as folder:
        (port,) = free_ports(1)
        options = f"--port {port} --bind 127.0.0.1 --appendonly no --dir {folder}"
        with _server([server, *options.split(), "--save", ""], port, folder, None):
            yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _server(command: list[str], port: int, folder: Path, account: str | None) -> Iterator[None]:
    """Run a server in a session of its own, so that Ctrl-C reaches us and not it."""
    guardian = Guardian()
    guardian.watch_folder(folder)
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, user=account, group=_group(account),
            extra_groups=_no_groups(account), stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    guardian.watch_group(process.pid)
    try:
        _wait_for(port, process, log)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL's "fast": it waits for no client
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        guardian.close()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise ServiceFailed(log.read_text(errors="replace") or "A server did not start.")


def _wait_until_ready(note: Path) -> None:
    """PostgreSQL listens before it serves; the last line of its pid file tells which."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if note.exists() and note.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise ServiceFailed("PostgreSQL did not become ready.")


def _unprivileged_account() -> str | None:
    """PostgreSQL refuses to run as root: return who runs it then, or None for ourselves."""
    if os.geteuid() != 0:
        return None
    names = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _group(account: str | None) -> int | None:
    return pwd.getpwnam(account).pw_gid if account else None


def _no_groups(account: str | None) -> list[int] | None:
    return [] if account else None
