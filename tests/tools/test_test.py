"""The test runner: a skip, a failure or an empty run is never green."""

import subprocess
import sys

import pytest

from tools.test import Count

pytestmark = pytest.mark.no_database

PASSES = "def test_a(): pass\n"
FAILS = "def test_b(): assert False\n"
SKIPS = "import pytest\ndef test_c(): pytest.skip('no browser')\n"
BREAKS = "import no_such_module\n"


def count_of(folder, text: str, *, may_be_empty: bool = False) -> Count:
    """Run a test file for real and count its outcome."""
    folder.mkdir(exist_ok=True)
    (folder / "test_it.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:django", f"--junitxml={report}"]
    done = subprocess.run([*command, str(folder)], cwd=folder, capture_output=True)
    count = Count()
    count.add(report, done.returncode, may_be_empty=may_be_empty)
    return count


def test_passing_run_is_good(tmp_path):
    count = count_of(tmp_path, PASSES)

    assert (count.passed, count.failed, count.is_good) == (1, 0, True)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (PASSES + FAILS, (1, 1, 0, 0)),
        (PASSES + SKIPS, (1, 0, 1, 0)),
        (BREAKS, (0, 1, 0, 0)),
        ("", (0, 0, 0, 1)),
    ],
)
def test_failing_skipping_breaking_or_empty_run_is_not_good(tmp_path, text, counts):
    count = count_of(tmp_path, text)

    assert (count.passed, count.failed, count.skipped, count.broken_runs) == counts
    assert not count.is_good


def test_run_that_left_no_report_is_not_good(tmp_path):
    count = Count(passed=5)

    count.add(tmp_path / "none.xml", 0, may_be_empty=False)

    assert not count.is_good


def test_empty_run_is_good_only_beside_one_that_passed(tmp_path):
    count = count_of(tmp_path, "", may_be_empty=True)

    assert (count.broken_runs, count.is_good) == (0, False)
