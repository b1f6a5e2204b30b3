"""Runs every test: on SQLite, on PostgreSQL, and journeys in a real browser.

Starts what the tests need and ends it afterwards, also after Ctrl-C. With ARGS, one
pytest run with these arguments (on PostgreSQL with DB=postgres). Fails when a test
failed, was skipped, or a run had no test.
"""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tools import services
from tools.system import ProgramMissing, need

ROOT = Path(__file__).resolve().parents[1]
JOURNEYS = "tests/journeys"
NO_TESTS = 5  # pytest's exit code
STOP_SECONDS = 30.0


@dataclass(frozen=True)
class Run:
    """One call of pytest. ``may_be_empty``: it runs what another run left for it, if anything."""

    name: str
    arguments: str
    env: dict[str, str]
    may_be_empty: bool = False


@dataclass
class Count:
    """What the runs so far came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    broken_runs: int = 0

    def add(self, report: Path, code: int, *, may_be_empty: bool) -> None:
        """Add one run: its JUnit report, and pytest's exit code."""
        is_fine = code == 0 or (may_be_empty and code == NO_TESTS)
        if not report.exists():
            self.broken_runs += 1
            return
        suite = ElementTree.parse(report).getroot().find("testsuite")  # nosec B314
        assert suite is not None
        number = {key: int(suite.attrib[key]) for key in ("tests", "failures", "errors", "skipped")}
        bad = number["failures"] + number["errors"]
        self.failed += bad
        self.skipped += number["skipped"]
        self.passed += number["tests"] - bad - number["skipped"]
        if not is_fine and not bad:
            self.broken_runs += 1

    @property
    def is_good(self) -> bool:
        return self.passed > 0 and not (self.failed or self.skipped or self.broken_runs)


def runs(postgres_url: str, redis_url: str) -> list[Run]:
    """Return the runs of a whole `make test`, in order."""
    served = {"TEST_POSTGRES_URL": postgres_url, "TEST_REDIS_URL": redis_url}
    on_postgres = {"DATABASE_URL": postgres_url, **served}
    rest = f"tests --ignore={JOURNEYS}"
    return [
        Run("SQLite", f"{rest} -m 'not serial' -n 2", {}),
        Run("SQLite, one at a time", f"{rest} -m serial", served, may_be_empty=True),
        Run("PostgreSQL", f"{rest} -m 'not serial' -n 2", on_postgres),
        Run("PostgreSQL, one at a time", f"{rest} -m serial", on_postgres, may_be_empty=True),
        # By file: the tests of one share a running product. Much of it is waiting, so more
        # of them than the machine has cores; those that wait longest begin first.
        Run("journeys", f"{JOURNEYS} -n 3 --dist loadfile --no-loadscope-reorder", on_postgres),
    ]


def soak_runs(postgres_url: str, redis_url: str) -> list[Run]:
    """Return the runs of `make soak`: the marked proofs, at full size, on both databases."""
    served = {"TEST_POSTGRES_URL": postgres_url, "TEST_REDIS_URL": redis_url}
    marked = "tests -m soak --timeout=7200"
    return [
        Run("soak on SQLite", marked, {}),
        Run("soak on PostgreSQL", marked, {"DATABASE_URL": postgres_url, **served}),
    ]


def perform(run: Run, folder: Path, count: Count) -> None:
    """Call pytest and add its outcome to ``count``."""
    print(f"\n=== {run.name} ===", flush=True)
    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "--durations=20", f"--junitxml={report}"]
    outside = {"DATABASE_URL", "REDIS_URL", "TEST_POSTGRES_URL", "TEST_REDIS_URL"}
    env = {key: value for key, value in os.environ.items() if key not in outside}
    with subprocess.Popen(
        [*command, *shlex.split(run.arguments)], env={**env, **run.env}
    ) as pytest:
        try:
            code = pytest.wait()
        except BaseException:
            _interrupt(pytest)
            raise
    count.add(report, code, may_be_empty=run.may_be_empty)


def _interrupt(pytest: subprocess.Popen[bytes]) -> None:
    """Let pytest end what its fixtures started, which a kill would leave behind."""
    pytest.send_signal(signal.SIGINT)
    try:
        pytest.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pytest.kill()


def chosen_run(arguments: str, started: ExitStack) -> Run:
    """Return the one run that ARGS asks for, with PostgreSQL and Redis for DB=postgres."""
    if os.environ.get("DB") != "postgres":
        return Run("SQLite", arguments, {})
    need("postgres", "redis-server")
    postgres_url = started.enter_context(services.postgres())
    redis_url = started.enter_context(services.redis())
    env = {"TEST_POSTGRES_URL": postgres_url, "TEST_REDIS_URL": redis_url}
    return Run("PostgreSQL", arguments, {"DATABASE_URL": postgres_url, **env})


def all_runs(started: ExitStack) -> list[Run]:
    """Start the servers and return the runs of `make test` or `make soak`."""
    need("postgres", "redis-server", "chromium")
    postgres_url = started.enter_context(services.postgres())
    redis_url = started.enter_context(services.redis())
    if os.environ.get("SOAK") == "1":
        return soak_runs(postgres_url, redis_url)
    return runs(postgres_url, redis_url)


def main() -> None:
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    signal.signal(signal.SIGHUP, lambda number, frame: sys.exit(128 + number))
    count = Count()
    try:
        with ExitStack() as started:
            folder = Path(started.enter_context(tempfile.TemporaryDirectory()))
            arguments = os.environ.get("ARGS", "")
            plan = [chosen_run(arguments, started)] if arguments else all_runs(started)
            for run in plan:
                perform(run, folder, count)
    except (ProgramMissing, services.ServiceFailed) as failure:
        sys.exit(f"The tests cannot run: {failure}")
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    close(count)


def close(count: Count) -> None:
    """Print the closing lines, and exit with 1 unless everything ran and passed."""
    if count.skipped:
        print(f"\n{count.skipped} skipped: a skip proves nothing, so the run fails.")
    if count.broken_runs:
        print(f"\n{count.broken_runs} runs ended badly or ran no test.")
    print(f"\n{count.passed} passed, {count.failed} failed", flush=True)
    sys.exit(0 if count.is_good else 1)


if __name__ == "__main__":
    main()
