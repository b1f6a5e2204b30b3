"""Somebody who listens to webhooks: keeps what comes, and answers as told."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TIMEOUT = 10


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Whether the signature is right over the bytes as they came."""
        message = b"v0:" + self.headers["x-zm-request-timestamp"].encode() + b":" + self.body
        expected = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
        return self.headers["x-zm-signature"] == f"v0={expected}"


class Receiver:
    """Answers ``status``; a challenge with what ``secret`` makes of it."""

    def __init__(self, secret: str) -> None:
        self.secret, self.status = secret, 204
        self.received: list[Received] = []
        self.url = ""

    def events(self, name: str, number: int = 1) -> list[dict[str, Any]]:
        """Wait until at least ``number`` events of this name are there."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            found = [one.event for one in list(self.received) if one.event["event"] == name]
            if len(found) >= number:
                return found
            assert time.monotonic() < deadline, [one.event["event"] for one in self.received]
            time.sleep(0.02)

    def payload(self, name: str) -> dict[str, Any]:
        """The payload of the last event of this name, once there is one."""
        return self.events(name)[-1]["payload"]

    def answer(self, body: bytes) -> tuple[int, bytes]:
        event = json.loads(body)
        if event["event"] != "endpoint.url_validation":
            return self.status, b""
        plain = event["payload"]["plainToken"]
        encrypted = hmac.new(self.secret.encode(), plain.encode(), hashlib.sha256).hexdigest()
        return 200, json.dumps({"plainToken": plain, "encryptedToken": encrypted}).encode()


@contextmanager
def receiving(secret: str) -> Iterator[Receiver]:
    receiver = Receiver(secret)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(headers, body))
            status, answer = receiver.answer(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield receiver
        server.shutdown()
