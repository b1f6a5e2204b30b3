"""The set-up does its work once, and says in one line why it cannot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap

pytestmark = pytest.mark.no_database


def set_up(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.bootstrap", *arguments],
        cwd=bootstrap.ROOT, env={**os.environ, **env}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def changed_at(*paths: Path) -> list[int]:
    return [path.stat().st_mtime_ns for path in paths]


def test_second_set_up_has_nothing_to_do():
    venv = bootstrap.virtual_environment()
    made = [
        venv / "pyvenv.cfg",
        venv / ".installed-requirements-dev",
        bootstrap.ROOT / "node_modules" / ".installed",
        bootstrap.ROOT / "static" / "vendor" / "icons.svg",
    ]
    assert set_up("--dev").returncode == 0
    before = changed_at(*made)

    second = set_up("--dev", PATH="/nowhere")  # neither uv, pip nor npm could be called

    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert changed_at(*made) == before


def test_set_up_becomes_the_command_it_was_given():
    done = set_up("--", "-c", "import sys; print(sys.prefix); sys.exit(7)")

    assert done.returncode == 7
    assert Path(done.stdout.strip()) == bootstrap.virtual_environment()


def test_packages_are_installed_again_when_their_lock_changed(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text("one\n")
    stamp = tmp_path / "stamp"
    stamp.write_text(bootstrap.fingerprint(lock))
    assert bootstrap.is_stamped(stamp, bootstrap.fingerprint(lock))

    lock.write_text("two\n")

    assert not bootstrap.is_stamped(stamp, bootstrap.fingerprint(lock))


def test_failed_command_says_what_failed_and_that_the_network_is_missing(capfd):
    script = "import sys; print('npm error code ENOTFOUND'); sys.exit(1)"

    with pytest.raises(bootstrap.SetupFailed) as failure:
        bootstrap.run([sys.executable, "-c", script], "The packages could not be installed.")

    assert str(failure.value) == (
        "The packages could not be installed. The network cannot be reached."
    )
    assert "ENOTFOUND" in capfd.readouterr().err
