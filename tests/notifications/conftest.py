"""A company with one online lesson, a real SMTP server, and a real SMS gateway."""

import asyncio
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from booking import actions as booking_actions
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.mail_server import Mailbox, mail_server


@pytest.fixture(autouse=True)
def _no_broker(settings):
    """Bells ring into memory; tests call what a worker would."""
    settings.SITE_URL = "https://book.example"


@pytest.fixture
def ada(db):
    return factories.provider("Ada")


@pytest.fixture
def lesson(ada):
    factories.company()
    return factories.service(ada, is_online_meeting=True)


@pytest.fixture
def online(lesson, ada):
    """The lesson of Ada is met over Zoom."""
    factories.enable("online-meetings")
    connection = factories.zoom_connection()
    factories.meets_by_zoom(ada, factories.zoom_user(connection))
    return lesson


class Postman(Mailbox):
    """A mailbox with moods: ``answers`` are given instead of taking a mail, one by one."""

    def __init__(self):
        super().__init__()
        self.answers = []
        self.closes_after_data = False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        answer = await super().handle_DATA(server, session, envelope)
        if self.closes_after_data:
            server.transport.abort()
        return answer

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such person"
        if address.startswith("busy@"):
            return "451 come back later"
        if address.startswith("slow@"):
            await asyncio.sleep(30)
        envelope.rcpt_tos.append(address)
        return "250 fine"


@contextmanager
def served(handler, settings):
    """A real SMTP server on this machine, and the product set to use it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 1
    with mail_server(handler) as (settings.EMAIL_URL, _mailbox):
        address = urlsplit(settings.EMAIL_URL)
        settings.EMAIL_HOST, settings.EMAIL_PORT = address.hostname, address.port
        yield handler


@pytest.fixture
def postman(settings):
    with served(Postman(), settings) as handler:
        yield handler


class Counter(BaseHTTPRequestHandler):
    """Notes what is asked and answers with what the test has laid ready."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        if self.headers.get("Content-Type") == "application/json":
            self.server.requests.append((dict(self.headers), json.loads(body)))
        answer = json.dumps(self.server.answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST  # noqa: N815 - the server's name

    def log_message(self, *_arguments):
        """Keep the test's output clean."""


@pytest.fixture
def counter():
    """A real HTTP server on this machine: ``status`` and ``answer`` (JSON) are what it says."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    server.asked, server.requests, server.status, server.answer = [], [], 200, {}
    server.headers = {}
    server.place = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def gateway(settings, counter):
    """A real HTTP gateway for SMS on this machine, asked as it is without any setting."""
    settings.SMS_URL = f"http://user:pass-word@{counter.place}/send"
    return counter


@pytest.fixture
def booking(lesson):
    """A booking whose confirmation went out before it was an online meeting."""
    booking = factories.book_one(lesson)
    Message.objects.update(state=Message.SENT)
    return booking


@pytest.fixture
def linked(booking, online):
    return booking


@pytest.fixture
def yoga(lesson, ada):
    factories.enable("classes")
    return factories.service(ada, name="Yoga", kind="class", capacity=9, is_online_meeting=True)


@pytest.fixture
def full(yoga, ada, online):
    """An online session of yoga with two clients."""
    session = booking_actions.schedule_session(
        service_id=yoga.pk, provider_id=ada.pk, starts_at=TOMORROW_NOON, now=NOW
    )
    for name in ("Cleo", "Dan"):
        booking_actions.book(
            service_id=yoga.pk, session_id=session.pk, client=factories.details(name), now=NOW
        )
    Message.objects.update(state=Message.SENT)
    return session
