"""What workers leave in the cache for people to see; losing it costs nobody a meeting."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError
from redis.exceptions import RedisError

AUDIT_LEASE_SECONDS = 300  # longer than the time a worker is given for an audit
_SWEPT, _AUDITING, _CALLED = "zoomlink-swept", "zoomlink-audit", "zoomlink-called"
_UNREADABLE = (DatabaseError, RedisError, OSError)


def note_sweep(*, now: datetime) -> None:
    """Remember that a worker has swept."""
    with suppress(*_UNREADABLE):
        cache.set(_SWEPT, now, timeout=None)


def last_sweep() -> datetime | None:
    """When a worker last swept; None where nobody knows."""
    swept_at: datetime | None = _read(_SWEPT)
    return swept_at


def note_call(*, now: datetime) -> None:
    """Remember that Zoom has called, with an event or to see that we are there."""
    with suppress(*_UNREADABLE):
        cache.set(_CALLED, now, timeout=None)


def last_call() -> datetime | None:
    """When Zoom last called; None where nobody knows."""
    called_at: datetime | None = _read(_CALLED)
    return called_at


def begin_audit() -> bool:
    """Whether nobody else runs an audit: then it is this worker's, until ``end_audit``."""
    return cache.add(_AUDITING, True, timeout=AUDIT_LEASE_SECONDS)


def end_audit() -> None:
    cache.delete(_AUDITING)


def audit_is_running() -> bool:
    return bool(_read(_AUDITING))


def _read(key: str) -> Any:
    with suppress(*_UNREADABLE):
        return cache.get(key)
    return None
