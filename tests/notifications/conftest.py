"""A company with one online lesson, a real SMTP server, and a real SMS gateway."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tests import factories
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


@pytest.fixture
def postman(settings):
    """A real SMTP server on this machine, and the product set to use it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 1
    with mail_server(Postman()) as (settings.EMAIL_URL, handler):
        address = urlsplit(settings.EMAIL_URL)
        settings.EMAIL_HOST, settings.EMAIL_PORT = address.hostname, address.port
        yield handler


@pytest.fixture
def gateway(settings):
    """A real HTTP gateway for SMS on this machine; ``status`` is what it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.server.requests.append((dict(self.headers), body))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_arguments):
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.requests, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SMS_URL = f"http://user:pass-word@127.0.0.1:{server.server_port}/send"
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
