"""The floor's booking: the product's lock, look and rows, one statement each."""

import json
import secrets
import uuid
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from benchmarks.floor import reading

_CLIENT = "SELECT id FROM booking_client WHERE lower(email) = lower(%s) AND lower(name) = lower(%s)"
# Confirmation to client (mail, SMS) and provider (mail), reminder to client (mail).
_OWED = [
    ("confirmation", "client", "email"),
    ("confirmation", "client", "sms"),
    ("confirmation", "provider", "email"),
    ("reminder", "client", "email"),
]


class Taken(Exception):
    """The start is not free with that provider."""


@transaction.atomic
def book(service_id: int, provider_id: int | None, starts_at: datetime, client: dict) -> dict:
    """Write a booking with all its rows and return what names it. Raises Taken."""
    now = datetime.now(UTC)
    rules = reading.rules_of(service_id)
    locked = reading.providers_of(service_id, provider_id, reading.LOCKED)
    day = starts_at.astimezone(rules.zone).date()
    free = reading.free_starts(rules, locked, day, day, now)
    providers = free.get(int(starts_at.timestamp()) // 60)
    if not providers:
        raise Taken
    ends_at = starts_at + timedelta(minutes=rules.shape[0])
    with connection.cursor() as cursor:
        client_id = _client(cursor, client, now)
        session_id = _session(cursor, service_id, providers[0], starts_at, ends_at, now)
        booking_id, token = _booking(cursor, session_id, client_id, now)
        event_id = _event(cursor, session_id, booking_id, now)
        _meeting(cursor, session_id)
        _messages(cursor, booking_id, event_id, client["email"], starts_at, now)
    return {"token": token, "session": session_id, "provider": providers[0]}


def _client(cursor, client: dict, now: datetime) -> int:
    cursor.execute(_CLIENT, [client["email"], client["name"]])
    known = cursor.fetchone()
    return known[0] if known else _inserted(
        cursor, "booking_client", name=client["name"], email=client["email"].lower(), phone="",
        timezone="", language="", created_at=now,
    )  # fmt: skip


def _session(cursor, service_id, provider_id, starts_at, ends_at, now) -> int:
    return _inserted(
        cursor, "booking_session", provider_id=provider_id, service_id=service_id,
        starts_at=starts_at, ends_at=ends_at, occupied_from=starts_at, occupied_until=ends_at,
        capacity=1, seats_taken=1, status="active", revision=1,
        host_token=secrets.token_urlsafe(16), timezone="", created_at=now,
    )  # fmt: skip


def _booking(cursor, session_id: int, client_id: int, now: datetime) -> tuple[int, str]:
    token = secrets.token_urlsafe(16)
    return _inserted(
        cursor, "booking_booking", session_id=session_id, client_id=client_id,
        code=secrets.token_hex(4), seats=1, state="confirmed", attendance="unknown", phone="",
        language="en", timezone="", note="", comment="", source="api", revision=1,
        manage_token=token, join_token=secrets.token_urlsafe(16), created_at=now, cancel_reason="",
    ), token  # fmt: skip


def _event(cursor, session_id: int, booking_id: int, now: datetime) -> int:
    return _inserted(
        cursor, "booking_event", kind="booked", session_id=session_id, booking_id=booking_id,
        details=json.dumps({"source": "api"}), occurred_at=now,
    )  # fmt: skip


def _meeting(cursor, session_id: int) -> int:
    return _inserted(
        cursor, "zoomlink_meeting", session_id=session_id, reference=uuid.uuid4(), state="absent",
        host_id="", join_url="", sent="{}", is_uncertain=False, attempts=0, last_error="",
    )  # fmt: skip


def _messages(cursor, booking_id, event_id, address, starts_at, now) -> None:
    rows = [
        {
            "key": f"b{booking_id}:r1:{kind}:{audience}:{channel}", "kind": kind,
            "audience": audience, "channel": channel, "booking_id": booking_id,
            "event_id": event_id, "revision": 1, "to_address": address, "language": "en",
            "timezone": "Europe/Kyiv", "state": "owed", "due_at": due_at,
            "next_attempt_at": due_at, "attempts": 0, "reason": "", "subject": "",
            "body_text": "", "body_html": "", "message_id": f"<{uuid.uuid4().hex}@localhost>",
            "created_at": now,
        }
        for kind, audience, channel in _OWED
        for due_at in [now if kind == "confirmation" else starts_at - timedelta(days=1)]
    ]  # fmt: skip
    places = ", ".join(["%s"] * len(rows[0]))
    lines = ", ".join([f"({places})"] * len(rows))
    cursor.execute(
        f"INSERT INTO notifications_message ({', '.join(rows[0])}) VALUES {lines}",
        [content for row in rows for content in row.values()],
    )


def _inserted(cursor, table: str, **row) -> int:
    places = ", ".join(["%s"] * len(row))
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places}) RETURNING id",
        list(row.values()),
    )
    return cursor.fetchone()[0]
