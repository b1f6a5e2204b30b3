"""``python -m zoomlink.simulator``: see ``--help``."""

import logging
import os
import signal
import sys

from zoomlink.simulator.app import serve
from zoomlink.simulator.settings import from_command_line


def main() -> None:
    """Read the command line and serve."""
    # Started in the background of a script, a process ignores Ctrl-C unless it says otherwise.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    serve(from_command_line(sys.argv[1:], os.environ))


if __name__ == "__main__":
    main()
