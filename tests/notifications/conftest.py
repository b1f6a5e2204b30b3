"""A company with one online lesson, a real SMTP server, and a real SMS gateway."""

import asyncio
import json
import socket
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

from tests import factories


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


class Postman:
    """What the mail server does with a message; ``answers`` are used up one by one."""

    def __init__(self):
        self.mails = []
        self.answers = []
        self.closes_after_data = False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(mail)
        if self.closes_after_data:
            server.transport.abort()
        return "250 taken"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such person"
        if address.startswith("busy@"):
            return "451 come back later"
        if address.startswith("slow@"):
            await asyncio.sleep(30)
        envelope.rcpt_tos.append(address)
        return "250 fine"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def postman(settings):
    """A real SMTP server on this machine, and the product set to use it."""
    handler = Postman()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_URL = "smtp://127.0.0.1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_TIMEOUT = 1
    yield handler
    controller.stop()


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
