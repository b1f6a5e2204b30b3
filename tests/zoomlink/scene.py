"""Ada teaches online: what the tests of meetings start from.

Times are real, for the stand-in for Zoom is a process with a clock of its own.
"""

import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

from django.contrib.messages import get_messages
from django.db import connection as database

from booking.models import Booking, Provider, Service
from tests import factories
from tests.zoomlink.simulator.process import Person, SimulatorProcess
from zoomlink import actions, oauth
from zoomlink.models import Meeting, ZoomConnection

NOW = datetime.now(UTC).replace(microsecond=0)
TOMORROW = (NOW + timedelta(days=1)).replace(hour=10, minute=0, second=0)
HOUR = timedelta(hours=1)
company = factories.company
CANARIES = ("zsimAT_", "zsimRT_", "zsimZAK_", "zsimPWD_", "zsimCODE_")


def code_at_zoom(simulator, authorize_url: str, *, email="owner@zoom.example", **options):
    """Consent at Zoom's own page; the query that Zoom's redirect brings back."""
    query = dict(parse_qsl(urlsplit(authorize_url).query))
    answer = Person(simulator, email).authorize(query, **options)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"]).query
    return {name: values[0] for name, values in parse_qs(back).items()}


def connect(simulator: SimulatorProcess, *, now: datetime = NOW, **options) -> ZoomConnection:
    """Connect an account as the pages do, without the pages."""
    browser: dict = {}
    back = code_at_zoom(simulator, oauth.begin(browser, now=now), **options)
    verifier = oauth.redeem(browser, back["state"], now=now)
    return actions.connect(code=back["code"], verifier=verifier, actor=None, now=now)


def meets_as(provider: Provider, email: str) -> None:
    user = ZoomConnection.objects.current().users.get(email=email)
    actions.choose_meeting(now=NOW, provider_id=provider.pk, engine="zoom", zoom_user_id=user.pk)


def online_lesson(simulator: SimulatorProcess, **fields) -> Service:
    """A service of Ada, who is Olena at Zoom, and Ben, who is Taras."""
    ada, ben = factories.provider("Ada"), factories.provider("Ben")
    service = factories.service(ada, ben, is_online_meeting=True, **fields)
    factories.enable("classes")
    factories.enable("online-meetings")
    connect(simulator)
    meets_as(ada, "olena@zoom.example")
    meets_as(ben, "taras@zoom.example")
    return service


def provider(name: str = "Ada") -> Provider:
    return Provider.objects.get(name=name)


def book(service: Service, *, starts_at=TOMORROW, by="Cleo", with_="Ada", now=NOW, **fields):
    """A fresh booking of an appointment."""
    fields.setdefault("client", factories.details(by))
    return factories.book_one(
        service, starts_at=starts_at, now=now, provider_id=provider(with_).pk, **fields
    )


def book_place(session, *, by="Cleo", now=NOW) -> Booking:
    """A place in a class session."""
    return factories.actions.book(
        service_id=session.service_id, session_id=session.pk, client=factories.details(by), now=now
    )


def meeting_of(booking: Booking) -> Meeting:
    return Meeting.objects.get(session=booking.session_id)


def sync(booking: Booking, *, now=NOW) -> Meeting:
    """Let a worker do its work for one booking."""
    actions.sync_meeting(meeting_id=meeting_of(booking).pk, now=now)
    return meeting_of(booking)


def sweep(*, now=NOW) -> list[int]:
    """What beat does each minute, and the workers it wakes; the ids that differed."""
    differing = actions.review(now=now)
    for meeting_id in differing:
        actions.sync_meeting(meeting_id=meeting_id, now=now)
    return differing


def at_zoom(simulator: SimulatorProcess) -> list[dict]:
    """The meetings that stand at Zoom now."""
    return [meeting for meeting in simulator.meetings() if meeting["deleted_at"] is None]


def calls(simulator: SimulatorProcess, operation: str) -> int:
    """How often Zoom was asked for something since the log was cleared."""
    log = simulator.control("GET", "/requests")["requests"]
    return sum(entry["operation"] == operation for entry in log)


def in_a_thread(work, *arguments, **options):
    """Work in a thread of a test, and leave no database connection behind."""
    try:
        return work(*arguments, **options)
    finally:
        database.close()


def wait_until(is_so, seconds: float = 10) -> None:
    give_up = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def said(answer) -> list[str]:
    """The messages that the next page will show."""
    return [str(message) for message in get_messages(answer.wsgi_request)]
