"""Row 11, clients: the first paint of the booking site on a cheap phone over a slow network."""

import statistics
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from benchmarks import days
from benchmarks.stack import Server

ROUNDS = 5
# What Lighthouse calls a mid-tier phone on slow 4G (GoogleChrome/lighthouse, docs/throttling.md).
NETWORK = {
    "offline": False,
    "latency": 150,  # ms
    "downloadThroughput": 1.6e6 / 8,  # bytes a second
    "uploadThroughput": 0.75e6 / 8,
}
TIMES_SLOWER = 4
SCREEN = {"width": 390, "height": 844}
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


@dataclass(frozen=True)
class Paint:
    """The ms until something of a page can be seen: with nothing in the cache, and again."""

    first: float
    again: float


def painted(browser: Browser, server: Server, path: str) -> Paint:
    """Open a page of the booking site on the phone; medians."""
    found = [_opened_twice(browser, f"{server.address}{path}") for _ in range(ROUNDS)]
    return Paint(
        statistics.median(paint.first for paint in found),
        statistics.median(paint.again for paint in found),
    )


def _opened_twice(browser: Browser, address: str) -> Paint:
    window = browser.new_context(
        viewport=SCREEN,
        device_scale_factor=3,
        is_mobile=True,
        has_touch=True,
        timezone_id=days.ZONE.key,  # elsewhere a first page of times is loaded twice
    )
    page = window.new_page()
    hand = window.new_cdp_session(page)
    hand.send("Network.emulateNetworkConditions", NETWORK)
    hand.send("Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER})
    paint = Paint(_opened(page, address), _opened(page, address))
    window.close()
    return paint


def _opened(page: Page, address: str) -> float:
    page.goto("about:blank")
    page.goto(address, wait_until="networkidle")
    return float(page.evaluate(_PAINTED))
