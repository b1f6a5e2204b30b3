"""The demo company on a full day, and the pages worth looking at: for pictures and checks."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from tests.contract.local_server import Reply, local_server
from tests.journeys.people import COMPANY_ZONE, PASSWORD, Client, Staff
from tests.journeys.visitor import TIMEOUT, Visitor
from tests.product import Product, running

CLIENT = "client@demo.example"
OLENA, TARAS = "Olena Koval", "Taras Bondar"
CLASS_DAYS = (1, 3)  # Tuesday and Thursday, when the demo company has its class
GATEWAY_SECRET = "known-to-the-gateway-alone"
TEXTS = 500  # more than the demo company sends
LOST = 2  # which of them does not arrive
CONFIRMATION = "/admin/message-settings/confirmation-client-email/en/"
FLEXIBLE = "/admin/flexible-notifications/"
SUPERVISION = "service=4"
OWN_WORDS = {
    "subject": "We look at your case: [date_start], [time_start]",
    "body": "Hello [client_name],\n\nwe read your request and answer within a day.\n\n[provider]",
}

# The calendar's views by the names of their sights.
CALENDARS = {
    "calendar": "day",
    "calendar-services": "services",
    "calendar-week": "week",
    "calendar-month": "month",
    "calendar-list": "list",
}
SETTINGS = {
    "services": "/admin/booking/service/",
    "service-form": "/admin/booking/service/1/change/",
    "classes": "/admin/desk/class/",
    "providers": "/admin/booking/provider/",
    "provider-form": "/admin/booking/provider/1/change/",
    "hours": "/admin/hours/",
    "hours-of-provider": "/admin/hours/1/",
    "special-days": "/admin/booking/specialday/",
    "time-off": "/admin/booking/timeoff/add/",
    "labels": "/admin/booking/label/",
    "features": "/admin/features/",
    "online-meetings": "/admin/online-meetings/",
    "readiness": "/admin/online-meetings/readiness/",
    "meeting-settings": "/admin/online-meetings/settings/",
    "zoom-logout": "/admin/online-meetings/logout/",
    "message-settings": "/admin/message-settings/",
    "messaging-settings": "/admin/message-settings/general/",
    "message-template": CONFIRMATION,
    "flexible": FLEXIBLE,
    "flexible-manage": f"{FLEXIBLE}manage/?{SUPERVISION}",
    "company": "/admin/company/",
    "consents": "/admin/booking/consent/",
    "embedding": "/admin/embedding/",
    "webhooks": "/admin/webhooks/",
    "webhook-form": "/admin/webhooks/new/",
    "api-keys": "/admin/api-keys/",
    "api-key-form": "/admin/api-keys/new/",
    "first-steps": "/admin/first-steps/",
    "users": "/admin/booking/user/",
    "user-form": "/admin/booking/user/2/change/",
    "sign-in-security": "/admin/sign-in-security/",
    "two-factor": "/admin/account/two-factor/",
}

# What is booked on the day, where it is still free: service, provider, wall time, client.
DAY = [
    ("consultation", OLENA, "09:00", "Iryna Shevchenko"),
    ("follow-up", OLENA, "10:00", "Maksym Tkachenko"),
    ("consultation", OLENA, "11:00", "Kateryna Demo"),
    ("follow-up", OLENA, "12:30", "Sofiia Boiko"),
    ("consultation", OLENA, "14:00", "Danylo Kravets"),
    ("follow-up", OLENA, "15:30", "Yuliia Marchenko"),
    ("consultation", OLENA, "16:30", "Oleh Hnatiuk"),
    ("follow-up", TARAS, "09:30", "Nadiia Rudenko"),
    ("consultation", TARAS, "10:30", "Bohdan Lysenko"),
    ("follow-up", TARAS, "12:00", "Halyna Savchuk"),
    ("consultation", TARAS, "14:30", "Kateryna Demo"),
    ("follow-up", TARAS, "16:00", "Petro Moroz"),
    ("consultation", TARAS, "17:00", "Lesia Polishchuk"),
]


@dataclass(frozen=True)
class Sight:
    """A page worth looking at: who opens it is "owner", "client" or "" for anybody.

    ``is_tried``: once words have been tried by *Preview*.
    """

    name: str
    path: str
    who: str = ""
    is_tried: bool = False

    def open(self, page: Page, url: str) -> None:
        """Go there at a product's address."""
        page.goto(f"{url}{self.path}", wait_until="networkidle")
        if self.is_tried:
            page.locator("button[data-try]").first.click()  # Preview, in any language
            page.locator("[data-tried] .z-mail").wait_for()


@dataclass
class Showroom:
    """A running product with a full day of bookings on ``day``, the company's date."""

    product: Product
    day: date
    visitor: Visitor
    staff: Visitor
    bookings: dict[str, str] = field(default_factory=dict)  # client's name to /b/<token>/

    def sights(self) -> list[Sight]:
        """Return the main pages of all sides."""
        return [*self._sights_of_clients(), *self._sights_of_the_day(), *self._sights_of_settings()]

    def _sights_of_clients(self) -> list[Sight]:
        mine = self.bookings["Kateryna Demo"]
        return [
            Sight("site", "/"),
            Sight("provider", "/with/1/"),
            Sight("terms", "/terms/"),
            Sight("service", f"/book/consultation/?day={self.day}"),
            Sight("quick-call", f"/book/quick-call/?day={self.day}"),
            Sight("class", "/book/morning-yoga/"),
            Sight("embedded", f"/embed/book/consultation/?day={self.day}"),
            Sight("details", self.details_path()),
            Sight("booking", mine),
            Sight("cancel", f"{mine}cancel/"),
            Sight("reschedule", f"{mine}reschedule/"),
            Sight("waiting", self.meeting_path(mine, self.visitor)),
            Sight("sign-in", "/my-bookings/"),
            Sight("my-bookings", "/my-bookings/", "client"),
            Sight("my-messages", "/my-bookings/messages/", "client"),
            Sight("my-details", "/my-bookings/details/", "client"),
            Sight("my-data", "/my-bookings/data/", "client"),
            Sight("staff-sign-in", "/admin/login/"),
        ]

    def _sights_of_the_day(self) -> list[Sight]:
        """What the staff have before them all day: calendar, bookings, clients, reports."""
        why = f"/admin/why/?service=1&provider=1&date={self.day}&time=11:20"
        period = f"first={self.day}&last={self.day}"
        pages = {
            **{
                name: f"/admin/calendar/?view={view}&date={self.day}"
                for name, view in CALENDARS.items()
            },
            "search": "/admin/search/?q=kate",
            "new-booking": f"/admin/bookings/new/?date={self.day}",
            "pending": "/admin/pending/",
            "sessions": "/admin/sessions/",
            "session": "/admin/sessions/1/",
            "session-move": "/admin/sessions/1/move/",
            "new-session": f"/admin/sessions/new/?date={self.day}",
            "staff-booking": "/admin/bookings/1/",
            "client": self._found_by_staff("/admin/bookings/1/", r"/admin/clients/\d+/"),
            "client-merge": "/admin/clients/merge/?client=1&client=2",
            "client-erase": "/admin/clients/1/erase/",
            "clients": "/admin/booking/client/",
            "why": why,
            "outside-rules": "/admin/outside-rules/",
            "report": f"/admin/reports/bookings/?{period}",
            "report-meetings": f"/admin/reports/online-meetings/?{period}",
            "utilisation": f"/admin/reports/utilisation/?{period}",
            "exports": "/admin/reports/exports/",
            "sent-messages": "/admin/sent-messages/",
            "sent-message": self.lost_text_path(),
            "whose-words": f"{self.request_path()}words/",
            "waiting-as-host": self.meeting_path("/admin/bookings/1/", self.staff),
        }
        return [Sight(name, path, "owner") for name, path in pages.items()]

    def _sights_of_settings(self) -> list[Sight]:
        """What the staff set once, and now and then again."""
        tried = Sight("message-preview", CONFIRMATION, "owner", is_tried=True)
        return [*(Sight(name, path, "owner") for name, path in SETTINGS.items()), tried]

    def book(self, slug: str, provider: str, clock: str, name: str) -> None:
        """Book a wall time of the day; do nothing where it is not free."""
        number = self.number_of(provider)
        query = f"?day={self.day}&provider={number}&zone={COMPANY_ZONE.key}"
        page = self._soup(f"/book/{slug}/{query}")
        links = [a for a in page.select("#times a") if a.get_text(strip=True) == clock]
        if links:
            self._send(str(links[0]["href"]), name)

    def join_class(self, name: str) -> None:
        """Book a place in the day's class."""
        page = self._soup("/book/morning-yoga/")
        starts = page.select("a[href*='session='], button[name=session]")
        self._send(str(starts[0]["href"]), name)

    def number_of(self, provider: str) -> str:
        choices = self._soup("/book/consultation/").select(".site-whom a")
        link = next(str(a["href"]) for a in choices if a.get_text(strip=True) == provider)
        return parse_qs(urlsplit(link).query)["provider"][0]

    def details_path(self) -> str:
        page = self._soup(f"/book/follow-up/?day={self.day + timedelta(days=1)}")
        return str(page.select("#times a:has(time)")[0]["href"])

    def meeting_path(self, page: str, reader: Visitor) -> str:
        """The page behind the first meeting link on a page: the reader's own."""
        found = re.search(r"/m/[\w-]+/", reader.get(page).text)
        assert found, f"{page} has no meeting link"
        return found[0]

    def word_messages(self) -> None:
        """Let one service answer requests in its own words, and with one provider not by SMS."""
        self.staff.send("/admin/features/flexible-notifications/", on="1")
        self.staff.send(f"{FLEXIBLE}requested-client-email/en/?{SUPERVISION}", **OWN_WORDS)
        muted = {"requested-client-sms": "mute"}
        self.staff.send(f"{FLEXIBLE}manage/?{SUPERVISION}&provider=1", **muted)

    def request_path(self) -> str:
        """The page of the booking that waits for approval."""
        return self._found_by_staff("/admin/pending/", r"/admin/bookings/\d+/")

    def report_texts(self) -> None:
        """Let the gateway report until it is known of one text that it did not arrive."""
        fates = ["undelivered" if number == LOST else "delivered" for number in range(TEXTS)]
        reports = [{"id": f"text-{number}", "status": fate} for number, fate in enumerate(fates)]
        give_up = time.monotonic() + TIMEOUT
        while not self.lost_text_path():
            assert time.monotonic() < give_up, "no text was lost"
            self.visitor.http.post(
                f"{self.visitor.url}/sms/report/",
                data=json.dumps(reports),
                headers={
                    "Authorization": f"Bearer {GATEWAY_SECRET}",
                    "Content-Type": "application/json",
                },
                timeout=TIMEOUT,
            ).raise_for_status()

    def lost_text_path(self) -> str:
        """The page of the text that did not arrive; "" while that is not known."""
        lost = "/admin/sent-messages/?channel=sms&problems=on"
        return self._found_by_staff(lost, r"/admin/sent-messages/\d+/")

    def _found_by_staff(self, page: str, pattern: str) -> str:
        found = re.search(pattern, self.staff.get(page).text)
        return found[0] if found else ""

    def _soup(self, path: str) -> BeautifulSoup:
        return BeautifulSoup(self.visitor.get(path).text, "html.parser")

    def _send(self, path: str, name: str) -> None:
        form = self.visitor.form(self.visitor.get(path).text)
        email = CLIENT if name == "Kateryna Demo" else f"{name.split()[0].lower()}@client.example"
        form |= {"name": name, "email": email, "phone": "+380631112233"}
        address = f"{self.visitor.url}{path}"
        answer = self.visitor.http.post(
            address.partition("?")[0],
            data=form,
            headers={"Referer": address},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        assert answer.status_code == 303, answer.status_code
        self.bookings.setdefault(name, answer.headers["Location"])


@contextmanager
def showroom(folder: Path, *, now: datetime) -> Iterator[Showroom]:
    """Run a product in a folder, with an SMS gateway, and furnish it."""
    taken = [Reply(body=b'{"id": "text-%d"}' % number) for number in range(TEXTS)]
    with (
        local_server(taken) as gateway,
        running(
            folder,
            SMS_URL=gateway.origin,
            SMS_ID_FIELD="id",
            SMS_REPORT_SECRET=GATEWAY_SECRET,
        ) as product,
    ):
        yield furnish(product, now=now)


def furnish(product: Product, *, now: datetime) -> Showroom:
    """Connect the demo company to the simulator and fill its next day with a class."""
    product.manage("demo", "--connected")
    today = now.astimezone(COMPANY_ZONE).date()
    coming = (today + timedelta(days=ahead) for ahead in range(1, 8))
    day = next(day for day in coming if day.weekday() in CLASS_DAYS)
    staff = Visitor(product.url).sign_in("owner@demo.example", PASSWORD)
    room = Showroom(product, day, Visitor(product.url), staff)
    for slug, provider, clock, name in DAY:
        room.book(slug, provider, clock, name)
    for name in ("Iryna Shevchenko", "Oleh Hnatiuk", "Kateryna Demo"):
        room.join_class(name)
    for feature in ("embedding", "webhooks"):
        staff.send(f"/admin/features/{feature}/", on="1")
    room.word_messages()
    room.report_texts()
    return room


def sign_in(browser: Browser, product: Product, who: str, **context) -> Page:
    """Open a browser window of the owner, the demo's client, or anybody."""
    if who == "owner":
        return Staff(browser, product, **context).sign_in("owner@demo.example").page
    person = Client(browser, product, **context)
    if who == "client":
        _sign_in_by_code(browser, person)
    return person.page


def _sign_in_by_code(browser: Browser, person: Client) -> None:
    page = person.open("/my-bookings/")
    page.get_by_label("E-mail").fill(CLIENT)
    page.get_by_role("button", name="Send me a code").click()
    words = Staff(browser, person.product).sign_in("owner@demo.example").message_to(CLIENT)
    code = re.search(r"^\s*([A-Z0-9]{4,}-?[A-Z0-9]*)\s*$", words, re.MULTILINE)
    assert code, words
    page.get_by_label("Code").fill(code[1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/my-bookings/**")
