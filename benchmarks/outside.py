"""What the company's workers talk to: the stand-in for Zoom, and mail servers of three tempers."""

import json
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.stack import SITE_URL, Stack, answers, wait_until
from tools.ports import free_ports, is_taken

# Guards nothing real.
CLIENT = {"ZOOM_CLIENT_ID": "bench", "ZOOM_CLIENT_SECRET": "bench"}
SLOW_ANSWER_SECONDS = 0.2
FOR_EVER = 3600.0
# Zoom lets each have a hundred meetings a day; we use eighty (zoomlink/actions/quota.py).
HOSTS = 60


@dataclass(frozen=True)
class Zoom:
    """The running stand-in."""

    address: str

    @property
    def env(self) -> dict[str, str]:
        return {**CLIENT, "ZOOM_OAUTH_URL": self.address, "ZOOM_API_URL": f"{self.address}/v2"}

    def fault(self, operation: str, kind: str, **more: float | str) -> None:
        """Let something go wrong from now on: zoomlink/simulator/faults.py has the kinds."""
        self._control("POST", "/faults", {"operation": operation, "kind": kind, **more})

    def heal(self) -> None:
        self._control("DELETE", "/faults")

    def agendas(self) -> Counter[str]:
        """How many meetings stand at Zoom under each reference of ours."""
        meetings = self._control("GET", "/meetings")["meetings"]
        return Counter(meeting["agenda"] for meeting in meetings if not meeting["deleted"])

    def answered(self) -> Counter[int]:
        """How many calls for meetings Zoom answered in which way, since the log was cleared."""
        log = self._control("GET", "/requests")["requests"]
        return Counter(entry["status"] for entry in log if "meeting" in entry["operation"])

    def clear_log(self) -> None:
        self._control("DELETE", "/requests")

    def _control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"{self.address}/simulator{path}", method=method,
            data=json.dumps(body).encode() if body else None,
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=60) as response:
            said = response.read()
        return json.loads(said) if said else None


@contextmanager
def zoom(running: Stack) -> Iterator[Zoom]:
    (port,) = free_ports(1)
    at = Zoom(f"http://127.0.0.1:{port}")
    command = (
        f"-m zoomlink.simulator --port {port} --state {running.var_dir}/zoom.sqlite3 "
        f"--client-id {CLIENT['ZOOM_CLIENT_ID']} --client-secret {CLIENT['ZOOM_CLIENT_SECRET']} "
        f"--site-url {SITE_URL} --extra-users {HOSTS} --seed bench"
    ).split()
    log = running.var_dir / "zoom.log"
    with running.started([sys.executable, *command], running.environment(""), log):
        wait_until(lambda: answers(f"{at.address}/simulator/faults"), f"No Zoom: {log}")
        yield at


@dataclass(frozen=True)
class MailServers:
    """Addresses for EMAIL_URL, and where the quick one notes what it took."""

    quick: str
    slow: str
    hanging: str
    refusing: str
    taken: Path

    def message_ids(self) -> Counter[str]:
        """How often the quick server took a mail, by Message-ID."""
        return Counter(self.taken.read_text(encoding="ascii").split())


@contextmanager
def mail_servers(running: Stack) -> Iterator[MailServers]:
    taken = running.var_dir / "mail.txt"
    ports = free_ports(4)
    *served, _nobody = ports
    with (
        _mail(running, served[0], 0, taken),
        _mail(running, served[1], SLOW_ANSWER_SECONDS, Path("/dev/null")),
        _mail(running, served[2], FOR_EVER, Path("/dev/null")),
    ):
        wait_until(lambda: all(is_taken("127.0.0.1", port) for port in served), "No mail server")
        yield MailServers(*(f"smtp://127.0.0.1:{port}" for port in ports), taken)


@contextmanager
def _mail(running: Stack, port: int, seconds: float, taken: Path) -> Iterator[None]:
    command = f"-m benchmarks.mail {port} {seconds} {taken}".split()
    log = running.var_dir / "mail.log"
    with running.started([sys.executable, *command], running.environment(""), log):
        yield
