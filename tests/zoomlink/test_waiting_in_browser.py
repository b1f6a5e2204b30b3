"""The waiting page in a real browser: it goes on by itself, and its policy lets it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from booking.models import Session
from tests import factories
from tests.journeys.conftest import BROWSER_OPTIONS, ONLY_THIS_MACHINE
from tests.zoomlink import scene
from tests.zoomlink.scene import NOW
from tools.system import find
from zoomlink.models import Meeting, MeetingSettings

pytestmark = pytest.mark.django_db(transaction=True)

FAR_AWAY = {"timezone_id": "America/Los_Angeles", "locale": "en-US"}


@pytest.fixture(scope="module")
def in_browser():
    """Calls something of the browser in the one thread that may; its event loop stays there."""
    with ThreadPoolExecutor(1) as thread:

        def call(operation, *arguments, **options):
            return thread.submit(operation, *arguments, **options).result()

        playwright = call(sync_playwright().start)
        yield call, playwright
        call(playwright.stop)


@pytest.fixture(scope="module")
def browser(in_browser):
    call, playwright = in_browser
    arguments = [*BROWSER_OPTIONS.split(), f"--host-resolver-rules={ONLY_THIS_MACHINE}"]
    launched = call(
        playwright.chromium.launch, executable_path=find("chromium") or None, args=arguments
    )
    yield launched
    call(launched.close)


@pytest.fixture
def booking(lesson, live_server):
    """A booking with a meeting, and a server with its page."""
    made = scene.book(lesson)
    scene.sync(made)
    return made


def begins_in(seconds):
    starts_at = datetime.now(UTC) + timedelta(seconds=seconds)
    ends_at = starts_at + timedelta(minutes=30)
    Session.objects.update(
        starts_at=starts_at, ends_at=ends_at, occupied_from=starts_at, occupied_until=ends_at
    )


class Visitor:
    """A page in a browser profile of its own."""

    def __init__(self, call, page):
        self.call, self.page = call, page

    def arrives_at(self, address, *, within=15_000):
        self.call(self.page.wait_for_url, f"{address}**", timeout=within)

    def reads(self, text):
        heading = self.page.get_by_role("heading", level=1)
        self.call(lambda: expect(heading).to_have_text(text, timeout=15_000))

    def is_told(self, text):
        status = self.page.get_by_role("main").get_by_role("status")
        if text:
            self.call(lambda: expect(status).to_have_text(text, timeout=15_000))
        else:
            self.call(lambda: expect(status).to_have_count(0))

    def presses(self, name):
        self.call(lambda: self.page.get_by_role("button", name=name).click(timeout=15_000))


@pytest.fixture
def visit(browser, in_browser, booking, live_server):
    """Opens pages; whatever the browser complains of by the policy fails the test."""
    call, _playwright = in_browser
    complaints, contexts = [], []

    def opened(path, *, as_user=None, blocked=None, **options):
        cookies = session_cookies(as_user, live_server.url) if as_user else []

        def open_page():
            context = browser.new_context(**FAR_AWAY, **options)
            contexts.append(context)
            context.add_cookies(cookies)
            page = context.new_page()
            if blocked:
                page.route(blocked, lambda route: route.abort())
            page.on("console", lambda line: complaints.append(line.text))
            page.goto(f"{live_server.url}{path}")
            return page

        return Visitor(call, call(open_page))

    yield opened
    for context in contexts:
        call(context.close)
    assert [line for line in complaints if "Content Security Policy" in line] == []


def session_cookies(user, url):
    client = Client()
    client.force_login(user)
    return [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}]


@pytest.fixture
def ada(lesson):
    user = factories.staff("ada@kyiv-yoga.example")
    provider = scene.provider()
    provider.user = user
    provider.save()
    return user


def test_both_sides_are_taken_into_the_meeting_at_its_time(visit, zoom, booking, ada):
    begins_in(8)
    guest = visit(f"/m/{booking.join_token}/")
    host = visit(f"/m/{booking.session.host_token}/", as_user=ada)

    guest.arrives_at(f"{zoom.url}/room/")
    host.arrives_at(f"{zoom.url}/room/")

    assert datetime.now(UTC) - Session.objects.get().starts_at < timedelta(seconds=5)
    (made,) = scene.at_zoom(zoom)
    assert sorted(person["role"] for person in made["participants"]) == ["host", "participant"]


def test_a_start_by_hand_takes_the_waiting_client_along(visit, zoom, booking, ada):
    guest = visit(f"/m/{booking.join_token}/")
    guest.reads("The meeting has not begun yet")
    host = visit(f"/m/{booking.session.host_token}/", as_user=ada)

    host.presses("Start now")

    host.arrives_at(f"{zoom.url}/room/")
    guest.arrives_at(f"{zoom.url}/room/")


def test_a_start_by_hand_of_a_meeting_yet_to_be_made_enters_once_it_is(visit, zoom, booking, ada):
    MeetingSettings(create_when="shortly_before", create_minutes_before=30).save()
    scene.sweep()
    guest = visit(f"/m/{booking.join_token}/")
    host = visit(f"/m/{booking.session.host_token}/", as_user=ada)

    host.presses("Start now")
    host.reads("The meeting is being prepared")
    guest.reads("The meeting is being prepared")
    scene.sync(booking)

    host.arrives_at(f"{zoom.url}/room/")
    guest.arrives_at(f"{zoom.url}/room/")
    (made,) = scene.at_zoom(zoom)
    assert sorted(person["role"] for person in made["participants"]) == ["host", "participant"]


@pytest.mark.parametrize(
    "lacking",
    [{"java_script_enabled": False}, {"blocked": "**/waiting*.js"}],
    ids=["none", "broken"],
)
def test_without_its_script_the_page_arrives_at_the_time(visit, zoom, booking, lacking):
    begins_in(3)
    guest = visit(f"/m/{booking.join_token}/", **lacking)
    guest.reads("The meeting has not begun yet")

    guest.arrives_at(f"{zoom.url}/room/")

    assert datetime.now(UTC) - Session.objects.get().starts_at < timedelta(seconds=10)


def test_without_scripts_a_client_follows_an_early_start(visit, zoom, booking):
    guest = visit(f"/m/{booking.join_token}/", java_script_enabled=False)
    guest.reads("The meeting has not begun yet")

    Meeting.objects.update(started_by_host_at=datetime.now(UTC))

    guest.arrives_at(f"{zoom.url}/room/", within=17_000)


def test_the_host_reads_on_the_open_page_that_it_will_be_the_fallback_room(visit, booking, ada):
    begins_in(600)
    Meeting.objects.update(state=Meeting.FAILED, noted_at=None)
    MeetingSettings(fallback_link="https://rooms.example/", fallback_minutes=5).save()
    host = visit(f"/m/{booking.session.host_token}/", as_user=ada)
    host.is_told("")

    MeetingSettings.objects.update(fallback_minutes=15)

    host.is_told("Zoom is not ready: you meet in the fallback room.")


def test_signed_out_the_host_sees_the_door_open_and_joins_by_hand(visit, zoom, booking):
    begins_in(4)
    page = visit(f"/m/{booking.session.host_token}/")

    page.presses("Join the meeting")

    page.arrives_at(f"{zoom.url}/room/")


def test_a_page_that_is_not_ready_goes_on_once_it_is(visit, zoom, booking):
    begins_in(-1)
    Meeting.objects.update(state=Meeting.UNLINKED)
    guest = visit(f"/m/{booking.join_token}/")
    guest.reads("The meeting is being prepared")

    scene.sweep(now=NOW + timedelta(seconds=1))

    guest.arrives_at(f"{zoom.url}/room/")


def test_a_cancelled_meeting_shows_on_the_open_page(visit, booking):
    guest = visit(f"/m/{booking.join_token}/")

    factories.actions.cancel(booking_id=booking.pk, now=NOW)

    guest.reads("This meeting is cancelled")
