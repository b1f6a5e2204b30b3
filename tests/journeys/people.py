"""What people do in a browser, in their own words: steps shared by the journeys."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Locator, Page, expect

from tests.leaks.browsers import read_answers

PASSWORD = "demo-password"
AT_ONCE = 15_000  # milliseconds that a page on a busy machine may take


class Person:
    """Somebody with a browser of their own at a running product."""

    def __init__(self, browser: Browser, product, **context):
        context.setdefault("timezone_id", "America/Los_Angeles")
        self.context = browser.new_context(**context)
        self.context.set_default_timeout(AT_ONCE)
        read_answers(self.context, product.url, product.simulator_url)
        self.page = self.context.new_page()
        self.product = product

    def open(self, path: str) -> Page:
        """Open a page of the product, or any absolute address."""
        self.page.goto(path if "://" in path else f"{self.product.url}{path}")
        return self.page


class Staff(Person):
    """Somebody who signs in to the staff side."""

    def sign_in(self, email: str) -> "Staff":
        page = self.open("/admin/login/")
        page.fill("input[name=username]", email)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        expect(page).to_have_url(re.compile("/admin/calendar/"))
        return self

    # Online video meetings

    def enable_online_meetings(self) -> None:
        page = self.open("/admin/features/")
        page.get_by_role("button", name="Enable Online video meetings").click()
        card = page.locator("section", has=page.get_by_role("heading", name="Online video"))
        card.get_by_role("link", name="Settings").click()
        expect(page.get_by_role("button", name="Authorize")).to_be_visible()

    def authorize(self, zoom_user: str = "owner@zoom.example") -> None:
        page = self.open("/admin/online-meetings/")
        page.get_by_role("button", name="Authorize").click()
        page.get_by_role("button", name=re.compile(re.escape(zoom_user))).click()
        page.get_by_label("Allow this app to use my shared access permissions").check()
        page.get_by_role("button", name="Allow", exact=True).click()
        expect(page.get_by_text("Zoom is connected")).to_be_visible()

    def map_provider(self, name: str, zoom_user: str) -> None:
        page = self.open("/admin/online-meetings/")
        page.get_by_label(f"{name}: Meets by").select_option("Zoom")
        choice = page.get_by_label(f"{name}: Zoom user")
        choice.select_option(choice.locator("option", has_text=zoom_user).get_attribute("value"))
        page.get_by_role("button", name="Save providers").click()
        expect(page.get_by_label(f"{name}: Meets by")).to_have_value("zoom")

    def switch_online(self, service: str) -> None:
        """Manage > Services > its name > More options."""
        page = self.open("/admin/calendar/")
        page.get_by_role("link", name=re.compile(r"\bServices$")).click()
        page.get_by_role("link", name=service, exact=True).click()
        page.get_by_label("Enable as online meeting service").check()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("was changed successfully")).to_be_visible()

    def log_out_of_zoom(self) -> None:
        page = self.open("/admin/online-meetings/")
        page.get_by_role("link", name="Logout").or_(
            page.get_by_role("button", name="Logout")
        ).first.click()
        page.get_by_role("button", name=re.compile("Logout")).first.click()
        expect(page.get_by_role("button", name="Authorize")).to_be_visible()

    # Calendar

    def open_booking_of(self, client: str, on: datetime) -> Locator:
        """Open the popup of a client's booking in the calendar's day of an aware moment."""
        page = self.open(f"/admin/calendar/?view=day&date={on:%Y-%m-%d}")
        page.get_by_role("group", name=re.compile(client)).or_(
            page.locator(".ec-event", has_text=client)
        ).first.click()
        popup = page.get_by_role("dialog")
        expect(popup.get_by_role("heading", name=client)).to_be_visible()
        return popup

    def message_to(self, address: str) -> str:
        """Return the text of the newest message to an address, once it has gone out."""
        for _look in range(30):
            page = self.open("/admin/sent-messages/")
            row = page.locator("tr", has_text=address).first
            if row.count() and row.get_by_text(re.compile("Caught|Sent")).count():
                row.locator("[data-label=Message] a").click()
                return page.locator("pre.z-words").inner_text()
            page.wait_for_timeout(1000)
        raise AssertionError(f"no message to {address}")


class Client(Person):
    """Somebody who books on the site."""

    def book(
        self, service: str, *, name: str, email: str, phone: str, ahead: timedelta
    ) -> datetime:
        """Book the first time offered at least ``ahead`` from now; return its start."""
        page = self.open("/")
        page.get_by_role("link", name=service, exact=True).click()
        starts_at = self.choose_time(not_before=datetime.now(UTC) + ahead)
        page.get_by_label("Your name").fill(name)
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Phone").fill(phone)
        page.get_by_role("button", name="Book", exact=True).click()
        expect(page).to_have_url(re.compile("/b/"))
        return starts_at

    def choose_time(self, *, not_before: datetime) -> datetime:
        """Press the first free time from then on, going on to the next hour if need be."""
        expect(self.page.get_by_text("Times are in")).to_be_visible()
        self.page.wait_for_load_state("networkidle")  # it may reload once in one's own zone
        for hour in range(2):
            for link in self.page.locator("#times a:has(time)").all():
                starts_at = datetime.fromisoformat(
                    link.locator("time").get_attribute("datetime") or ""
                )
                if starts_at >= not_before:
                    link.click()
                    return starts_at
            with self.page.expect_navigation():
                self.page.get_by_label("Time of day").select_option(index=hour + 1)
        raise AssertionError("no free time was offered")
