"""One long-running child process: started, read line by line, started again when it falls."""

import os
import subprocess
import time
from collections.abc import Iterator

from tools.guardian import Guardian, kill_group, signal_leader

FIRST_PAUSE = 0.5  # seconds before a fallen process is started again; doubles each time
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0  # seconds of running after which earlier falls are forgotten


class Child:
    """A process in a group of its own, so that whatever it starts ends with it."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], guardian: Guardian):
        self.name = name
        self._command = command
        self._env = env
        self._guardian = guardian
        self._process: subprocess.Popen[bytes] | None = None
        self._unfinished = b""
        self._started_at = 0.0
        self._pause = FIRST_PAUSE
        self._start_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def output(self) -> int | None:
        """The file descriptor to wait on for lines."""
        return self._process.stdout.fileno() if self._process and self._process.stdout else None

    def is_due(self, now: float) -> bool:
        """Return whether it does not run and should, by a monotonic clock."""
        return self._process is None and now >= self._start_at

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._guardian.watch_group(self._process.pid)
        assert self._process.stdout
        os.set_blocking(self._process.stdout.fileno(), False)
        self._started_at = time.monotonic()

    def lines(self) -> Iterator[str]:
        """Yield the whole lines written since the last call."""
        if self.output is None:
            return
        try:
            self._unfinished += os.read(self.output, 65536)
        except BlockingIOError:
            return
        *whole, self._unfinished = self._unfinished.split(b"\n")
        for line in whole:
            yield line.decode(errors="replace").rstrip("\r")

    def has_fallen(self) -> bool:
        """Return whether it was started and has ended. Its last lines can still be read."""
        return self._process is not None and self._process.poll() is not None

    def bury(self) -> str:
        """End what a fallen process left, plan its next start, and return how it ended."""
        assert self._process
        code = self._process.returncode
        self.kill()
        self._plan_next_start()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def pause(self) -> float:
        """Return the seconds until the planned start."""
        return max(0.0, self._start_at - time.monotonic())

    def _plan_next_start(self) -> None:
        now = time.monotonic()
        if now - self._started_at > STEADY_AFTER:
            self._pause = FIRST_PAUSE
        self._start_at = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def ask_to_stop(self) -> None:
        if self._process:
            signal_leader(self._process.pid)

    def has_ended(self) -> bool:
        """Return whether it does not run; what it started may still."""
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """End it and all it started, now."""
        if self._process:
            kill_group(self._process.pid)
            self._process.wait()
            self._guardian.forget_group(self._process.pid)
            assert self._process.stdout
            self._process.stdout.close()
        self._process = None
        self._unfinished = b""
