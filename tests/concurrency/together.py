"""Calls made at the same moment, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

GATHER_SECONDS = 30


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Make the calls together; return in their order what each returned or raised."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(GATHER_SECONDS)
            return call()
        except Exception as error:  # noqa: BLE001
            return error  # an answer like any other, for the test to judge
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def split(answers: Sequence[Any]) -> tuple[list[Any], list[Exception]]:
    """Return what was returned, and what was raised."""
    raised = [answer for answer in answers if isinstance(answer, Exception)]
    return [answer for answer in answers if not isinstance(answer, Exception)], raised
