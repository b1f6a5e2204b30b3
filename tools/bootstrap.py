"""Makes everything a fresh clone needs: virtual environment, packages, assets. Runs nothing else.

Standard library only: it runs before anything is installed. Every step leaves a stamp
with the hash of what it was made from, so the next run has nothing to do.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import system

ROOT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = (3, 11)
NEEDED_BYTES = 1_000_000_000
RUNTIME_LOCK = ROOT / "requirements.txt"
DEV_LOCK = ROOT / "requirements-dev.txt"
NODE_LOCK = ROOT / "tools" / "requirements-node.txt"
NPM_LOCK = ROOT / "package-lock.json"
ICON_LIST = ROOT / "static" / "icons.txt"
NETWORK_SIGNS = ("ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT", "NewConnectionError")
NETWORK_WORDS = ("name resolution", "dns error", "Could not fetch", "Failed to fetch", "timed out")


class SetupFailed(Exception):
    """Set-up cannot go on; the text is one line for the person at the terminal."""


def virtual_environment() -> Path:
    """Return where the virtual environment lives: VENV, or .venv in the checkout."""
    return ROOT / os.environ.get("VENV", ".venv")


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def fingerprint(*paths: Path) -> str:
    """Return a hash of the files' contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_stamped(stamp: Path, mark: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="ascii") == mark


def check_machine() -> None:
    """Refuse a Python that is too old, or a disk that is too full, before any work."""
    if sys.version_info < OLDEST_PYTHON:
        have = ".".join(map(str, sys.version_info[:2]))
        raise SetupFailed(
            f"Python 3.11 or newer is needed, this is {have}. Try: make run PYTHON=python3.12"
        )
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES and not virtual_environment().exists():
        raise SetupFailed(f"Only {free // 1_000_000} MB free in {ROOT}; about 1000 MB are needed.")


def run(command: list[str], failure: str, env: dict[str, str] | None = None) -> None:
    """Run ``command`` quietly; when it fails, show what it said and raise SetupFailed."""
    done = subprocess.run(
        command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        no_network = any(sign in done.stdout for sign in NETWORK_SIGNS + NETWORK_WORDS)
        raise SetupFailed(failure + (" The network cannot be reached." if no_network else ""))


def make_environment(venv: Path, *, may_install: bool = False) -> None:
    """Create the virtual environment, or create it anew when its Python no longer works.

    Debian ships Python without venv: ``may_install`` lets it be added where that is allowed.
    """
    if python_of(venv).exists() and _works(python_of(venv)):
        return
    if may_install and not (importlib.util.find_spec("ensurepip") or shutil.which("uv")):
        system.install(["python3-venv"])
        importlib.invalidate_caches()
    print(f"Making the virtual environment in {venv.name} …", flush=True)
    if importlib.util.find_spec("ensurepip"):
        command = [sys.executable, "-m", "venv", "--clear", str(venv)]
    elif shutil.which("uv"):
        command = ["uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(venv)]
    else:
        raise SetupFailed("Python's venv is missing. Install it: apt-get install python3-venv")
    run(command, f"The virtual environment could not be made in {venv}.")


def _works(python: Path) -> bool:
    question = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([str(python), "-c", question], capture_output=True).returncode == 0


def install_packages(venv: Path, lock: Path, *, covered_by: Path | None = None) -> None:
    """Install what ``lock`` pins, by hash. Done already, or by ``covered_by``: nothing to do."""
    stamp, mark = _stamp_of(venv, lock), fingerprint(lock)
    if is_stamped(stamp, mark):
        return
    if covered_by and is_stamped(_stamp_of(venv, covered_by), fingerprint(covered_by)):
        return
    print(f"Installing the packages of {lock.name} …", flush=True)
    if not _install_with_uv(venv, lock):
        pip = [str(python_of(venv)), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        command = [*pip, "install", "--quiet", "--require-hashes", "-r", str(lock)]
        run(command, "The Python packages could not be installed.")
    stamp.write_text(mark, encoding="ascii")


def _stamp_of(venv: Path, lock: Path) -> Path:
    return venv / f".installed-{lock.stem}"


def _install_with_uv(venv: Path, lock: Path) -> bool:
    """Return whether uv did it. It may not know the index that pip was configured with."""
    uv = shutil.which("uv")
    if not uv:
        return False
    command = [uv, "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
    return subprocess.run([*command, "--python", str(python_of(venv))]).returncode == 0


def install_npm_packages(venv: Path) -> None:
    """Install what package-lock.json pins, with Node from PyPI where there is none."""
    stamp, mark = ROOT / "node_modules" / ".installed", fingerprint(NPM_LOCK)
    if is_stamped(stamp, mark):
        return
    env = {**os.environ, "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    if not (shutil.which("npm") and shutil.which("node")):
        install_packages(venv, NODE_LOCK)
    print("Installing the npm packages …", flush=True)
    npm = shutil.which("npm", path=env["PATH"]) or "npm"
    run([npm, "ci", "--loglevel=error"], "The npm packages could not be installed.", env)
    stamp.write_text(mark, encoding="ascii")


def build_assets(venv: Path) -> None:
    """Copy what the pages need from npm's packages, and build the icon sprite."""
    stamp = ROOT / "static" / "vendor" / ".built"
    mark = fingerprint(NPM_LOCK, ICON_LIST, ROOT / "tools" / "assets.py")
    if is_stamped(stamp, mark):
        return
    run([str(python_of(venv)), "-m", "tools.assets"], "The static files could not be built.")
    stamp.write_text(mark, encoding="ascii")


def bootstrap(*, dev: bool) -> Path:
    """Set up the checkout and return its Python. ``dev`` adds what tests and checks need.

    Two at once in one checkout wait for each other. Raises SetupFailed.
    """
    check_machine()
    venv = virtual_environment()
    with_lock = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(with_lock, fcntl.LOCK_EX)
        make_environment(venv, may_install=dev)
        if dev:
            install_packages(venv, DEV_LOCK)
        else:
            install_packages(venv, RUNTIME_LOCK, covered_by=DEV_LOCK)
        install_npm_packages(venv)
        build_assets(venv)
    finally:
        os.close(with_lock)
    return python_of(venv)


def main() -> None:
    """Set up, then become ``python <what follows "--">`` in the environment made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("command", nargs="*", help="then run this with the environment's Python")
    options = parser.parse_args()
    try:
        python = bootstrap(dev=options.dev)
    except (SetupFailed, system.ProgramMissing, OSError) as failure:
        sys.exit(f"Set-up stopped: {failure}")
    if options.command:
        os.chdir(ROOT)
        os.execv(python, [str(python), *options.command])


if __name__ == "__main__":
    main()
