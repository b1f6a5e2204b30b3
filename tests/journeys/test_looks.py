"""Every main page, on a phone and on a desk: it fits, says nothing on the console, and can be used
by everybody."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.showroom import Sight, showroom, sign_in

PHONE, NARROW, DESK = 390, 360, 1280
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A product of its own: other journeys begin with nothing connected."""
    with showroom(tmp_path_factory.mktemp("looks"), now=datetime.now(UTC)) as room:
        yield room


@pytest.fixture(scope="module")
def signed_in(room, browser: Browser):
    """The cookies of everybody whose pages are looked at: codes to sign in are rationed."""
    windows = {who: sign_in(browser, room.product, who).context for who in ("", "client", "owner")}
    return {who: window.storage_state() for who, window in windows.items()}


def faults_of(page: Page, sight: Sight, url: str, widths: tuple[int, ...]) -> list[str]:
    """Open a page and return what is wrong with it, in words; nothing where all is well."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    sight.open(page, url)
    faults = list(said)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        if surplus := surplus_width(page):
            faults.append(f"{surplus} px too wide for {width} px")
    return faults + barriers_in(page)


def surplus_width(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


def barriers_in(page: Page) -> list[str]:
    """Return axe's serious and critical violations: the rule, and where."""
    return [
        f"{rule['id']}: {node['target'][0]}"
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(
    ("scheme", "widths"),
    [("light", (PHONE, NARROW)), ("light", (DESK,)), ("dark", (DESK,))],
    ids=["phone", "desk", "dark"],
)
@pytest.mark.parametrize("who", ["", "client", "owner"], ids=["anybody", "client", "owner"])
def test_main_pages_fit_and_are_open_to_all(room, signed_in, browser, who, scheme, widths):
    window = browser.new_context(
        storage_state=signed_in[who],
        color_scheme=scheme,
        viewport={"width": widths[0], "height": 800},
    )

    faults = {}
    for sight in (sight for sight in room.sights() if sight.who == who):
        page = window.new_page()
        if found := faults_of(page, sight, room.product.url, widths):
            faults[sight.name] = found
        page.close()

    window.close()
    assert faults == {}


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_staff_side_can_be_used_without_scripts(room, signed_in, browser, width):
    window = browser.new_context(
        storage_state=signed_in["owner"],
        java_script_enabled=False,
        viewport={"width": width, "height": 800},
    )
    page = window.new_page()

    page.goto(f"{room.product.url}/admin/online-meetings/")
    page.get_by_role("link", name="Readiness").click()  # fails where something lies above it
    expect(page.get_by_role("heading", name="What all meetings need")).to_be_visible()
    page.goto(f"{room.product.url}/admin/services/")
    page.get_by_role("link", name="Quick call").click()
    expect(page.get_by_label("Name", exact=False).first).to_be_visible()

    window.close()
