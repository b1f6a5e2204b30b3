"""What people do in a browser, in their own words: steps shared by the journeys."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Locator, Page, expect

from tests.leaks.browsers import read_answers

PASSWORD = "demo-password"
COMPANY_ZONE = ZoneInfo("Europe/Kyiv")
AT_ONCE = 15_000  # milliseconds that a page on a busy machine may take
ONE_SWEEP = 60_000 + AT_ONCE  # what nobody rings for is seen to within a minute


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
        choice = page.get_by_role("button", name=re.compile(re.escape(zoom_user)))
        shared = page.get_by_label("Allow this app to use my shared access permissions")
        expect(choice.or_(shared)).to_be_visible()
        if choice.is_visible():  # nobody is signed in at Zoom in this browser yet
            choice.click()
        shared.check()
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
        """Log out at once: no meeting is to come that would be deleted first."""
        self.press_logout()
        expect(self.page.get_by_role("button", name="Authorize")).to_be_visible()

    def press_logout(self) -> None:
        page = self.open("/admin/online-meetings/")
        page.get_by_role("link", name="Logout").click()
        page.get_by_role("button", name="Logout", exact=True).click()

    def wait_until_logged_out(self) -> None:
        """Wait until a logout that deletes meetings first is over."""
        page = self.open("/admin/online-meetings/")
        expect(page.get_by_role("button", name="Authorize")).to_be_visible(timeout=ONE_SWEEP)

    def set_fallback_room(self, link: str) -> None:
        page = self.open("/admin/online-meetings/settings/")
        page.get_by_label("Fallback room").fill(link)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("How meetings are held is saved")).to_be_visible()

    # Messages

    def enable_flexible_notifications(self) -> None:
        page = self.open("/admin/features/")
        page.get_by_role("button", name="Enable Flexible notifications").click()
        card = page.locator("section", has=page.get_by_role("heading", name="Flexible"))
        card.get_by_role("link", name="Settings").click()
        expect(page.get_by_text("Everybody is told in the company’s words")).to_be_visible()

    def open_words_of(self, service: str, kind: str, reader: str) -> Page:
        """Open the English words of one service's message to such as "Client, E-mail"."""
        page = self.open("/admin/flexible-notifications/")
        page.get_by_label("Service").select_option(service)
        page.get_by_role("button", name="Manage").click()
        page.locator("summary", has_text=kind).click()
        page.get_by_role("link", name=f"Edit text, English: {kind}, {reader}").click()
        return page

    # Zoom's own pages, in the same browser

    def remove_app_at_zoom(self, zoom_user: str) -> None:
        page = self.open_installed_apps(zoom_user)
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_text("No apps are installed")).to_be_visible()

    def open_installed_apps(self, zoom_user: str) -> Page:
        page = self.open(f"{self.product.simulator_url}/user/installed")
        choice = page.get_by_role("button", name=re.compile(re.escape(zoom_user)))
        expect(choice.or_(page.get_by_role("heading", name="Installed apps"))).to_be_visible()
        if choice.is_visible():
            choice.click()
        return page

    def sign_out_of_zoom(self) -> None:
        page = self.open(self.product.simulator_url)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()

    # Calendar

    def open_booking_of(self, client: str, on: datetime) -> Locator:
        """Open the popup of a client's booking in the calendar's day of an aware moment."""
        day = on.astimezone(COMPANY_ZONE).date()
        page = self.open(f"/admin/calendar/?view=day&date={day}")
        page.get_by_role("group", name=re.compile(client)).or_(
            page.locator(".ec-event", has_text=client)
        ).first.click()
        popup = page.get_by_role("dialog")
        expect(popup.get_by_role("heading", name=client)).to_be_visible()
        return popup

    def move_booking(self, client: str, on: datetime, *, to: datetime) -> None:
        """Move a client's booking from the day of one aware moment to another moment."""
        to = to.astimezone(COMPANY_ZONE)
        self.open_booking_of(client, on).get_by_role("link", name="Move").click()
        self.page.get_by_label("Date").fill(f"{to:%Y-%m-%d}")
        self.page.get_by_label("Time").fill(f"{to:%H:%M}")
        self.page.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.get_by_text(f"Moved: {client}")).to_be_visible()

    def cancel_booking(self, client: str, on: datetime, *, reason: str) -> None:
        popup = self.open_booking_of(client, on)
        popup.get_by_text("Cancel booking").click()
        popup.get_by_label("Reason (the client reads it)").fill(reason)
        popup.get_by_role("button", name="Yes, cancel this booking").click()
        expect(self.page.get_by_text("is cancelled.")).to_be_visible()

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

    def open_meeting(self) -> Page:
        """Follow the link on the page of the booking just made."""
        link = self.page.get_by_role("link", name="Open meeting").get_attribute("href")
        assert link
        return self.open(link)


class HostAtZoom(Person):
    """Somebody who uses Zoom itself, without us: what the simulator's controls offer.

    A meeting is known by its start, an aware moment.
    """

    def meetings(self) -> Locator:
        """The meetings that stand at Zoom, as its page lists them now."""
        page = self.open(f"{self.product.simulator_url}/simulator/")
        return page.locator("#meetings li", has=page.locator("time"))

    def meeting_at(self, starts_at: datetime) -> Locator:
        """The meeting of a start, once it stands there."""
        start = starts_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        for _look in range(30):
            found = self.meetings().filter(has_text=start)
            if found.count() == 1:
                return found
            self.page.wait_for_timeout(500)
        raise AssertionError(f"no single meeting stands at Zoom for {start}")

    def number_of(self, starts_at: datetime) -> str:
        return self.meeting_at(starts_at).locator(".quiet").first.inner_text().split(" · ")[0]

    def press(self, button: str, *, starts_at: datetime) -> None:
        self.meeting_at(starts_at).get_by_role("button", name=button, exact=True).click()
        expect(self.page.get_by_role("status")).to_contain_text("Meeting")
