"""A leak in what a browser receives from the product is found; Zoom's own pages are its own."""

import pytest
from playwright.sync_api import Browser

from tests.contract.local_server import Reply, local_server
from tests.journeys.visitor import Visitor
from tests.leaks.browsers import read_answers
from tests.leaks.canaries import noted

SECRET = b"zsimAT_q1W2e3R4"
PAGE = {"Content-Type": "text/html"}


@pytest.fixture
def page(browser: Browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


def found(page) -> list[str]:
    """What was noted, once the browser has handed over what it received."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    return noted()


def test_page_of_the_product_is_read(page):
    with local_server([Reply(headers=PAGE, body=b"<p>" + SECRET)]) as product:
        read_answers(page.context, product.origin, "http://127.0.0.1:1")
        page.goto(f"{product.origin}/here/")

        leaks = found(page)

    assert leaks == [f"zsimAT_… in the answer to GET {product.origin}/here/ (200)"]


def test_way_into_zoom_is_no_leak_and_zooms_page_is_not_read(page):
    with local_server([Reply(headers=PAGE, body=SECRET)]) as zoom:
        into = {"Location": f"{zoom.origin}/j/812?pwd=zsimPWD_a"}
        with local_server([Reply(status=302, headers=into)]) as product:
            read_answers(page.context, product.origin, zoom.origin)
            page.goto(f"{product.origin}/m/token/")
            leaks = found(page)

    assert "zsimAT" in page.content()
    assert leaks == []


def test_way_elsewhere_with_a_secret_is_a_leak(page):
    away = {"Location": "/b/?pwd=zsimPWD_a"}
    with local_server([Reply(status=302, headers=away), Reply(headers=PAGE)]) as product:
        read_answers(page.context, product.origin, "http://127.0.0.1:1")
        page.goto(f"{product.origin}/m/token/")
        leaks = found(page)

    assert f"zsimPWD_… in location of the answer to GET {product.origin}/m/token/ (302)" in leaks


def test_answer_to_a_visitor_without_a_browser_is_read():
    with local_server([Reply(headers=PAGE, body=SECRET)]) as product:
        Visitor(product.origin).get("/here/")

    assert noted() == [f"zsimAT_… in the answer to {product.origin}/here/"]
