"""What every request can reach: the settings, the state and the clock."""

import time
from typing import cast

from flask import current_app, request

from zoomlink.simulator.settings import Settings
from zoomlink.simulator.store import Store


def settings() -> Settings:
    return cast(Settings, current_app.extensions["simulator_settings"])


def store() -> Store:
    return cast(Store, current_app.extensions["simulator_store"])


def now() -> float:
    """Seconds since 1970, UTC."""
    return time.time()


def utc_text(moment: float) -> str:
    """A moment as Zoom writes it: 2026-11-22T09:30:00Z."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def base_url() -> str:
    """The simulator's address as the caller knows it, without a slash at the end."""
    return request.host_url.rstrip("/")
