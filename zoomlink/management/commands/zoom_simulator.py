"""``manage.py zoom_simulator``: the stand-in for Zoom, told what the settings say."""

import runpy
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Runs a stand-in for Zoom on 127.0.0.1 until it is interrupted."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.ZOOM_SIMULATOR_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        # Run as a module of its own, as from the command line: nothing of the product may
        # import it, and it imports nothing of the product.
        sys.argv = ["zoom_simulator", *_arguments(options["port"])]
        runpy.run_module("zoomlink.simulator", run_name="__main__", alter_sys=True)


def _arguments(port: int) -> list[str]:
    arguments = {
        "--port": str(port),
        "--state": str(settings.VAR_DIR / "zoom-simulator.sqlite3"),
        "--client-id": settings.ZOOM_CLIENT_ID,
        "--client-secret": settings.ZOOM_CLIENT_SECRET,
        "--site-url": settings.SITE_URL,
    }
    if settings.ZOOM_WEBHOOK_SECRET:
        arguments["--webhook-url"] = f"{settings.SITE_URL}/zoom/webhook/"
        arguments["--webhook-secret"] = settings.ZOOM_WEBHOOK_SECRET
    return [part for pair in arguments.items() for part in pair]
