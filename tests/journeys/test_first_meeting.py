"""The whole way: from switching online meetings on to two people in a meeting, and out."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import Client, Staff

TWO_MINUTES = timedelta(minutes=2)
ARRIVAL = 30_000  # milliseconds after the start in which both sides arrive
LINK = re.compile(r"https?://\S+/m/[\w-]{22}/")


def link_in(text: str) -> str:
    found = LINK.search(text)
    assert found, text
    return found[0]


def wait_until(moment: datetime, page: Page) -> None:
    page.wait_for_timeout(max(0.0, (moment - datetime.now(UTC)).total_seconds()) * 1000)


def test_from_enabling_to_a_meeting_to_logout(product, browser: Browser):
    owner = Staff(browser, product).sign_in("owner@demo.example")
    owner.enable_online_meetings()
    owner.authorize("owner@zoom.example")
    owner.map_provider("Olena Koval", "olena@zoom.example")
    owner.switch_online("Quick call")

    visitor = Client(browser, product)
    starts_at = visitor.book(
        "Quick call",
        name="Nadiia Walker",
        email="nadiia@client.example",
        phone="+380671112233",
        ahead=TWO_MINUTES,
    )
    expect(visitor.page.get_by_role("link", name="Open meeting")).to_be_visible()

    client_link = link_in(owner.message_to("nadiia@client.example"))
    assert link_in(owner.message_to("+380671112233")) == client_link
    provider_link = link_in(owner.message_to("olena@demo.example"))
    assert provider_link != client_link

    waiting = visitor.open(client_link)
    expect(waiting.get_by_text("Quick call").first).to_be_visible()
    assert "zsim" not in waiting.content()
    assert product.simulator_url not in waiting.content()

    olena = Staff(browser, product).sign_in("olena@demo.example")
    popup = olena.open_booking_of("Nadiia Walker", starts_at)
    with olena.context.expect_page() as opened:
        popup.get_by_role("link", name="Open meeting").click()
    host = opened.value
    expect(host.get_by_text("Quick call").first).to_be_visible()
    assert host.url == provider_link

    wait_until(starts_at, waiting)
    expect(waiting.get_by_text("You are in the meeting as participant")).to_be_visible(
        timeout=ARRIVAL
    )
    expect(host.get_by_text("You are in the meeting as host")).to_be_visible(timeout=ARRIVAL)

    owner.log_out_of_zoom()
    expect(owner.page.get_by_text("Zoom has withdrawn our access")).to_be_visible()
