"""Row 11: how long people wait in a real browser, for the first page and for the calendar."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks import days, phone
from benchmarks.measure import percentile
from benchmarks.stack import Server
from tools.system import find

ROUNDS = 5
STEPS = 60  # of the hand, in one drag
TILES = "#calendar .ec-event[role=button]"
OPTIONS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
# Until all of the day's bookings are drawn; then the times by the page's own clock.
_STAND = f"count => document.querySelectorAll('{TILES}').length >= count"
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
_SENT = """() => performance.getEntries().filter(one => one.initiatorType !== 'img')
  .reduce((sum, one) => sum + (one.transferSize ?? 0), 0)"""
_WATCH = """() => {
  window.benchFrames = [];
  let last = performance.now();
  const next = now => {
    window.benchFrames.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}"""


@dataclass(frozen=True)
class View:
    """One view of the calendar; all times in ms since it was asked for."""

    bookings: int
    painted: float
    usable: float
    feed: float


@dataclass(frozen=True)
class Drag:
    """The ms between two pictures while a booking is moved, and until the server has answered."""

    frames: list[float]
    answered: float


@dataclass(frozen=True)
class Seen:
    """All that row 11 finds."""

    first_page_kb: float
    paints: dict[str, phone.Paint]
    views: dict[str, View]
    drag: Drag


def bookings_in(database_url: str) -> dict[str, int]:
    """How many bookings each view of the busy day has to show."""
    day = days.busy_day()
    monday, first = day - timedelta(days=day.weekday()), days.first_day()
    stretches = {
        "day": (day, day),
        "week": (monday, monday + timedelta(days=6)),
        "month": (first, days.last_of_month(first)),
    }
    with psycopg.connect(database_url) as connection:
        return {view: _count(connection, *stretch) for view, stretch in stretches.items()}


def _count(connection: psycopg.Connection, first: date, last: date) -> int:
    """Bookings of the company's days, both included."""
    asked = (
        "SELECT count(*) FROM booking_session"
        " WHERE (starts_at AT TIME ZONE %s)::date BETWEEN %s AND %s"
    )
    (count,) = connection.execute(asked, [days.ZONE.key, first, last]).fetchone()
    return int(count)


def seen(server: Server, cookie: str, counts: dict[str, int], paths: dict[str, str]) -> Seen:
    """Look at a product. ``counts`` says how many bookings each view has to show.

    ``paths`` are pages of the booking site by their names.
    """
    with _browser() as browser:
        first_page = _first_page_kb(browser, server)
        paints = {name: phone.painted(browser, server, path) for name, path in paths.items()}
        window = browser.new_context(viewport={"width": 1600, "height": 1000})
        name, _, value = cookie.partition("=")
        window.add_cookies([{"name": name, "value": value, "url": server.address}])
        views = {
            view: _median([_opened(window, server, view, count) for _ in range(ROUNDS)])
            for view, count in counts.items()
        }
        return Seen(first_page, paints, views, _dragged(window, server, counts["day"]))


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=OPTIONS.split())
        yield browser
        browser.close()


def _first_page_kb(browser: Browser, server: Server) -> float:
    window = browser.new_context()
    page = window.new_page()
    page.goto(server.address, wait_until="networkidle")
    sent = page.evaluate(_SENT) / 1000
    window.close()
    return float(sent)


def address_of(server: Server, view: str) -> str:
    return f"{server.address}/admin/calendar/?view={view}&date={days.busy_day()}"


def _opened(window: BrowserContext, server: Server, view: str, count: int) -> View:
    """Open a view anew; the browser has its files already, as on any working day but the first."""
    page = window.new_page()
    answered = _waiting_for_feed(page)
    page.goto(address_of(server, view), wait_until="commit")
    if view != "month":
        page.wait_for_function(_STAND, arg=count)
    else:
        page.wait_for_load_state("load")
    usable = page.evaluate("() => performance.now()")
    page.wait_for_load_state("networkidle")
    found = View(count, page.evaluate(_PAINTED), usable, answered())
    page.close()
    return found


def _waiting_for_feed(page: Page) -> Callable[[], float]:
    """Return a function that says how long the feed took, from its request to its last byte."""
    took: list[float] = []
    page.on(
        "requestfinished",
        lambda one: (
            took.append(one.timing["responseEnd"]) if "/calendar/feed/" in one.url else None
        ),
    )
    return lambda: took[0] if took else 0.0


def _dragged(window: BrowserContext, server: Server, count: int) -> Drag:
    """Take a booking by the hand across the columns and let go, as often as ``ROUNDS``."""
    page = window.new_page()
    frames: list[float] = []
    answers: list[float] = []
    for number in range(ROUNDS):
        page.goto(address_of(server, "day"))
        page.wait_for_function(_STAND, arg=count)
        frames += _carry(page, number)
        answers.append(_let_go(page))
    page.close()
    return Drag(frames, statistics.median(answers))


def _carry(page: Page, number: int) -> list[float]:
    tile = page.locator(TILES).nth(number)
    tile.scroll_into_view_if_needed()
    box = tile.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(_WATCH)
    for step in range(STEPS):
        page.mouse.move(x + step * 5, y + step % 30)
        page.wait_for_timeout(16)
    return list(page.evaluate("() => window.benchFrames.slice(1)"))


def _let_go(page: Page) -> float:
    """Return the ms until the judge has spoken, whatever it says."""
    began = time.perf_counter()
    with page.expect_response(lambda answer: "/drop/" in answer.url):
        page.mouse.up()
    return (time.perf_counter() - began) * 1000


def _median(views: list[View]) -> View:
    return View(
        views[0].bookings,
        *(
            statistics.median(getattr(view, name) for view in views)
            for name in ("painted", "usable", "feed")
        ),
    )


def slowest(drag: Drag) -> float:
    return percentile(drag.frames, 95)
