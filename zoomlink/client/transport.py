"""One request, one answer: timeouts, no redirects, no retries, and what a failure leaves behind."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from urllib3 import Timeout as TotalTimeout
from urllib3.exceptions import MaxRetryError, NewConnectionError

from zoomlink.client.errors import ZoomUnavailable

# Seconds to connect, and between two bytes of the answer.
DEFAULT_TIMEOUT = (3.05, 5.0)
Timeout = tuple[float, float]
TOO_LATE = "Zoom did not answer in time"


class Deadline:
    """When somebody who waits for a page must have it: all calls for it share the time."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        return self._at - time.monotonic()


# Any: requests takes urllib3's own Timeout, but its type stubs do not know that.
def allowed(usual: Timeout, deadline: Deadline | None) -> Any:
    """Return how long one request may take, connecting and reading together.

    Raises ZoomUnavailable where no time is left: nothing is sent then.
    """
    if deadline is None:
        return usual
    left = deadline.seconds_left
    if left <= 0:
        raise ZoomUnavailable(TOO_LATE)
    connect, read = usual
    return TotalTimeout(total=left, connect=connect, read=read)


@contextmanager
def translated(*, may_change: bool) -> Iterator[None]:
    """Turn a failure on the way to Zoom into ZoomUnavailable, without the address in its text.

    ``may_change`` says whether the request asked for a change: unless nothing was sent, its
    outcome is then unknown.
    """
    try:
        yield
    except requests.RequestException as error:
        unknown = may_change and not _nothing_was_sent(error)
        # Not chained: the library's error carries the request, and with it the token.
        raise ZoomUnavailable(_reason(error), outcome_unknown=unknown) from None


def _nothing_was_sent(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return TOO_LATE
    return "Zoom could not be reached"
