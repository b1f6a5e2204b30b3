"""The product starts, and every one of its processes is there."""

from playwright.sync_api import Page, expect


def test_booking_site_opens_without_an_error_in_the_console(product, page: Page):
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)

    answer = page.goto(product.url)

    assert answer is not None
    assert answer.status == 200
    expect(page.locator("h1").first).to_be_visible()
    assert errors == []


def test_staff_side_asks_for_a_sign_in(product, page: Page):
    page.goto(f"{product.url}/admin/")

    expect(page.locator("input[name=password]")).to_be_visible()
