"""Broker, cache, workers, and the rules of the world's clocks."""

import re
import uuid
import zoneinfo
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import tzdata
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from web.doctor.findings import Finding, ok, problem, warning
from web.health import broker_is_reachable


def findings(*, now: datetime) -> Iterator[Finding]:
    yield _redis()
    if broker_is_reachable():
        yield ok("The broker can be reached.")
        yield _workers()
    else:
        yield problem("The broker cannot be reached.", "Check REDIS_URL, and that Redis runs.")
    yield _cache()
    yield _time_zones(now)


def _redis() -> Finding:
    if not settings.REDIS_URL:
        return warning(
            "REDIS_URL is not set: tasks go through files, so all runs on this one machine.",
            "Set REDIS_URL, such as redis://localhost:6379/0.",
        )
    return ok("REDIS_URL is set.")


def _workers() -> Finding:
    try:
        answers = current_app.control.ping(timeout=0.5)
    except (OperationalError, OSError):
        answers = []  # the broker is told of apart
    if answers:
        return ok(f"Workers that answer: {len(answers)}.")
    return warning("No worker answers.", "Start one: celery -A config worker.")


def _cache() -> Finding:
    key = f"doctor-{uuid.uuid4().hex}"
    try:
        cache.set(key, "written", timeout=10)
        is_kept = cache.get(key) == "written"
        cache.delete(key)
    except (DatabaseError, RedisError, OSError):
        is_kept = False
    if is_kept:
        return ok("The cache can be written.")
    return problem(
        "The cache cannot be written.",
        "Check REDIS_URL; without it, run manage.py createcachetable.",
    )


def _time_zones(now: datetime) -> Finding:
    """Old rules put bookings at the wrong hour where a country has changed its clocks."""
    edition = _edition()
    if edition is None:
        return warning("The edition of the time zones is unknown.", "Keep tzdata up to date.")
    if int(edition[:4]) < now.year - 1:
        return warning(f"The time zones are old: edition {edition}.", "Update tzdata.")
    return ok(f"The time zones are of edition {edition}.")


def _edition() -> str | None:
    """The edition in use, such as 2026a: the system's where it has zones, else the package's."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "UTC").exists():
            return _edition_in(folder)
    return tzdata.IANA_VERSION


def _edition_in(folder: Path) -> str | None:
    """Read it from the first line of the source that comes with the zones, if it does."""
    source = folder / "tzdata.zi"
    if not source.is_file():
        return None
    with source.open(encoding="utf-8") as file:
        match = re.match(r"# version (\d{4}[a-z]+)", file.readline())
    return match[1] if match else None
