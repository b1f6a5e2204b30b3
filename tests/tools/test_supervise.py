"""The supervisor over real processes: it restarts, refuses, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.bootstrap import ROOT
from tools.ports import free_ports

pytestmark = pytest.mark.no_database


def until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Wait for ``condition``; return whether it came true in time."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def members(group: int) -> list[int]:
    """Return the living processes of a process group."""
    listing = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True)
    rows = (line.split() for line in listing.stdout.splitlines())
    return [int(pid) for pid, pgid, stat in rows if int(pgid) == group and stat[0] != "Z"]


class Running:
    """A supervisor of small processes, in a folder and on ports of its own."""

    def __init__(self, var_dir: Path, **env: str):
        self.port, simulator_port = free_ports(2)
        self.var_dir = var_dir
        self.env = {
            **os.environ,
            "VAR_DIR": str(var_dir),
            "PORT": str(self.port),
            "ZOOM_SIMULATOR_PORT": str(simulator_port),
            "DEBUG": "1",
            **env,
        }

    def start(self) -> subprocess.Popen[str]:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.tools.stand_in"],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
        )
        return self.process

    def groups(self) -> dict[str, int]:
        """Return name and process group of what runs, once each has a process of its own."""
        note = self.var_dir / "processes.json"
        assert until(note.exists), "nothing was started"
        assert until(lambda: all(len(members(g)) == 2 for g in self._noted(note).values()))
        return self._noted(note)

    def _noted(self, note: Path) -> dict[str, int]:
        return {name: pid or 0 for name, pid in json.loads(note.read_text()).items()}

    def finish(self) -> tuple[int, str]:
        output, _ = self.process.communicate(timeout=20)
        return self.process.returncode, output


@pytest.fixture
def running(tmp_path):
    running = Running(tmp_path)
    running.start()
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.finish()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_supervisor_leaves_no_process_behind(running, number):
    groups = running.groups()

    running.process.send_signal(number)
    code, _ = running.finish()

    assert code == 0
    assert {name: members(group) for name, group in groups.items()} == {"web": [], "worker": []}


def test_supervisor_killed_without_warning_leaves_no_process_behind(running):
    groups = running.groups()

    running.process.kill()
    running.finish()

    assert until(lambda: not any(members(group) for group in groups.values()))


def test_fallen_process_is_started_again_and_its_own_process_ended(running):
    before = running.groups()

    os.kill(before["worker"], signal.SIGKILL)

    assert until(lambda: running._noted(running.var_dir / "processes.json") != before)
    after = running.groups()
    assert after["web"] == before["web"]
    assert after["worker"] != before["worker"]
    assert members(before["worker"]) == []


def test_lines_carry_the_name_of_their_process(running):
    running.groups()

    running.process.send_signal(signal.SIGINT)
    _, output = running.finish()

    assert {"web    | a child", "worker | a child"} <= set(output.splitlines())


def test_taken_port_is_named_before_anything_starts(tmp_path):
    running = Running(tmp_path / "var")
    with socket.create_server(("127.0.0.1", running.port)):
        running.start()
        code, output = running.finish()

    assert code == 1
    assert output == (
        f"Zustrich does not start: Port {running.port} is taken by another program. "
        f"Choose another: PORT={running.port + 10} make run\n"
    )
    assert not (tmp_path / "var").exists()


def test_second_supervisor_of_a_folder_is_refused(running):
    running.groups()
    second = Running(running.var_dir)

    second.start()
    code, output = second.finish()

    assert code == 1
    assert f"{running.var_dir} is in use by process {running.process.pid}" in output


def test_folder_of_a_killed_supervisor_can_be_used_again(running):
    groups = running.groups()
    running.process.kill()
    running.finish()
    assert until(lambda: not any(members(group) for group in groups.values()))

    running.start()

    assert set(running.groups()) == {"web", "worker"}
