"""Cleans up after a process that died without doing so itself, even by kill -9.

A program starts one guardian and tells it what it owes the machine: process groups to
end, folders to remove. The guardian reads that from a pipe. When the pipe closes, its
owner is gone, and whatever was not taken back is ended and removed.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

GRACE_SECONDS = 5.0


def signal_leader(group: int, number: int = signal.SIGTERM) -> bool:
    """Send a signal (0: none) to a group's first process; return whether there was one."""
    try:
        os.kill(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def kill_group(group: int) -> None:
    """End a process group at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def end_groups(groups: set[int], grace: float = GRACE_SECONDS) -> None:
    """Ask each group's first process, which knows the others, to stop; then kill what is left."""
    left = {group for group in groups if signal_leader(group)}
    give_up = time.monotonic() + grace
    while left and time.monotonic() < give_up:
        time.sleep(0.05)
        left = {group for group in left if signal_leader(group, 0)}
    for group in groups:
        kill_group(group)


class Guardian:
    """The owner's end of the pipe."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
            bufsize=1,
        )

    def watch_group(self, group: int) -> None:
        self._tell("+", "group", str(group))

    def forget_group(self, group: int) -> None:
        self._tell("-", "group", str(group))

    def watch_folder(self, folder: Path) -> None:
        self._tell("+", "folder", str(folder))

    def close(self) -> None:
        """Let the guardian end whatever it still watches, and wait for it."""
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, *words: str) -> None:
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            print(*words, file=self._process.stdin, flush=True)


def main() -> None:
    """Note what the owner says until it is gone, then clean up."""
    watched: set[tuple[str, str]] = set()
    for line in sys.stdin:
        sign, kind, what = line.rstrip("\n").split(" ", 2)
        (watched.add if sign == "+" else watched.discard)((kind, what))
    end_groups({int(what) for kind, what in watched if kind == "group"})
    for kind, what in watched:
        if kind == "folder":
            shutil.rmtree(what, ignore_errors=True)


if __name__ == "__main__":
    main()
