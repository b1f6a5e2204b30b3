"""Journeys: a real browser against the running product, by its pages alone."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.product import Product, RunningProduct, running
from tools.system import find

ONLY_THIS_MACHINE = "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
BROWSER_OPTIONS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)

LONGEST = {"test_failures", "test_first_meeting", "test_embedded"}
JOURNEY_SECONDS = 420  # a meeting begins two minutes after it was booked, at the earliest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give journeys the time they take, unless one sets its own; the longest begin first."""
    journeys = [item for item in items if item.path.parent == Path(__file__).parent]
    for item in journeys:
        if not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(JOURNEY_SECONDS))
    items.sort(key=lambda item: item.path.stem not in LONGEST)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product | RunningProduct]:
    """Yield the product under test: a fresh one, or the one that ZUSTRICH_URL names."""
    if url := os.environ.get("ZUSTRICH_URL"):
        next_port = (urlsplit(url).port or 80) + 1
        simulator = os.environ.get("ZUSTRICH_SIMULATOR_URL", f"http://localhost:{next_port}")
        yield RunningProduct(url.rstrip("/"), simulator)
        return
    with running(tmp_path_factory.mktemp("product")) as product:
        yield product


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium where there is one, and let it reach nothing but this machine."""
    arguments = [*BROWSER_OPTIONS.split(), f"--host-resolver-rules={ONLY_THIS_MACHINE}"]
    chromium = {"executable_path": path} if (path := find("chromium")) else {}
    return {**browser_type_launch_args, **chromium, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Sit far from the company, so that a time without its zone shows."""
    return {**browser_context_args, "timezone_id": "America/Los_Angeles", "locale": "en-US"}
