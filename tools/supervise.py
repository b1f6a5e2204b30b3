"""Runs web, worker, beat and the Zoom simulator as one foreground command.

Prepares VAR_DIR and the database, starts the processes, starts a fallen one again, and
ends all of them, with everything they started, on Ctrl-C, SIGTERM or SIGHUP. Should it
be killed itself, its guardian ends them.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from select import select
from urllib.parse import urlsplit

import environ

from tools.guardian import Guardian, end_groups
from tools.ports import PortTaken, is_taken
from tools.processes import Child

ROOT = Path(__file__).resolve().parents[1]
STOP_SECONDS = 5.0  # what runs may finish; the sweep finds what could not
COLOURS = {"web": 36, "worker": 32, "beat": 33, "simulator": 35, "run": 1}


class AlreadyRunning(Exception):
    """Another supervisor works in this VAR_DIR; the text is one line for the terminal."""


@dataclass(frozen=True)
class Plan:
    """What to run and where, read from the environment."""

    host: str
    port: int
    simulator_port: int | None  # None: the real Zoom is meant
    var_dir: Path
    site_url: str
    web_processes: int
    web_threads: int
    worker_processes: int

    @classmethod
    def from_environment(cls) -> "Plan":
        """Read it by the rules of config/settings.py, `.env` included."""
        env = environ.Env()
        if (ROOT / ".env").is_file():
            env.read_env(ROOT / ".env")
        port = env.int("PORT", default=8000)
        is_zoom_given = env.str("ZOOM_CLIENT_ID", default="") or env.str(
            "ZOOM_OAUTH_URL", default=""
        )
        is_simulated = env.bool("DEBUG", default=False) and not is_zoom_given
        return cls(
            host=env.str("HOST", default="127.0.0.1"),
            port=port,
            simulator_port=env.int("ZOOM_SIMULATOR_PORT", default=port + 1)
            if is_simulated
            else None,
            var_dir=Path(env.str("VAR_DIR", default=str(ROOT / "var"))).resolve(),
            site_url=env.str("SITE_URL", default=f"http://localhost:{port}").rstrip("/"),
            web_processes=env.int("WEB_PROCESSES", default=1),
            web_threads=env.int("WEB_THREADS", default=4),
            worker_processes=env.int("WORKER_PROCESSES", default=2),
        )

    def environment(self) -> dict[str, str]:
        """Return the environment of the processes, with what was decided here spelled out."""
        decided = {
            "PORT": str(self.port),
            "VAR_DIR": str(self.var_dir),
            "PYTHONUNBUFFERED": "1",
        }
        if self.simulator_port:
            decided["ZOOM_SIMULATOR_PORT"] = str(self.simulator_port)
        return {**os.environ, **decided}

    def commands(self) -> dict[str, list[str]]:
        """Return name and command line of each process."""
        python = sys.executable
        celery = [python, "-m", "celery", "--app", "config"]
        web = (
            f"--interface wsgi --no-ws --host {self.host} --port {self.port} --log-level warning "
            f"--workers {self.web_processes} --respawn-failed-workers "
            f"--blocking-threads {self.web_threads} config.wsgi:application"
        )
        worker = (
            f"worker --concurrency {self.worker_processes} --without-gossip --without-mingle "
            "--loglevel INFO"
        )
        commands = {
            "web": [python, "-m", "granian", *web.split()],
            "worker": [*celery, *worker.split()],
            "beat": [*celery, "beat", "--pidfile", "", "--loglevel", "INFO"],
        }
        if self.simulator_port:
            commands["simulator"] = [python, "manage.py", "zoom_simulator"]
        return commands

    def preparation(self) -> list[str]:
        """Return the command line that must succeed before any process starts."""
        return [sys.executable, "-m", "tools.prepare"]

    def check_ports(self) -> None:
        """Raise PortTaken with what to type instead."""
        if is_taken(self.host, self.port):
            raise PortTaken(
                f"Port {self.port} is taken by another program. Choose another: "
                f"PORT={self.port + 10} make run"
            )
        if self.simulator_port and is_taken("127.0.0.1", self.simulator_port):
            raise PortTaken(
                f"Port {self.simulator_port}, meant for the Zoom simulator, is taken by another "
                f"program. Choose another: ZOOM_SIMULATOR_PORT={self.simulator_port + 10} make run"
            )


def take_lock(var_dir: Path) -> int:
    """Return the lock on ``var_dir``, held until this process ends. Raises AlreadyRunning."""
    var_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(var_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 20).decode() or "unknown"
        os.close(lock)
        raise AlreadyRunning(
            f"{var_dir} is in use by process {holder}. Stop it, or choose another folder: "
            "VAR_DIR=… make run"
        ) from None
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock


class Supervisor:
    """The foreground command."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.is_stopping = False
        self.guardian = Guardian()
        env = plan.environment()
        self.children = [
            Child(name, command, env, self.guardian) for name, command in plan.commands().items()
        ]
        self._width = max(len(child.name) for child in self.children)
        self._is_colourful = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def run(self) -> int:
        """Prepare, run until told to stop, and return the exit code."""
        self._listen_to_signals()
        try:
            code, welcome = self._prepare()
            if code == 0 and not self.is_stopping:
                threading.Thread(target=self._welcome, args=[welcome], daemon=True).start()
                self._watch()
            return 0 if self.is_stopping else code
        finally:
            self._stop()

    def say(self, name: str, line: str) -> None:
        """Print one line of a process. A closed terminal means: stop."""
        prefix = f"{name:<{self._width}} |"
        if self._is_colourful:
            prefix = f"\033[{COLOURS.get(name, 0)}m{prefix}\033[0m"
        try:
            print(prefix, line, flush=True)
        except OSError:
            self.is_stopping = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            is_nohup = number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN
            if not is_nohup:
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: object) -> None:
        self.is_stopping = True

    def _prepare(self) -> tuple[int, str]:
        """Bring VAR_DIR and the database up to date; return exit code and words of welcome."""
        with subprocess.Popen(
            self.plan.preparation(),
            env=self.plan.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        ) as process:
            self.guardian.watch_group(process.pid)
            while process.poll() is None:
                if self.is_stopping:
                    end_groups({process.pid}, grace=1)
                time.sleep(0.05)
            self.guardian.forget_group(process.pid)
            assert process.stdout
            return process.returncode, process.stdout.read()

    def _watch(self) -> None:
        while not self.is_stopping:
            for child in self.children:
                self._tend(child)
            outputs = [child.output for child in self.children if child.output is not None]
            select(outputs, [], [], 0.2)

    def _tend(self, child: Child) -> None:
        if child.is_due(time.monotonic()):
            child.start()
            self._note_processes()
        has_fallen = child.has_fallen()
        for line in child.lines():
            self.say(child.name, line)
        if has_fallen:
            how = child.bury()
            self.say("run", f"{child.name} ended ({how}), starts again in {child.pause():.1f} s")

    def _note_processes(self) -> None:
        """Leave the process ids where `manage.py doctor`, scripts and tests find them."""
        note = self.plan.var_dir / "processes.json"
        draft = note.with_suffix(".new")
        draft.write_text(json.dumps({child.name: child.pid for child in self.children}))
        draft.replace(note)

    def _welcome(self, welcome: str) -> None:
        """Say where it runs, once the web process answers."""
        while not self.is_stopping:
            time.sleep(0.2)
            if answers(f"http://{self.plan.host}:{self.plan.port}/healthz", self.plan.site_url):
                for line in ["", f"Zustrich runs at {self.plan.site_url}", *welcome.splitlines()]:
                    self.say("run", line)
                self.say("run", "Ctrl-C stops everything.")
                return

    def _stop(self) -> None:
        self.say("run", "Stopping …")
        for child in self.children:
            child.ask_to_stop()
        give_up = time.monotonic() + STOP_SECONDS
        while time.monotonic() < give_up and not all(child.has_ended() for child in self.children):
            for child in self.children:
                for line in child.lines():
                    self.say(child.name, line)
            time.sleep(0.05)
        for child in self.children:
            child.kill()
        (self.plan.var_dir / "processes.json").unlink(missing_ok=True)
        self.guardian.close()


def answers(address: str, site_url: str) -> bool:
    """Return whether the web process serves requests for the site's own host name."""
    request = urllib.request.Request(address, headers={"Host": urlsplit(site_url).netloc})
    try:
        with urllib.request.urlopen(request, timeout=2) as response:  # nosec B310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def supervise(plan: Plan) -> int:
    """Run ``plan`` until told to stop, and return the exit code."""
    try:
        plan.check_ports()
        lock = take_lock(plan.var_dir)
    except (PortTaken, AlreadyRunning, OSError) as refusal:
        print(f"Zustrich does not start: {refusal}", file=sys.stderr)
        return 1
    try:
        return Supervisor(plan).run()
    finally:
        os.close(lock)


def main() -> None:
    os.chdir(ROOT)
    sys.exit(supervise(Plan.from_environment()))


if __name__ == "__main__":
    main()
