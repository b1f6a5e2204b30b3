"""What stands in the body of a webhook, apart from the rows it tells of. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

# Rises when something that is there goes or changes its meaning; what is added does not raise it.
VERSION = 1
Facts = Mapping[str, Any]


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return an aware moment by RFC 3339, with the offset of ``zone``."""
    return at.astimezone(zone).isoformat(timespec="seconds")


def envelope(
    *, uid: str, kind: str, occurred_at: datetime, company: str, zone: ZoneInfo, facts: Facts
) -> str:
    """Return the body as JSON: what every webhook has, then its own ``facts``."""
    whole = {
        "id": uid,
        "type": kind,
        "version": VERSION,
        "occurred_at": moment(occurred_at, zone),
        "company": {"name": company, "timezone": zone.key},
        **facts,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def sample(now: datetime, zone: ZoneInfo) -> Facts:
    """What a test tells: a booking with every field, of people who do not exist."""
    return {
        "booking": {
            "code": "TESTTEST",
            "state": "confirmed",
            "starts_at": moment(now, zone),
            "ends_at": moment(now, zone),
            "timezone": zone.key,
            "seats": 1,
            "revision": 1,
            "service": {"id": 0, "name": "Test service", "slug": "test-service"},
            "provider": {"id": 0, "name": "Test provider", "email": "provider@example.com"},
            "client": {
                "id": 0,
                "name": "Test client",
                "email": "client@example.com",
                "phone": "+12015550123",
                "language": "en",
                "timezone": zone.key,
            },
            "note": "A test of the webhook",
            "answers": [{"question": 0, "label": "Test question", "answer": "Test answer"}],
            "label": None,
            "source": "site",
            "cancel_reason": "",
            "join_url": "https://example.com/",
        }
    }
