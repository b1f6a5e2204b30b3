"""What happened, in Zoom's words: the payload of each webhook event.

Zoom's documentation, "Webhooks": ``app_deauthorized``, ``meeting.*``, ``user.*``. All functions
work on an open connection; ``now`` is in seconds since 1970.
"""

import hashlib
import json
import sqlite3
import uuid
from collections.abc import Mapping
from typing import Any

from zoomlink.simulator import context
from zoomlink.simulator.webhooks import REMOVAL, owe

MEETING_FIELDS = ("host_id", "topic", "type", "start_time", "duration", "timezone")
CHANGING_FIELDS = (*MEETING_FIELDS[1:], "agenda")
USER_FIELDS = ("id", "first_name", "last_name", "email", "type")


def app_removed(db: sqlite3.Connection, user_id: str, *, now: float) -> None:
    """A user has taken the app away, or a revoked token did."""
    row = db.execute("SELECT account_id FROM users WHERE id = ?", (user_id,)).fetchone()
    payload = {
        "account_id": row["account_id"],
        "user_id": user_id,
        "client_id": context.settings().client_id,
        "deauthorization_time": context.utc_text(now),
        "signature": hashlib.sha256(f"{user_id}{now}".encode()).hexdigest(),
        "user_data_retention": None,
    }
    owe(db, REMOVAL, payload, now=now)


def meeting_created(
    db: sqlite3.Connection, meeting: sqlite3.Row, *, join_url: str, by: str, now: float
) -> None:
    """``by`` is the id of the user who did it, here as below."""
    more = {"join_url": join_url, "password": meeting["passcode"]}
    told = _meeting(db, meeting) | more | {"settings": json.loads(meeting["settings"])}
    operation = {"operation": "single", "object": told}
    owe(db, "meeting.created", _by(db, meeting, by) | operation, now=now)


def meeting_updated(
    db: sqlite3.Connection, before: sqlite3.Row, after: sqlite3.Row, *, by: str, now: float
) -> None:
    """Only what is different is told, beside the number; without a difference, nothing."""
    old, new = _differing(_changing(before), _changing(after))
    if not new:
        return
    number = {"id": _number(db, after), "uuid": after["uuid"]}
    payload = {
        "scope": "single",
        "time_stamp": int(now * 1000),
        "object": number | new,
        "old_object": number | old,
    }
    owe(db, "meeting.updated", _by(db, after, by) | payload, now=now)


def meeting_deleted(db: sqlite3.Connection, meeting: sqlite3.Row, *, by: str, now: float) -> None:
    operation = {"operation": "single", "object": _meeting(db, meeting)}
    owe(db, "meeting.deleted", _by(db, meeting, by) | operation, now=now)


def meeting_started(db: sqlite3.Connection, meeting: sqlite3.Row, *, now: float) -> None:
    payload = {"account_id": meeting["account_id"], "object": _running(db, meeting)}
    owe(db, "meeting.started", payload, now=now)


def meeting_ended(db: sqlite3.Connection, meeting: sqlite3.Row, *, now: float) -> None:
    told = _running(db, meeting) | {"end_time": context.utc_text(now)}
    owe(db, "meeting.ended", {"account_id": meeting["account_id"], "object": told}, now=now)


def participant_joined(
    db: sqlite3.Connection, meeting: sqlite3.Row, participant: sqlite3.Row, *, now: float
) -> None:
    told = _participant(participant) | {"join_time": context.utc_text(now)}
    _tell_participant(db, "meeting.participant_joined", meeting, told, now=now)


def participant_left(
    db: sqlite3.Connection, meeting: sqlite3.Row, participant: sqlite3.Row, *, now: float
) -> None:
    told = _participant(participant) | {"leave_time": context.utc_text(now)}
    _tell_participant(db, "meeting.participant_left", meeting, told, now=now)


def user_changed(
    db: sqlite3.Connection, event: str, user: sqlite3.Row, *, by: str, now: float
) -> None:
    """``user.activated``, ``user.deactivated`` or ``user.deleted``."""
    told = {"object": {name: user[name] for name in USER_FIELDS}}
    owe(db, event, _by(db, user, by) | told, now=now)


def user_updated(
    db: sqlite3.Connection, before: sqlite3.Row, after: sqlite3.Row, *, by: str, now: float
) -> None:
    """Only what is different is told, beside the id; without a difference, nothing."""
    old, new = _differing(*({name: row[name] for name in USER_FIELDS} for row in (before, after)))
    if not new:
        return
    payload = {
        "time_stamp": int(now * 1000),
        "object": {"id": after["id"]} | new,
        "old_object": {"id": after["id"]} | old,
    }
    owe(db, "user.updated", _by(db, after, by) | payload, now=now)


def _by(db: sqlite3.Connection, row: sqlite3.Row, user_id: str) -> dict[str, Any]:
    """The account of a row, and who did it."""
    person = db.execute("SELECT email FROM users WHERE id = ?", (user_id,)).fetchone()
    return {
        "account_id": row["account_id"],
        "operator": person["email"],
        "operator_id": user_id,
    }


def _meeting(db: sqlite3.Connection, meeting: sqlite3.Row) -> dict[str, Any]:
    fields = {name: meeting[name] for name in MEETING_FIELDS}
    return {"uuid": meeting["uuid"], "id": _number(db, meeting)} | fields


def _running(db: sqlite3.Connection, meeting: sqlite3.Row) -> dict[str, Any]:
    """Each time a meeting is held it has another uuid; the start is when it was started."""
    held = {"uuid": meeting["running_uuid"], "start_time": meeting["started_at"]}
    return _meeting(db, meeting) | held


def _number(db: sqlite3.Connection, meeting: sqlite3.Row) -> int | str:
    """Zoom writes the number now as a number, now as text: here in turns."""
    row = db.execute("SELECT COALESCE(MAX(id), 0) % 2 AS is_odd FROM deliveries").fetchone()
    return str(meeting["id"]) if row["is_odd"] else int(meeting["id"])


def _changing(meeting: sqlite3.Row) -> dict[str, Any]:
    fields = {name: meeting[name] for name in CHANGING_FIELDS} | {"password": meeting["passcode"]}
    return fields | {"settings": json.loads(meeting["settings"])}


def _differing(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The entries that differ, as they were and as they are; of the settings likewise."""
    old, new = {}, {}
    for name, value in after.items():
        if value == before.get(name):
            continue
        old[name], new[name] = before.get(name), value
        if name == "settings":
            old[name], new[name] = _differing(before[name], value)
    return old, new


def _tell_participant(
    db: sqlite3.Connection,
    event: str,
    meeting: sqlite3.Row,
    participant: dict[str, Any],
    *,
    now: float,
) -> None:
    told = _running(db, meeting) | {"participant": participant}
    owe(db, event, {"account_id": meeting["account_id"], "object": told}, now=now)


def _participant(row: sqlite3.Row) -> dict[str, Any]:
    """``id`` is filled for somebody signed in to the account; the address is kept back."""
    return {
        "user_id": str(16_778_240 + 1024 * row["rowid"]),
        "user_name": row["name"],
        "id": row["user_id"],
        "participant_uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, row["key"])).upper(),
        "email": "",
    }
