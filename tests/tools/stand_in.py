"""The real supervisor over small processes: `python -m tests.tools.stand_in`.

Stands in for web, worker and beat only; each starts a process of its own, as they do.
"""

import sys

from tools.supervise import Plan, supervise

CHILD = "import time; print('a child', flush=True); time.sleep(600)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"


class SmallPlan(Plan):
    """The plan's ports, folder and lock, but quick processes."""

    def commands(self) -> dict[str, list[str]]:
        return {name: [sys.executable, "-c", PARENT] for name in ("web", "worker")}

    def preparation(self) -> list[str]:
        return [sys.executable, "-c", "print('welcome')"]


if __name__ == "__main__":
    sys.exit(supervise(SmallPlan.from_environment()))
