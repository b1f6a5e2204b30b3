"""A real SMTP server on loopback: it keeps what it takes, or hangs for ever."""

import email
import email.policy
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tools.ports import free_ports

logging.getLogger("mail.log").setLevel(logging.WARNING)  # each line of each conversation


class Mailbox:
    """Every mail that was taken, in order."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(parsed)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.mails if address in message["To"]]


@contextmanager
def mail_server(
    mailbox: Mailbox | None = None, *, auth_answer: str = ""
) -> Iterator[tuple[str, Mailbox]]:
    """Yield the server's EMAIL_URL and the mailbox that takes its mail.

    ``auth_answer`` is what it says to whoever signs in; empty, it offers no such thing.
    """
    mailbox = mailbox or Mailbox()
    (port,) = free_ports(1)
    signing_in: dict[str, Any] = {}
    if auth_answer:
        result = AuthResult(success=auth_answer.startswith("2"), handled=False, message=auth_answer)
        signing_in = {"authenticator": lambda *_who: result, "auth_require_tls": False}
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **signing_in)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}", mailbox
    finally:
        controller.stop()


@contextmanager
def hanging_server() -> Iterator[str]:
    """Yield the EMAIL_URL of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        accepted: list[socket.socket] = []
        done = threading.Event()

        def accept() -> None:
            listening.settimeout(0.2)
            while not done.is_set():
                try:
                    accepted.append(listening.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            done.set()
            thread.join()
            for connection in accepted:
                connection.close()
