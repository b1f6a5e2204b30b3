"""The whole life of a meeting and of a connection, with people who act at Zoom behind our back.

Zoom tells of them by its webhooks. Each test has a product of its own, since it ends otherwise
than it began.
"""

from datetime import datetime, timedelta

from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import Client, HostAtZoom, Staff
from tests.product import Product, running

OWNER, OTHER = "owner@zoom.example", "someone@other.example"
ROOM = "https://meet.example/demo-studio"
WITHIN_SECONDS = 20_000  # milliseconds: for what Zoom tells and an open page asks for
AT_THE_TIME = 150_000  # for what begins within the next two minutes
SOON, LATER = timedelta(seconds=20), timedelta(minutes=10)
IN_MEETING = "You are in the meeting as participant"
NOT_BEGUN = "The meeting has not begun yet"


def wait_for_call(
    browser: Browser, product: Product, name: str, *, ahead: timedelta
) -> tuple[Page, datetime]:
    """Let a client book a quick call and open the page behind its link; it, and the start."""
    client = Client(browser, product)
    email = f"{name.split()[0].lower()}@client.example"
    starts_at = client.book(
        "Quick call", name=name, email=email, phone="+380671112233", ahead=ahead
    )
    return client.open_meeting(), starts_at


def test_clients_get_in_whatever_is_done_at_zoom(tmp_path, browser: Browser):
    with running(tmp_path) as product:
        product.manage("demo", "--connected")
        owner = Staff(browser, product).sign_in("owner@demo.example")
        at_zoom = HostAtZoom(browser, product)
        waiting, starts_at = wait_for_call(browser, product, "Nadiia Walker", ahead=SOON)
        expect(waiting.get_by_text(NOT_BEGUN)).to_be_visible()

        deleted = at_zoom.number_of(starts_at)
        at_zoom.press("Delete", starts_at=starts_at)
        made_anew = at_zoom.number_of(starts_at)
        assert made_anew != deleted

        early, early_at = wait_for_call(browser, product, "Ivan Early", ahead=LATER)
        at_zoom.press("Start as host", starts_at=early_at)
        expect(early.get_by_text(IN_MEETING)).to_be_visible(timeout=WITHIN_SECONDS)

        owner.remove_app_at_zoom(OWNER)
        staff_hear_of_the_loss(owner)
        owner.authorize(OWNER)
        expect(owner.open("/admin/calendar/").get_by_text("Zoom needs reconnecting")).to_be_hidden()

        expect(waiting.get_by_text(IN_MEETING)).to_be_visible(timeout=AT_THE_TIME)
        expect(waiting.get_by_text(f"Meeting {made_anew}")).to_be_visible()


def staff_hear_of_the_loss(owner: Staff) -> None:
    """By mail, and on every page."""
    mail = owner.message_to("owner@demo.example")
    assert "The reason: The app was removed at Zoom." in mail
    page = owner.open("/admin/calendar/")
    expect(page.get_by_text("Zoom needs reconnecting")).to_be_visible()
    page.get_by_role("link", name="Open the settings").click()
    expect(page.get_by_text("The connection to Zoom is lost")).to_be_visible()


def test_company_changes_its_zoom_account(tmp_path, browser: Browser):
    with running(tmp_path) as product:
        product.manage("demo", "--connected")
        owner = Staff(browser, product).sign_in("owner@demo.example")
        at_zoom = HostAtZoom(browser, product)
        waiting, starts_at = wait_for_call(browser, product, "Nadiia Walker", ahead=LATER)
        at_zoom.meeting_at(starts_at)

        owner.press_logout()
        expect(owner.page.get_by_text("Logging out:").last).to_be_visible()
        people_hear_of_no_link(owner, waiting, starts_at)
        owner.wait_until_logged_out()
        expect(owner.page.get_by_text("confirmed by Zoom")).to_be_visible()
        expect(at_zoom.meetings()).to_have_count(0)

        owner.set_fallback_room(ROOM)
        expect(waiting.get_by_text(NOT_BEGUN)).to_be_visible(timeout=WITHIN_SECONDS)
        soon, _soon_at = wait_for_call(browser, product, "Ivan Early", ahead=SOON)
        with soon.expect_request(ROOM, timeout=AT_THE_TIME):
            expect(owner.open_installed_apps(OWNER).get_by_text("No apps")).to_be_visible()
            owner.sign_out_of_zoom()
            owner.authorize(OTHER)
            expect(owner.page.get_by_text("who is who is asked anew")).to_be_visible()
            expect(at_zoom.meetings()).to_have_count(0)

        owner.map_provider("Olena Koval", OTHER)
        expect(at_zoom.meeting_at(starts_at)).to_contain_text(OTHER)


def people_hear_of_no_link(owner: Staff, waiting: Page, starts_at: datetime) -> None:
    """The client on the page that was open all the time, the staff in the calendar."""
    expect(waiting.get_by_text("There is no link at present")).to_be_visible(timeout=WITHIN_SECONDS)
    expect(waiting.get_by_text("Your host will tell you how you meet")).to_be_visible()
    popup = owner.open_booking_of("Nadiia Walker", starts_at)
    expect(popup.get_by_text("No link at present.")).to_be_visible()
    expect(popup.get_by_role("link", name="Open meeting")).to_be_hidden()
