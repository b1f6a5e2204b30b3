"""Whose request it is, and how many forms one address may send in a minute."""

import math
import time
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import RedisError

_MINUTE = 60  # seconds
_READING = ("GET", "HEAD", "OPTIONS")


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 429 to more than RATE_LIMIT_PER_MINUTE forms from one address; 0 lifts the limit."""

    @wraps(view)
    def within_limit(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method in _READING or not settings.RATE_LIMIT_PER_MINUTE:
            return view(request, *args, **kwargs)
        now = time.time()
        if _counted(address_of(request), int(now // _MINUTE)) > settings.RATE_LIMIT_PER_MINUTE:
            return _too_many(request, math.ceil(_MINUTE - now % _MINUTE))
        return view(request, *args, **kwargs)

    return within_limit


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


def _counted(address: str, minute: int) -> int:
    """Count one more form; without a working cache nobody is kept from booking."""
    key = f"forms:{minute}:{address}"
    try:
        cache.add(key, 0, timeout=2 * _MINUTE)
        return cache.incr(key)
    except (ValueError, RedisError):
        return 0


def _too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    response = render(request, "429.html", {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response
