"""Whose request it is, and how much one address has asked for in a minute, or booked in an hour."""

import math
import time
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

_MINUTE, _HOUR = 60, 3600  # seconds


def is_beyond_limit(request: HttpRequest) -> bool:
    """Count one more change; tell whether it is more than RATE_LIMIT_PER_MINUTE; 0 lifts the limit.

    Whatever face is asked, the changes of one address are counted together.
    """
    limit = settings.RATE_LIMIT_PER_MINUTE
    return bool(limit) and _count("forms", request, _MINUTE) > limit


def bookings_this_hour(request: HttpRequest) -> int:
    """Count one more booking; return how many that makes of its address in this hour."""
    return _count("bookings", request, _HOUR)


def uncount_booking(request: HttpRequest) -> None:
    """Take one back that was counted before nothing came of it."""
    _count("bookings", request, _HOUR, by=-1)


def seconds_to_wait() -> int:
    """How long until a new minute is counted."""
    return math.ceil(_MINUTE - time.time() % _MINUTE)


def address_of(request: HttpRequest) -> str:
    """The sender's address: behind our own HTTPS proxy the one that the proxy saw.

    What a proxy writes that is no address counts as nothing: it is kept in the database, too.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    if settings.SECURE_PROXY_SSL_HEADER and _is_address(forwarded):
        return str(forwarded)
    return str(request.META.get("REMOTE_ADDR", ""))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _count(what: str, request: HttpRequest, seconds: int, *, by: int = 1) -> int:
    """Count one more within the present so many seconds, all that came from the same address.

    Without a working cache nobody is kept from booking.
    """
    key = f"{what}:{int(time.time() // seconds)}:{address_of(request)}"
    try:
        cache.add(key, 0, timeout=2 * seconds)
        return cache.incr(key, by)
    except (ValueError, RedisError):
        return 0
