"""Keys that an installation makes for itself stay its owner's."""

import os
import stat
import subprocess
import sys

import pytest

from tools.bootstrap import ROOT

pytestmark = pytest.mark.no_database


def test_keys_made_on_the_first_start_can_be_read_by_their_owner_only(tmp_path):
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "SECRET_KEY": ""}
    settings = "import config.settings"

    subprocess.run([sys.executable, "-c", settings], cwd=ROOT, env=environment, check=True)

    keys = list((tmp_path / "secrets").iterdir())
    assert {path.name for path in keys} == {"secret_key", "encryption_key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
