"""Keys that an installation makes for itself stay its owner's."""

import os
import stat
import subprocess
import sys

import pytest

from tools.bootstrap import ROOT

pytestmark = pytest.mark.no_database


def test_what_is_made_on_the_first_start_can_be_read_by_its_owner_only(tmp_path):
    var_dir = tmp_path / "var"
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(var_dir), "SECRET_KEY": ""}
    settings = "import config.settings"

    subprocess.run([sys.executable, "-c", settings], cwd=ROOT, env=environment, check=True)

    keys = list((var_dir / "secrets").iterdir())
    assert stat.S_IMODE(var_dir.stat().st_mode) == 0o700
    assert {path.name for path in keys} == {"secret_key", "encryption_key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
