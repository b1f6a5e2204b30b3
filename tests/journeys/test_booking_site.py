"""The way from a service to *booked*: on a phone, without scripts, there and back again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
KYIV = {"timezone_id": "Europe/Kyiv"}
SERVICE = "/book/follow-up/"
TIMES = "#times a:has(time)"
PATIENCE = 15_000  # milliseconds that a page on a busy machine may take


@pytest.fixture
def window(browser: Browser, product) -> Iterator:
    """Open windows of new visitors; none may show an error of a script."""
    errors: list[str] = []

    def opened(path: str, **context) -> Page:
        visitor = browser.new_context(base_url=product.url, **KYIV, **context)
        visitor.set_default_timeout(PATIENCE)
        page = visitor.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        page.wait_for_load_state("networkidle")  # it may reload once in one's own zone
        return page

    yield opened
    assert errors == []


def days(page: Page) -> list[str]:
    """The identifiers of the free days shown."""
    return page.locator(".site-calendar a").evaluate_all("all => all.map(one => one.id)")


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def fill_in(page: Page, name: str) -> None:
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill("lesia@client.example")


@pytest.mark.parametrize(("zone", "times"), [("Europe/Kyiv", 1), ("Europe/Warsaw", 2)])
def test_first_page_of_times_is_loaded_anew_only_for_another_zone(product, browser, zone, times):
    page = browser.new_context(base_url=product.url, timezone_id=zone).new_page()
    loads: list[str] = []
    page.on("request", lambda one: loads.append(one.url) if one.is_navigation_request() else None)

    page.goto(SERVICE, wait_until="networkidle")

    expect(page.locator(f"[data-zone='{zone}']")).to_be_attached()
    assert len(loads) == times
    page.context.close()


def test_phone_books_in_ukrainian_and_loads_no_page_for_a_choice(window):
    page = window("/", locale="uk-UA", **PHONE)
    assert overflow(page) <= 0
    page.locator(f"main a[href='{SERVICE}']").first.tap()
    page.wait_for_url(f"**{SERVICE}")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.isSamePage = true")

    page.locator(".site-whom a").last.tap()
    expect(page).to_have_url(re.compile(r"\?provider=\d+$"))
    page.locator(f"#{days(page)[-1]}").tap()
    expect(page).to_have_url(re.compile(r"\?provider=\d+&day="))
    expect(page.locator("#times")).to_be_in_viewport()
    expect(page.locator("[data-says]")).to_contain_text(re.compile(r"20\d\d\. \S"))
    assert page.evaluate("window.isSamePage")
    assert overflow(page) <= 0

    page.locator(TIMES).last.tap()
    expect(page.get_by_role("heading", name="Ваші дані")).to_be_visible()
    assert overflow(page) <= 0
    fill_in(page, "Леся Велика-Найдовша")
    page.locator("form[data-once] .btn-primary").tap()

    expect(page.get_by_role("heading", name="Вас записано")).to_be_visible()
    assert overflow(page) <= 0


def test_desktop_books_without_scripts(window):
    page = window("/", locale="en-GB", java_script_enabled=False)

    page.get_by_role("link", name="Follow-up", exact=True).click()
    page.locator(f"#{days(page)[-1]}").click()
    page.locator(TIMES).last.click()
    fill_in(page, "Iryna Plain")
    page.get_by_role("button", name="Book", exact=True).click()

    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()


def test_back_forward_and_reload_show_what_was_seen(window):
    page = window(SERVICE, locale="en-GB")
    chosen = page.locator("[aria-current=date]")
    day = days(page)[-1]
    page.locator(f"#{day}").press("Enter")
    expect(chosen).to_have_id(day)
    expect(chosen).to_be_focused()
    month = page.locator("#month").inner_text()

    page.locator("#month-after").press("Enter")
    expect(page.locator("#month")).not_to_have_text(month)
    later = chosen.get_attribute("id") or ""
    page.go_back()
    expect(chosen).to_have_id(day)
    page.go_forward()
    expect(chosen).to_have_id(later)
    page.reload()

    expect(chosen).to_have_id(later)
    assert page.evaluate("scrollY") == 0


def test_slow_network_shows_and_a_broken_one_is_left_to_the_browser(window):
    page = window(SERVICE, locale="en-GB")
    waiting: list[Route] = []
    scripted = re.compile(r"\?.*day=")
    page.route(scripted, lambda route: waiting.append(route), times=1)
    day = days(page)[-1]

    page.locator(f"#{day}").click()
    expect(page.locator("#choosing[aria-busy=true]")).to_be_visible()
    while not waiting:
        page.wait_for_timeout(50)
    waiting[0].abort()

    expect(page.locator("[aria-current=date]")).to_have_id(day)
    assert page.evaluate("performance.getEntriesByType('navigation')[0].name").endswith(
        f"?day={day.removeprefix('day-')}"
    )


def test_what_is_typed_is_kept_until_it_is_booked(window):
    page = window(SERVICE, locale="en-GB")
    name, note = page.locator("[name=name]"), page.locator("[name=note]")
    page.locator(TIMES).first.click()
    name.fill("Olha Careful")
    note.fill("Second floor, please.")
    page.locator("[name=website]").evaluate("field => field.dispatchEvent(new Event('input'))")

    page.get_by_role("link", name="Choose another time").click()
    page.locator(TIMES).last.click()
    expect(name).to_have_value("Olha Careful")
    page.reload()
    expect(note).to_have_value("Second floor, please.")
    kept = page.evaluate("JSON.parse(sessionStorage['draft:follow-up'])")
    assert kept == {"name": "Olha Careful", "note": "Second floor, please."}

    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.method) if one.method == "POST" else None)
    page.locator("[name=email]").fill("olha@client.example")
    page.get_by_role("button", name="Book", exact=True).dblclick()
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    assert sent == ["POST"]
