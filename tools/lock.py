"""Pins the Python packages anew, by hash and without any address of an index."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements", "requirements-dev", "tools/requirements-node")
OPTIONS = "--universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet"


def main() -> None:
    for name in LOCKS:
        command = [
            str(Path(sys.executable).with_name("uv")),
            "pip",
            "compile",
            *OPTIONS.split(),
            "--upgrade",
        ]
        subprocess.run(
            [*command, f"{name}.in", "--output-file", f"{name}.txt"], cwd=ROOT, check=True
        )


if __name__ == "__main__":
    main()
