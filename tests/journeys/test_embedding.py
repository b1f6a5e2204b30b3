"""The booking site inside another site's page, with that browser's cookies blocked."""

import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Staff
from tests.product import running

# The frame has been told who shows it, and has told how high it is.
IS_IN_TOUCH = "document.querySelector('iframe').clientHeight !== 480"
SLOW = 15_000  # milliseconds: a page within a page on a busy machine
WITHOUT_COOKIES = "--test-third-party-cookie-phaseout"
# A page as strict as can be: only our own origin may be asked, and no style is inline.
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Studio</title>
<meta http-equiv="Content-Security-Policy"
content="default-src 'none'; script-src {0}; frame-src {0}"></head>
<body><h1>Studio</h1>{1}</body></html>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_told):
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


def serving(folder) -> Iterator[str]:
    """Serve a folder at 127.0.0.1, to which localhost is another site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def listed(folder):
    yield from serving(folder)


@pytest.fixture(scope="module")
def unlisted(folder):
    yield from serving(folder)


@pytest.fixture(scope="module")
def product(tmp_path_factory, folder, listed, browser):
    """The demo company with one page on its list, which staff put there."""
    with running(tmp_path_factory.mktemp("embedding")) as product:
        product.manage("demo")
        owner = Staff(browser, product).sign_in("owner@demo.example")
        owner.open("/admin/features/")
        owner.page.get_by_role("button", name="Enable Embedding").click()
        page = owner.open("/admin/embedding/?service=follow-up")
        page.get_by_label("Pages that may show").fill(f"{listed}/studio.html")
        page.get_by_role("button", name="Save").click()
        page = owner.open("/admin/embedding/?service=follow-up")
        expect(page.frame_locator("iframe").locator("#times")).to_be_visible(timeout=SLOW)
        lines = page.locator("pre code").all_text_contents()
        owner.context.close()
        for name, line in zip(("in-page", "button"), lines, strict=True):
            text = PAGE.format(product.url, f"{line}<p id='after'>After</p>")
            (folder / f"{name}.html").write_text(text, encoding="utf-8")
        yield product


@pytest.fixture
def visitor(browser_type, browser_type_launch_args):
    arguments = [*browser_type_launch_args["args"], WITHOUT_COOKIES]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    context = browser.new_context(timezone_id="America/Los_Angeles", locale="en-US")
    context.set_default_timeout(SLOW)
    yield context.new_page()
    browser.close()


def fill_in(page: Page) -> None:
    frame = page.frame_locator("iframe")
    frame.locator("#times a:has(time)").last.click()
    frame.get_by_label("Your name").fill("Cleo")
    frame.get_by_label("E-mail").fill("cleo@client.example")
    frame.get_by_label("Phone").fill("+380631112233")


def until(page: Page, expression: str) -> None:
    """Wait for it by asking again: what Playwright does by itself the page's policy forbids."""
    give_up = time.monotonic() + SLOW / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < give_up, expression
        page.wait_for_timeout(50)


def test_booking_goes_through_in_somebodys_page(product, visitor, listed):
    page = visitor
    page.goto(f"{listed}/in-page.html")
    page.evaluate("addEventListener('zustrich:booked', ({detail}) => (window.heard = detail))")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Times are in America/Los_Angeles")).to_be_visible(timeout=SLOW)
    until(page, IS_IN_TOUCH)
    inner = page.frames[1]
    assert inner.evaluate("document.documentElement.scrollHeight <= innerHeight")

    fill_in(page)
    frame.get_by_role("button", name="Book", exact=True).click()

    expect(frame.get_by_role("heading", name="You are booked")).to_be_visible(timeout=SLOW)
    code = frame.locator(".site-code").inner_text()
    until(page, "!!window.heard")
    heard = page.evaluate("heard")
    assert set(heard) == {"code", "start"}
    assert heard["code"] == code
    assert page.context.cookies() == []
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="See, move or cancel").click()
    opened.value.wait_for_url(f"{product.url}/b/**")


def test_button_opens_the_frame_for_the_keyboard(product, visitor, listed):
    page = visitor
    page.goto(f"{listed}/button.html")
    button = page.get_by_role("button", name="Book a time")

    button.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    link = page.frame_locator("iframe").locator("#times a:has(time)").first
    link.focus()
    until(page, IS_IN_TOUCH)
    link.press("Escape")  # inside the frame, where the dialog hears nothing

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    button.press("Enter")
    page.get_by_role("button", name="Close").press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    until(page, "document.documentElement.style.overflow === ''")


def test_page_that_is_not_listed_is_refused_by_the_browser(product, visitor, unlisted):
    page = visitor
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{unlisted}/in-page.html")

    link = page.get_by_role("link", name="Book on our own page")
    expect(link).to_be_visible(timeout=SLOW)

    assert any("frame-ancestors" in text for text in said)
    assert link.get_attribute("href").startswith(f"{product.url}/book/follow-up/")
