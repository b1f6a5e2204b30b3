"""The floor's queries: what a question needs, in four round trips."""

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from benchmarks.floor import computing

_SERVICE = """
SELECT service.duration_minutes, service.buffer_before_minutes, service.buffer_after_minutes,
  coalesce(service.grid_minutes, company.grid_minutes),
  coalesce(service.notice_minutes, company.notice_minutes),
  coalesce(service.horizon_days, company.horizon_days), company.timezone
FROM booking_service AS service CROSS JOIN booking_company AS company
WHERE service.id = %s AND service.is_active
"""
_PROVIDERS = """
SELECT provider.id FROM booking_provider AS provider
JOIN booking_service_providers AS offers ON offers.provider_id = provider.id
WHERE offers.service_id = %s AND provider.is_active AND (%s::bigint IS NULL OR provider.id = %s)
ORDER BY
"""
IN_ORDER = "provider.position, provider.name, provider.id"
LOCKED = "provider.id FOR NO KEY UPDATE OF provider"
_HOURS = """
SELECT provider_id, weekday, NULL::date, starts, ends FROM booking_workinghours
WHERE provider_id = ANY(%s) OR provider_id IS NULL
UNION ALL
SELECT provider_id, NULL, date, starts, ends FROM booking_specialday
WHERE (provider_id = ANY(%s) OR provider_id IS NULL) AND date BETWEEN %s AND %s
"""
_BLOCKS = """
SELECT provider_id, floor(extract(epoch FROM starts_at) / 60)::int,
  ceil(extract(epoch FROM ends_at) / 60)::int
FROM booking_timeoff
WHERE (provider_id = ANY(%s) OR provider_id IS NULL) AND starts_at < %s AND ends_at > %s
UNION ALL
SELECT provider_id, floor(extract(epoch FROM occupied_from) / 60)::int,
  ceil(extract(epoch FROM occupied_until) / 60)::int
FROM booking_session
WHERE status = 'active' AND provider_id = ANY(%s) AND occupied_from < %s AND occupied_until > %s
"""


@dataclass(frozen=True)
class Rules:
    """``shape`` is duration, buffer before, buffer after and grid, in minutes."""

    shape: tuple[int, int, int, int]
    notice_minutes: int
    horizon_days: int
    zone: ZoneInfo


def rules_of(service_id: int) -> Rules:
    with connection.cursor() as cursor:
        cursor.execute(_SERVICE, [service_id])
        *shape, notice, horizon, zone = cursor.fetchone()
    return Rules(tuple(shape), notice, horizon, ZoneInfo(zone))


def providers_of(service_id: int, provider_id: int | None, order: str = IN_ORDER) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_PROVIDERS + order, [service_id, provider_id, provider_id])
        return [pk for (pk,) in cursor.fetchall()]


def free_starts(
    rules: Rules, providers: list[int], first: date, last: date, now: datetime
) -> dict[int, list[int]]:
    """The free starts of the dates, sorted, each with the providers who are free then."""
    today = now.astimezone(rules.zone).date()
    first, last = max(first, today), min(last, today + timedelta(days=rules.horizon_days))
    weekly, special = _hours(providers, first, last)
    blocked = _blocks(providers, first, last)
    earliest = math.ceil(now.timestamp() / 60) + rules.notice_minutes
    starts_by_hours: dict[str, list[int]] = {}
    found: dict[int, list[int]] = {}
    for provider in providers:
        own_weekly, own_special = weekly.get(provider), special.get(provider, {})
        hours = _hours_of(own_weekly, own_special, weekly[None], special.get(None, {}))
        if (key := repr(hours)) not in starts_by_hours:
            starts = computing.candidates(*hours, first, last, rules.zone, rules.shape)
            starts_by_hours[key] = [start for start in starts if start >= earliest]
        free = computing.without(
            starts_by_hours[key], blocked[provider] + blocked[None], rules.shape
        )
        for start in free:
            found.setdefault(start, []).append(provider)
    return dict(sorted(found.items()))


def _hours_of(weekly, special, company_weekly, company_special):
    """Weekly and special hours of one provider inside the company's."""
    if weekly is None:
        return company_weekly, {**company_special, **special}
    both = [computing.common(*pair) for pair in zip(weekly, company_weekly, strict=True)]
    narrowed = {
        day: computing.common(weekly[day.weekday()], stretches)
        for day, stretches in company_special.items()
    }
    return both, {**narrowed, **special}


def _hours(providers: list[int], first: date, last: date):
    weekly = defaultdict(lambda: [[] for _ in range(7)])
    special = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        cursor.execute(_HOURS, [providers, providers, first, last])
        for provider, weekday, day, starts, ends in cursor.fetchall():
            stretches = weekly[provider][weekday] if day is None else special[provider][day]
            if starts is not None:
                stretches.append((_minute(starts), _minute(ends) or computing.MINUTES_OF_A_DAY))
    return weekly, special


def _blocks(providers: list[int], first: date, last: date):
    blocked = defaultdict(list)
    from_at = datetime.combine(first, time(), UTC) - timedelta(days=1)
    until_at = datetime.combine(last, time(), UTC) + timedelta(days=2)
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKS, [providers, until_at, from_at] * 2)
        for provider, from_minute, until_minute in cursor.fetchall():
            blocked[provider].append((from_minute, until_minute))
    return blocked


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
