"""Whose request it is, and what one address has asked for, missed or booked of late."""

import math
import time
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.core.cache import BaseCache, cache, caches
from django.http import HttpRequest
from redis.exceptions import RedisError

_MINUTE, _HOUR = 60, 3600  # seconds
_LINE_BITS = 64


def is_beyond_limit(request: HttpRequest) -> bool:
    """Count one more change; tell whether it is more than RATE_LIMIT_PER_MINUTE; 0 lifts the limit.

    Whatever face is asked, the changes of one address are counted together.
    """
    limit = settings.RATE_LIMIT_PER_MINUTE
    return bool(limit) and counted(changes_of(sender_of(request))) > limit


def note_miss(request: HttpRequest) -> None:
    """Count an address asked for whose token opens nothing."""
    counted(_misses_of(request), kept_in=caches["reads"])


def has_missed_too_often(request: HttpRequest) -> bool:
    """Whether one address has named RATE_LIMIT_PER_MINUTE wrong tokens; 0 lifts the limit."""
    limit = settings.RATE_LIMIT_PER_MINUTE
    return bool(limit) and counted(_misses_of(request), by=0, kept_in=caches["reads"]) >= limit


def _misses_of(request: HttpRequest) -> str:
    return f"misses:{address_of(request)}"


def bookings_this_hour(request: HttpRequest) -> int:
    """Count one more booking; return how many that makes of its address in this hour."""
    return counted(f"bookings:{sender_of(request)}", within=_HOUR)


def uncount_booking(request: HttpRequest) -> None:
    """Take one back that was counted before nothing came of it."""
    counted(f"bookings:{sender_of(request)}", within=_HOUR, by=-1)


def changes_of(sender: str) -> str:
    """What the changes of one sender are counted as, for ``counted``."""
    return f"forms:{sender}"


def counted(what: str, *, within: int = _MINUTE, by: int = 1, kept_in: BaseCache = cache) -> int:
    """Count one more of ``what``; tell how many there are in the present ``within`` seconds.

    Without a working cache it is 0: nobody is kept from booking.
    """
    key = f"{int(time.time() // within)}:{what}"
    try:
        kept_in.add(key, 0, timeout=2 * within)
        count = kept_in.incr(key, by)
        if within > _MINUTE:  # a cache in the database forgets after five what it has counted on
            kept_in.touch(key, 2 * within)
        return count
    except (ValueError, RedisError):
        return 0


def seconds_to_wait() -> int:
    """How long until a new minute is counted."""
    return math.ceil(_MINUTE - time.time() % _MINUTE)


def sender_of(request: HttpRequest) -> str:
    """Whose requests are counted together: an address, of IPv6 the /64 that each line has whole."""
    text = address_of(request)
    if ":" not in text or not _is_address(text):
        return text
    address = IPv6Address(text.partition("%")[0])
    line = IPv6Network((address, _LINE_BITS), strict=False)
    return str(address.ipv4_mapped or line)


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
