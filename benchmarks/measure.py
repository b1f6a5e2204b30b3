"""Loads a server and reads what that cost: time, and CPU of the web and database processes."""

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from benchmarks.stack import Server
from tools.system import find

SCRIPT = Path(__file__).with_name("wrk.lua")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
ROUNDS = 2  # A B A B


@dataclass(frozen=True)
class Figures:
    """What one run, or the median of several, came to. ``cpu_ms`` is for each request."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    bytes_each: float
    refused: float
    lost: float


@dataclass(frozen=True)
class Asking:
    """How a server is asked: lines of ``method, path, body`` parted by tabs, in turn."""

    requests: Sequence[str]
    connections: int
    seconds: int
    cookie: str = ""


def run(server: Server, database_pid: int, asking: Asking) -> Figures:
    """Ask for so many seconds and return the figures of this one run."""
    pids = (server.pid, database_pid)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(asking.requests) + "\n")
        file.flush()
        before = _settled(*pids)
        said = _wrk(server, asking, file.name)
        spent = _settled(*pids) - before
    requests = said["requests"] or 1
    return Figures(
        per_second=requests / said["seconds"],
        p50_ms=said["p50_ms"],
        p99_ms=said["p99_ms"],
        # What was under way when time was up is worked off, though nobody reads it.
        cpu_ms=1000 * spent / (requests + asking.connections),
        bytes_each=said["bytes"] / requests,
        refused=said["refused"],
        lost=said["lost"],
    )


def _wrk(server: Server, asking: Asking, file: str) -> dict[str, float]:
    command = (
        f"{find('wrk')} --threads 1 --connections {asking.connections} --timeout 20s "
        f"--duration {asking.seconds}s --script {SCRIPT} {server.address} -- {file}"
    ).split()
    if asking.cookie:
        command.append(asking.cookie)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def in_turn(*runs: Callable[[], Figures], rounds: int = ROUNDS) -> list[Figures]:
    """Do the runs one after the other, so often; return the medians of each."""
    found: list[list[Figures]] = [[] for _ in runs]
    for _ in range(rounds):
        for number, perform in enumerate(runs):
            found[number].append(perform())
    return [_median(of) for of in found]


def _median(of: list[Figures]) -> Figures:
    names = [field.name for field in fields(Figures)]
    return Figures(**{name: statistics.median(getattr(one, name) for one in of) for name in names})


def percentile(of: Sequence[float], rank: int) -> float:
    return statistics.quantiles(of, n=100)[rank - 1]


def _settled(*pids: int) -> float:
    """What the processes have used once they rest, or after two seconds of waiting for that."""
    used = cpu_seconds(*pids)
    for _ in range(10):
        time.sleep(0.2)
        was, used = used, cpu_seconds(*pids)
        if used - was <= 1 / TICKS_PER_SECOND:
            break
    return used


def cpu_seconds(*pids: int) -> float:
    """What these processes, all they started and all that ended below them have used so far."""
    return sum(_ticks(pid) for root in pids for pid in _tree(root)) / TICKS_PER_SECOND


def _tree(pid: int) -> list[int]:
    children = []
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        children += [int(child) for child in _read(listing).split()]
    return [pid, *(below for child in children for below in _tree(child))]


def _ticks(pid: int) -> int:
    """User and system time of a process and of its children that ended."""
    stat = _read(Path(f"/proc/{pid}/stat"))
    return sum(int(word) for word in stat.rpartition(")")[2].split()[11:15])


def _read(path: Path) -> str:
    """What the kernel says of a process; nothing of one that has just ended."""
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
