"""The search of every test is itself tested: by a run of tests that leak on purpose."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANTED = ROOT / "tests" / "leaks" / "planted.py"
pytestmark = pytest.mark.sqlite_only  # the run within makes a database of its own


@pytest.fixture(scope="module")
def planted_run(tmp_path_factory):
    """What the run printed, and each test's failure; None for a test that passed."""
    report = tmp_path_factory.mktemp("planted") / "report.xml"
    options = (
        f"--noconftest --nomigrations --junitxml={report} -p tests.leaks.plugin -p no:cacheprovider"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options.split(), str(PLANTED)],
        cwd=ROOT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    failures = {}
    for case in ElementTree.parse(report).iter("testcase"):
        failure = case.find("failure")
        failures[case.attrib["name"]] = None if failure is None else failure.attrib["message"]
    return done.stdout + done.stderr, failures


@pytest.mark.parametrize(
    ("test", "where"),
    [
        ("log_line_that_goes_nowhere", "a log line of planted.apart (planted.py:"),
        ("traceback_in_a_log_line", "a log line of planted (planted.py:"),
        ("page", "the answer to GET /page-with-secret/ (200)"),
        ("header", "X-Leak of the answer to GET /page/ (200)"),
        ("mail", "a mail: Hello"),
        ("statement", "a statement: SELECT %s"),
        ("task", "the task tests.leaks.planted.work"),
        ("expected_exception", "the text of ValueError"),
        ("printed", "Captured stdout call"),
    ],
)
def test_leak_fails_the_test_and_says_where(planted_run, test, where):
    _printed, failures = planted_run

    assert f"zsimAT_… in {where}" in failures[f"test_{test}"]


def test_test_without_a_leak_passes(planted_run):
    _printed, failures = planted_run

    assert failures.pop("test_nothing") is None
    assert None not in failures.values()


def test_own_failure_of_a_test_is_kept(planted_run):
    printed, failures = planted_run

    assert "assert 1 == 2" in failures["test_that_fails_by_itself"]
    assert printed.count("- Leaks -") == 10


def test_leaked_secret_is_not_shown_as_a_whole(planted_run):
    printed, _failures = planted_run

    shown = printed.replace('SECRET = "zsimAT_planted0planted0planted"', "")
    assert "zsimAT_planted" not in shown
