"""A local HTTP server that answers from a list and remembers what it was asked."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Answered as the time of every answer, so that "the next 00:00 UTC" is known.
DATE = "Sun, 22 Nov 2026 12:00:00 GMT"


@dataclass
class Reply:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class LocalServer:
    """Gives ``replies`` in order, then HTTP 599. ``asked`` is what came in.

    ``hanging`` requests are read and never answered until the server closes.
    """

    def __init__(self, *, hanging: bool = False) -> None:
        self.replies: list[Reply] = []
        self.asked: list[Asked] = []
        self._hanging = hanging
        self._closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.origin = f"http://127.0.0.1:{self._http.server_address[1]}"

    def answer(self, request: Asked) -> Reply:
        self.asked.append(request)
        if self._hanging:
            self._closing.wait(timeout=30)
        return self.replies.pop(0) if self.replies else Reply(status=599)

    def serve(self) -> None:
        self._http.serve_forever(poll_interval=0.01)

    def close(self) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                asked = Asked(self.command, self.path, dict(self.headers), body)
                self.reply(server.answer(asked))

            def reply(self, reply: Reply) -> None:
                self.send_response_only(reply.status)
                headers = {"Date": DATE, "Content-Length": str(len(reply.body)), **reply.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

        return Handler


@contextmanager
def local_server(replies: Sequence[Reply] = (), *, hanging: bool = False) -> Iterator[LocalServer]:
    server = LocalServer(hanging=hanging)
    server.replies.extend(replies)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()
