"""Lint, types, migrations, security lint, and locks without addresses."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUR_CODE = ("booking", "config", "notifications", "tools", "web", "webhooks", "zoomlink")
LOCKS = (
    "package-lock.json",
    "requirements.txt",
    "requirements-dev.txt",
    "tools/requirements-node.txt",
)
# Held to full types: the pure modules, and whatever writes (docs/architecture.md, "Rooms").
TYPED = {
    "booking": "actions availability clocks events explanations features instants links "
    "memory ranges series slots zones",
    "zoomlink": "actions client signature payloads wanted oauth",
    "notifications": "actions calendar_entries calendar_files calendar_zones render markup "
    "segments variables channels",
    "webhooks": "actions addresses client pauses payloads signing wakeups",
    "config": "keys masking reports",
    "tools": "assets bootstrap check guardian lock ports processes services supervise system test "
    "translations",
}


def typed_paths() -> list[str]:
    """Return the modules and packages under strict types."""
    paths = []
    for app, names in TYPED.items():
        for name in names.split():
            module = ROOT / app / f"{name}.py"
            paths.append(module if module.exists() else module.with_suffix(""))
    return [str(path.relative_to(ROOT)) for path in paths]


def addresses_in_locks() -> list[str]:
    """Return the lines of lock files that name the address of a package index."""
    found = []
    for name in LOCKS:
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
            is_funding = '"url": "https://' in line  # npm's thanks to an author, not a source
            if "://" in line and not is_funding:
                found.append(f"{name}:{number}: {line.strip()}")
    return found


def run(*command: str) -> bool:
    """Run one check with the environment's own programs; return whether it passed."""
    print(f"--- {' '.join(command[:3])}", flush=True)
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT).returncode == 0


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    passed = [
        run("ruff", "check", "."),
        run("ruff", "format", "--check", "."),
        run("mypy", *typed_paths()),
        run("django", "makemigrations", "--check", "--dry-run"),
        run("django", "check"),
        run("bandit", "--quiet", "--recursive", "--severity-level", "medium", *OUR_CODE),
    ]
    addresses = addresses_in_locks()
    print(*addresses, sep="\n", end="\n" if addresses else "")
    is_good = all(passed) and not addresses
    print("All checks passed." if is_good else "Some checks failed.")
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
