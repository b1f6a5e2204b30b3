"""Every gesture of the calendar by mouse, touch and keyboard, far from the company."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.people import COMPANY_ZONE, Staff
from tests.journeys.showroom import OLENA, TARAS
from tests.journeys.visitor import Visitor
from tests.product import Product, running

LONG_PRESS = 600  # milliseconds
NEWS = 15_000  # in which what others booked has appeared
HOUR = 60
MINE, OTHER = "Zoryan", "Nazar"


class Diary:
    """The staff's calendar on a working day on which little is booked, all of it by `book`."""

    def __init__(self, product: Product, browser: Browser) -> None:
        self.product, self.browser = product, browser
        self.visitor = Visitor(product.url)
        today = datetime.now(COMPANY_ZONE).date()
        coming = (today + timedelta(days=ahead) for ahead in range(4, 11))
        self.day = next(day for day in coming if day.weekday() == 2)  # without a class
        self.cookies = Staff(browser, product).sign_in("owner@demo.example").context.storage_state()

    def book(self, provider: str, clock: str, name: str) -> None:
        """Book a follow-up, 25 minutes, through the site, as its client."""
        at = datetime.combine(self.day, time.fromisoformat(clock), COMPANY_ZONE).astimezone(UTC)
        path = f"/book/follow-up/details/?starts_at={at:%Y-%m-%dT%H:%M}Z&provider={provider}"
        form = self.visitor.form(self.visitor.get(path).text)
        form |= {"name": name, "email": f"{name.lower()}@client.example", "phone": "+380631112233"}
        answer = self.visitor.http.post(
            f"{self.product.url}/book/follow-up/details/",
            data=form,
            headers={"Referer": self.product.url},
            timeout=20,
            allow_redirects=False,
        )
        assert answer.status_code == 303, (clock, answer.status_code, answer.text[:2000])

    def open(self, view: str = "day", **context) -> Page:
        """Open the calendar of the day in a window of its own."""
        # High enough that no drag comes near an edge, where the calendar would scroll.
        context = {"viewport": {"width": 1280, "height": 1000}, "locale": "en-GB", **context}
        context.setdefault("timezone_id", "America/Los_Angeles")
        window = self.browser.new_context(storage_state=self.cookies, **context)
        window.set_default_timeout(15_000)
        page = window.new_page()
        page.goto(f"{self.product.url}/admin/calendar/?view={view}&date={self.day}")
        return page


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    with running(tmp_path_factory.mktemp("gestures")) as product:
        product.manage("demo")
        yield product


@pytest.fixture(scope="module")
def diary(product, browser: Browser):
    diary = Diary(product, browser)
    diary.book("1", "10:00", MINE)
    diary.book("1", "12:00", OTHER)
    return diary


@pytest.fixture
def page(diary):
    """The day, with Zoryan at ten and Nazar at noon; afterwards it is so again."""
    page = diary.open()
    expect(tile(page, MINE, "10:00")).to_be_visible()
    yield page
    page.context.close()


def tile(page: Page, client: str, starts: str = "") -> Locator:
    found = page.locator(".ec-event[data-tile]", has_text=client)
    return found.filter(has_text=starts) if starts else found


def toast(page: Page) -> Locator:
    return page.locator(".z-toast")


def hour_height(page: Page) -> float:
    """How many pixels an hour is high."""
    first, second = (
        page.get_by_text(clock, exact=True).first.bounding_box() for clock in ("09:00", "10:00")
    )
    return second["y"] - first["y"]


def middle_of(page: Page, client: str) -> tuple[float, float]:
    box = tile(page, client).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def free_time(page: Page, minutes: int) -> tuple[float, float]:
    """A point in the column of Zoryan's provider, so long after ten."""
    box = tile(page, MINE).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + hour_height(page) * minutes / HOUR


def drag(page: Page, start: tuple[float, float], *, right: float = 0, down: float = 0) -> None:
    x, y = start
    page.mouse.move(x, y)
    page.mouse.down()
    for part in (0.3, 0.7, 1):
        page.mouse.move(x + right * part, y + down * part)
    page.mouse.up()


def drag_tile(page: Page, client: str, *, minutes: int = 0, right: float = 0) -> None:
    down = hour_height(page) * minutes / HOUR
    drag(page, middle_of(page, client), right=right, down=down)


def undo(page: Page, starts: str = "10:00") -> None:
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("Undone")
    expect(tile(page, MINE, starts)).to_be_visible()


def to_taras(page: Page) -> float:
    """How far the other provider's column is to the right."""
    heads = [page.locator(".ec-col-head", has_text=name) for name in (OLENA, TARAS)]
    first, second = (head.bounding_box()["x"] for head in heads)
    return second - first


def test_tile_is_dragged_to_another_time_and_back(page):
    drag_tile(page, MINE, minutes=60)

    expect(toast(page)).to_contain_text("Client and provider are told in")
    expect(tile(page, MINE, "11:00")).to_be_visible()
    undo(page)


def test_tile_is_dragged_to_another_provider_and_told_to_nobody(page):
    drag_tile(page, MINE, right=to_taras(page))
    expect(toast(page)).to_contain_text("Moved: Zoryan")
    toast(page).get_by_role("button", name="Tell nobody").click()

    expect(toast(page)).to_contain_text("Nobody is told.")
    expect(tile(page, MINE)).to_have_attribute("aria-label", re.compile(TARAS))
    page.keyboard.press("Control+z")
    expect(tile(page, MINE)).to_have_attribute("aria-label", re.compile(OLENA))


def test_tile_is_pulled_longer(page):
    box = tile(page, MINE).bounding_box()
    edge = box["x"] + box["width"] / 2, box["y"] + box["height"] - 3

    drag(page, edge, down=hour_height(page) / 2)

    expect(tile(page, MINE, "10:00–11:00")).to_be_visible()
    undo(page, "10:00–10:25")


def test_taken_time_is_refused_with_who_stands_there(page):
    drag_tile(page, MINE, minutes=120)

    refusal = page.get_by_role("dialog", name="Another session is in the way")
    expect(refusal).to_contain_text("Nazar")
    expect(refusal.get_by_role("button", name="Move anyway")).to_have_count(0)
    refusal.get_by_role("button", name="Leave it where it was").click()
    expect(tile(page, MINE, "10:00")).to_be_visible()


def test_rule_is_set_aside_by_who_may(page):
    drag_tile(page, MINE, minutes=195)

    refusal = page.get_by_role("dialog", name="outside the working hours")
    refusal.get_by_role("button", name="Move anyway").click()

    expect(tile(page, MINE, "13:15")).to_be_visible()
    undo(page)


def test_lost_network_leaves_the_tile_and_says_so(page):
    page.route("**/drop/", lambda route: route.abort())

    drag_tile(page, MINE, minutes=60)

    expect(toast(page)).to_contain_text("The server did not answer")
    expect(tile(page, MINE, "10:00")).to_be_visible()


def test_free_time_offers_what_may_be_put_there(page):
    page.mouse.click(*free_time(page, 95))
    chooser = page.get_by_role("dialog", name=re.compile(OLENA))
    expect(chooser.get_by_role("link", name="New booking here")).to_be_focused()
    page.keyboard.press("Escape")
    expect(chooser).to_have_count(0)

    drag(page, free_time(page, 95), down=0.6 * hour_height(page))
    chooser.get_by_role("link", name="New booking here").click()

    expect(page.locator("[name=provider]")).to_have_value("1")
    expect(page.locator("[name=time]")).to_have_value("11:30")
    expect(page.get_by_label("Length (minutes)")).to_have_value("45")


def test_span_is_blocked_as_time_off(page):
    drag(page, free_time(page, 95), down=0.6 * hour_height(page))
    page.get_by_role("link", name="Block this time").click()

    clocks = [page.locator(f"[name={name}]") for name in ("starts_at_1", "ends_at_1")]
    expect(clocks[0]).to_have_value(re.compile("^11:30"))
    expect(clocks[1]).to_have_value(re.compile("^12:15"))


def test_tile_is_moved_by_keys_and_keeps_the_focus(page):
    tile(page, MINE).focus()
    for keys, label in (
        ("Alt+ArrowDown", "10:15–10:40"),
        ("Alt+Shift+ArrowDown", "10:00–10:40"),
        ("Alt+ArrowRight", TARAS),
    ):
        page.keyboard.press(keys)
        focused = page.locator(".ec-event:focus")
        expect(focused).to_have_attribute("aria-label", re.compile(label))
        page.keyboard.press("Control+z")
        expect(focused).to_have_attribute("aria-label", re.compile(f"^10:00–10:25.*{OLENA}"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading", name=MINE)).to_be_visible()


def test_keys_lead_through_the_calendar(page, diary):
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys of the calendar")
    expect(keys).to_contain_text("New booking")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()

    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(f"date={diary.day + timedelta(days=1)}"))
    page.wait_for_load_state("networkidle")
    page.keyboard.press("w")
    expect(page).to_have_url(re.compile("view=week"))
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("nt")
    expect(page).to_have_url(re.compile("view=week"))


def test_finger_scrolls_at_once_and_drags_after_a_long_press(diary):
    page = diary.open(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True,
        timezone_id="Asia/Tokyo",
    )  # fmt: skip
    expect(tile(page, MINE, "10:00")).to_be_visible()
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *point: float) -> None:
        points = [dict(zip("xy", point, strict=True))] if point else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def swipe(down: float, *, press: int) -> None:
        tile(page, MINE).scroll_into_view_if_needed()
        x, y = middle_of(page, MINE)
        touch("touchStart", x, y)
        page.wait_for_timeout(press)
        for step in range(1, 9):
            touch("touchMove", x, y + down * step / 8)
            page.wait_for_timeout(16)
        touch("touchEnd")

    swipe(-60, press=0)
    expect(toast(page)).to_be_empty()
    expect(tile(page, MINE, "10:00")).to_be_visible()
    swipe(hour_height(page), press=LONG_PRESS)

    expect(tile(page, MINE, "11:00")).to_be_visible()
    undo(page)
    page.context.close()


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
def test_time_is_the_companys_whatever_the_browsers(diary, zone):
    page = diary.open("week", timezone_id=zone)
    expect(tile(page, MINE, "10:00")).to_be_visible()

    drag_tile(page, MINE, minutes=30)

    expect(tile(page, MINE, "10:30")).to_be_visible()
    seen = diary.open("list")
    expect(seen.get_by_text("10:30–10:55")).to_be_visible()
    undo(page)
    seen.context.close()
    page.context.close()


def test_bookings_of_the_site_appear_by_themselves(page, diary):
    listed = diary.open("list")
    expect(listed.get_by_text(MINE)).to_be_visible()

    diary.book("2", "11:00", "Halyna")

    expect(tile(page, "Halyna")).to_be_visible(timeout=NEWS)
    expect(toast(page)).to_have_text("1 new booking")
    expect(listed.get_by_text("Halyna")).to_be_visible(timeout=NEWS)
    listed.context.close()


def test_whoever_is_signed_out_is_told_so(page):
    page.context.clear_cookies()
    page.evaluate("dispatchEvent(new Event('focus'))")

    expect(toast(page).get_by_role("link", name="Sign in")).to_be_visible()
