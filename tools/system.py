"""Programs that the tests need from the system: found, installed where allowed, or named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

POSTGRES_FOLDERS = "/usr/lib/postgresql"  # Debian keeps the server's programs off the PATH
PACKAGES = {
    "postgres": "postgresql",
    "redis-server": "redis-server",
    "chromium": "chromium",
    "wrk": "wrk",
}
ALSO_CALLED = {"chromium": ("chromium-browser", "google-chrome", "chrome")}


class ProgramMissing(Exception):
    """The system lacks a program; the text names the one line to type."""


def find(program: str) -> str | None:
    """Return the path of a program, or None."""
    if program == "chromium" and os.environ.get("CHROMIUM"):
        return os.environ["CHROMIUM"]
    for name in (program, *ALSO_CALLED.get(program, ())):
        if found := shutil.which(name):
            return found
    servers = sorted(Path(POSTGRES_FOLDERS).glob(f"*/bin/{program}"), key=_postgres_version)
    return str(servers[-1]) if servers else None


def _postgres_version(path: Path) -> int:
    name = path.parts[-3]
    return int(name) if name.isdigit() else 0


def need(*programs: str) -> dict[str, str]:
    """Return where the programs are, installing what is missing. Raises ProgramMissing."""
    missing = [program for program in programs if not find(program)]
    if missing:
        install([PACKAGES[program] for program in missing])
    found = {program: find(program) for program in programs}
    absent = [program for program, path in found.items() if path is None]
    if absent:
        raise ProgramMissing(f"{', '.join(absent)} is still missing after the installation.")
    return {program: path for program, path in found.items() if path}


def install(packages: list[str]) -> None:
    """Install Debian packages when running as root there. Raises ProgramMissing."""
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ProgramMissing(f"The tests need {', '.join(packages)}. Type: sudo {line}")
    print(f"Installing {', '.join(packages)} …", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], line.split()):
        done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode:
            print(done.stdout.decode(), done.stderr.decode(), file=sys.stderr)
            raise ProgramMissing(f"{' '.join(command)} failed.")
