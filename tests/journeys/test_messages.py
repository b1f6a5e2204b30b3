"""One service in its own words: what a client hears of a booking, and what their calendar does.

With a real worker, and a mail server that a mail really reaches.
"""

import re
import time
from datetime import datetime, timedelta
from email.message import EmailMessage

from icalendar import Calendar, Event
from playwright.sync_api import Browser, expect

from tests.journeys.people import Client, Staff
from tests.mail_server import Mailbox, mail_server
from tests.product import running

NADIIA = "nadiia@client.example"
WORDS = """Good day, [client_name]: five minutes are yours.

When: [date_start], [time_start]

Your door to us: [online_meeting_link]"""
WITHIN = 60  # seconds: staff may undo for 15 of them, the rest is for a busy machine
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def mails_to_client(mailbox: Mailbox, count: int) -> list[EmailMessage]:
    """Every mail the client has, once there are so many."""
    give_up = time.monotonic() + WITHIN
    while len(mailbox.to(NADIIA)) < count:
        assert time.monotonic() < give_up, [mail["Subject"] for mail in mailbox.mails]
        time.sleep(0.2)
    return mailbox.to(NADIIA)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return part.get_content()


def entry_in(mail: EmailMessage) -> tuple[str, Event]:
    """What a calendar is to do, and with which entry."""
    (part,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    assert part["Content-Type"].params["method"] == calendar["METHOD"]
    (event,) = calendar.walk("VEVENT")
    return calendar["METHOD"], event


def line_with(label: str, mail: EmailMessage) -> str:
    """What stands behind a label in the mail's text."""
    found = re.search(rf"^{label}: (.+)$", text_of(mail), re.MULTILINE)
    assert found, text_of(mail)
    return found[1].strip()


def word_quick_calls(owner: Staff) -> None:
    """Give the service a confirmation of its own, having looked at what becomes of it."""
    owner.enable_flexible_notifications()
    page = owner.open_words_of("Quick call", "Booking confirmed", "Client, E-mail")
    page.get_by_label("Text", exact=True).fill(WORDS)
    page.get_by_role("button", name="Preview").click()
    seen = page.frame_locator("iframe.z-mail")
    expect(seen.get_by_text("Your door to us: http")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("goes out in these words")).to_be_visible()


def book_quick_call(client: Client) -> tuple[datetime, str]:
    """Book as a client does; the start, and the link on the client's page."""
    starts_at = client.book(
        "Quick call", name="Nadiia Walker", email=NADIIA, phone="+380671112233", ahead=HOUR / 4
    )
    link = client.page.get_by_role("link", name="Open meeting").get_attribute("href") or ""
    return starts_at, link


def test_client_of_a_service_with_its_own_words_is_kept_up_to_date(tmp_path, browser: Browser):
    with mail_server() as (email_url, mailbox), running(tmp_path, EMAIL_URL=email_url) as product:
        product.manage("demo", "--connected")
        owner = Staff(browser, product).sign_in("owner@demo.example")
        word_quick_calls(owner)
        starts_at, link = book_quick_call(Client(browser, product))
        (booked,) = mails_to_client(mailbox, 1)

        moved_to = starts_at + DAY + HOUR
        owner.move_booking("Nadiia Walker", starts_at, to=starts_at + DAY)
        owner.move_booking("Nadiia Walker", starts_at + DAY, to=moved_to)
        _booked, changed = mails_to_client(mailbox, 2)

        owner.cancel_booking("Nadiia Walker", moved_to, reason="Olena is ill")
        *before, cancelled = mails_to_client(mailbox, 3)

    assert before == [booked, changed]
    assert text_of(booked).startswith("Good day, Nadiia Walker: five minutes are yours.")
    assert line_with("Your door to us", booked) == link
    assert line_with("Before", changed) == line_with("When", booked)
    assert "Olena is ill" in text_of(cancelled)
    (first, entry), (second, moved), (third, taken_out) = map(
        entry_in, (booked, changed, cancelled)
    )
    assert [first, second, third] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [entry.start, moved.start, taken_out.start] == [starts_at, moved_to, moved_to]
    assert entry["UID"] == moved["UID"] == taken_out["UID"]
    assert entry["SEQUENCE"] < moved["SEQUENCE"] < taken_out["SEQUENCE"]
