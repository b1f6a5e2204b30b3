"""Answers that are none: errors of Zoom's own, limits, pages in place of JSON, nothing at all.

Limits: Zoom's documentation, "Rate limits", and developer forum 18928.
"""

import socket
from collections.abc import Callable

from flask import Response, request

from zoomlink.simulator import context
from zoomlink.simulator.refusals import Refusal

DAY_SECONDS = 24 * 3600
PAGE = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


def dropped() -> Response:
    """Cut the connection, so that the caller never sees an answer."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response(status=504)


def host_limit(limit: int) -> Refusal:
    """The answer beyond a host's creations and updates of a day.

    It has neither a type nor a ``Retry-After`` (Zoom's developer forum 18928).
    """
    return Refusal(
        429,
        429,
        f"You have exceeded the daily rate limit ({limit}) of Meeting Create/Update API "
        "requests permitted for this particular user.",
        headers={"X-RateLimit-Category": "Medium"},
    )


def _error_500(_now: float) -> Response:
    return Refusal(500, 500, "Internal server error.").answer()


def _error_503(_now: float) -> Response:
    return _page(503, "Service Unavailable")


def _html(_now: float) -> Response:
    return _page(200, "Zoom is under maintenance")


def _xml(_now: float) -> Response:
    text = "<?xml version='1.0' encoding='UTF-8'?><error><reason>Bad Request</reason></error>"
    return Response(text, status=400, mimetype="application/xml")


def _rate_limited(now: float) -> Response:
    """The limit per second: it is over at the time of the reset, in seconds since 1970."""
    message = "You have reached the maximum per-second rate limit for this API. Try again later."
    headers = _limit_headers("QPS") | {"X-RateLimit-Reset": str(int(now) + 1)}
    return Refusal(429, 429, message, headers=headers).answer()


def _daily_limited(now: float) -> Response:
    """The account's limit: ``Retry-After`` is a date and time, the next 00:00 UTC."""
    message = (
        "You have reached the maximum daily rate limit for this API. Refer to the response "
        "header for details on when you can make another request."
    )
    midnight = (int(now) // DAY_SECONDS + 1) * DAY_SECONDS
    headers = _limit_headers("Daily-limit") | {"Retry-After": context.utc_text(midnight)}
    return Refusal(429, 429, message, headers=headers).answer()


def _host_limited(_now: float) -> Response:
    return host_limit(context.settings().daily_limit).answer()


def _limit_headers(kind: str) -> dict[str, str]:
    return {
        "X-RateLimit-Category": "Medium",
        "X-RateLimit-Type": kind,
        "X-RateLimit-Limit": "20" if kind == "QPS" else "30000",
        "X-RateLimit-Remaining": "0",
    }


def _page(status: int, title: str) -> Response:
    return Response(PAGE.format(title), status=status, mimetype="text/html")


# By the name of the fault; each takes the present in seconds since 1970.
ANSWERS: dict[str, Callable[[float], Response]] = {
    "error_500": _error_500,
    "error_503": _error_503,
    "rate_limited": _rate_limited,
    "daily_limited": _daily_limited,
    "host_limited": _host_limited,
    "html": _html,
    "xml": _xml,
}
