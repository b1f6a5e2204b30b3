"""Fifty clients who send at one moment, each over a connection of their own; or one by one."""

import http.client
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.stack import Server

SIZE = 50
STREAM = 8
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Wish:
    """A POST of JSON."""

    path: str
    body: str


@dataclass(frozen=True)
class Answer:
    """``ms`` is from the moment of sending until the whole answer was read."""

    status: int
    body: bytes
    ms: float


class Crowd:
    """Used in a ``with`` statement; at its end everybody goes home."""

    def __init__(self, server: Server) -> None:
        address = urlsplit(server.address)
        self._connections = [
            http.client.HTTPConnection(address.hostname, address.port, timeout=ANSWER_SECONDS)
            for _ in range(SIZE)
        ]
        self._threads = ThreadPoolExecutor(SIZE)
        self._gate = threading.Barrier(SIZE)

    def __enter__(self) -> "Crowd":
        for connection in self._connections:
            connection.connect()
        return self

    def __exit__(self, *_error: object) -> None:
        self._threads.shutdown()
        for connection in self._connections:
            connection.close()

    def rush(self, wishes: list[Wish]) -> list[Answer]:
        """Send one wish of each at one moment."""
        return list(self._threads.map(self._send_together, self._connections, wishes))

    def ask(self, wish: Wish) -> Answer:
        """Send the wish of one alone."""
        return sent(self._connections[0], wish)

    def _send_together(self, connection: http.client.HTTPConnection, wish: Wish) -> Answer:
        self._gate.wait(ANSWER_SECONDS)
        return sent(connection, wish)


def stream(server: Server, wishes: list[Wish], *, per_second: float = math.inf) -> list[Answer]:
    """Send wishes at a steady pace over eight connections, or as fast as these allow."""
    address, own = urlsplit(server.address), threading.local()

    def connect() -> None:
        own.connection = http.client.HTTPConnection(
            address.hostname, address.port, timeout=ANSWER_SECONDS
        )

    def send(wish: Wish) -> Answer:
        return sent(own.connection, wish)

    answers, began = [], time.perf_counter()
    with ThreadPoolExecutor(STREAM, initializer=connect) as threads:
        for number, wish in enumerate(wishes):
            time.sleep(max(0.0, began + number / per_second - time.perf_counter()))
            answers.append(threads.submit(send, wish))
    return [answer.result() for answer in answers]


def sent(connection: http.client.HTTPConnection, wish: Wish) -> Answer:
    began = time.perf_counter()
    connection.request("POST", wish.path, wish.body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    body = response.read()
    return Answer(response.status, body, 1000 * (time.perf_counter() - began))
