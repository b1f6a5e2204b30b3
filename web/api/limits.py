"""How many requests a minute one sender may make, and what they are told of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from web.api.problems import Problem
from web.keys.requests import key_of
from web.limits import changes_of, counted, seconds_to_wait, sender_of

READS_FOR_EACH_CHANGE = 10
_READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Standing:
    """How many requests a sender has left, for how many seconds yet."""

    limit: int
    remaining: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.seconds),
        }


def count(request: HttpRequest) -> Standing | None:
    """Count one more request; None while there is no limit. Raises Problem beyond it.

    Changes without a key are counted together with the forms of the booking site.
    """
    limit = _changes_a_minute(request)
    if not limit:
        return None
    if request.method in _READING:
        limit *= READS_FOR_EACH_CHANGE
        used = counted(f"reads:{_sender_of(request)}", kept_in=caches["reads"])
    else:
        used = counted(changes_of(_sender_of(request)))
    standing = Standing(limit, max(0, limit - used), seconds_to_wait())
    if used > limit:
        raise too_many(standing.headers)
    return standing


def too_many(headers: Mapping[str, str]) -> Problem:
    """The refusal of whoever is to wait for a new minute."""
    headers = {**headers, "Retry-After": str(seconds_to_wait())}
    return Problem(429, "too_many_requests", "Too many requests in a minute.", headers=headers)


def _changes_a_minute(request: HttpRequest) -> int:
    key = key_of(request)
    own = key.requests_per_minute if key else None
    return own or settings.RATE_LIMIT_PER_MINUTE


def _sender_of(request: HttpRequest) -> str:
    """A server is one sender wherever it stands; of a web page each visitor is one.

    Otherwise a single visitor could use up what all others need.
    """
    key = key_of(request)
    if key is None:
        return sender_of(request)
    return f"key{key.pk}" if key.is_for_server else f"key{key.pk}:{sender_of(request)}"
