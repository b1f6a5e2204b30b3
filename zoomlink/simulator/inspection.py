"""What tests may ask the simulator about itself; no answer holds a secret."""

import json
import sqlite3
import threading
from collections import deque
from typing import Any

from flask import Blueprint, g, jsonify, request

from zoomlink.simulator import context, rooms, seed
from zoomlink.simulator.faults import GATE
from zoomlink.simulator.meetings import MEETINGS
from zoomlink.simulator.people import USERS

blueprint = Blueprint("inspection", __name__, url_prefix="/simulator")

LONGEST_LOG = 20_000
EXPIRING = {
    "tokens": "UPDATE tokens SET access_expires_at = ? WHERE access_expires_at > ?",
    "codes": "UPDATE codes SET expires_at = ? WHERE expires_at > ?",
    "start_links": "UPDATE zaks SET expires_at = ? WHERE expires_at > ?",
}


class RequestLog:
    """The last requests: method, path, operation, status, time, token family."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=LONGEST_LOG)
        self._lock = threading.Lock()

    def begin(self, operation: str) -> dict[str, Any]:
        """Note a request that has come in; it has no status until it is answered."""
        entry = {
            "method": request.method,
            "path": request.path,
            "operation": operation,
            "status": None,
            "at": context.now(),
            "token_family": None,  # nosec B105
        }
        with self._lock:
            self._entries.append(entry)
        return entry

    def entries(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(entry) for entry in self._entries]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


LOG = RequestLog()


def finish(status: int) -> None:
    """Complete the entry of this request."""
    entry = g.get("log_entry")
    if entry is not None:
        entry["status"] = status
        entry["token_family"] = g.get("token_family")


@blueprint.get("/requests")
def requests_log() -> Any:
    return jsonify(requests=LOG.entries())


@blueprint.delete("/requests")
def clear_log() -> Any:
    LOG.clear()
    return "", 204


@blueprint.get("/meetings")
def all_meetings() -> Any:
    """Every meeting ever made, deleted ones too, and how many that is."""
    now = context.now()
    with context.store().reading() as db:
        rows = db.execute(MEETINGS + " ORDER BY meetings.created_at, meetings.id").fetchall()
        found = [_meeting(db, row, now=now) for row in rows]
    return jsonify(created=len(found), meetings=found)


@blueprint.get("/users")
def all_users() -> Any:
    with context.store().reading() as db:
        rows = db.execute(USERS + " ORDER BY users.rowid").fetchall()
    return jsonify(users=[dict(row) for row in rows])


@blueprint.post("/expire_<what>")
def expire(what: str) -> Any:
    """Let all living access ``tokens``, ``codes`` or ``start_links`` be over now."""
    if what not in EXPIRING:
        return jsonify(known=list(EXPIRING)), 404
    now = context.now()
    with context.store().writing() as db:
        return jsonify(expired=db.execute(EXPIRING[what], (now, now)).rowcount)


@blueprint.post("/reset")
def reset() -> Any:
    """As on the first day: no grants, meetings, faults, deliveries or log; the first users."""
    with context.store().writing() as db:
        for table in (
            *("participants", "zaks", "meetings", "write_calls", "faults", "codes", "tokens"),
            *("consents", "deliveries", "options", "users", "accounts"),
        ):
            db.execute(f"DELETE FROM {table}")  # nosec B608
        seed.fill(db, extra_users=context.settings().extra_users)
    GATE.open()
    LOG.clear()
    return "", 204


def meeting(db: sqlite3.Connection, meeting_id: int, *, now: float) -> dict[str, Any]:
    """One meeting as it may be shown, a deleted one too."""
    row = db.execute(MEETINGS + " WHERE meetings.id = ?", (meeting_id,)).fetchone()
    return _meeting(db, row, now=now)


def _meeting(db: sqlite3.Connection, row: sqlite3.Row, *, now: float) -> dict[str, Any]:
    shown = ("id", "uuid", "host_id", "host_email", "topic", "type", "start_time", "duration")
    more = ("timezone", "agenda", "created_at", "updates", "deleted_at")
    people = db.execute(
        "SELECT name, role, state FROM participants WHERE meeting_id = ? ORDER BY entered_at",
        (row["id"],),
    ).fetchall()
    return {name: row[name] for name in shown + more} | {
        "deleted": row["deleted_at"] is not None,
        "status": "started" if rooms.is_running(db, row["id"], now=now) else "waiting",
        "settings": json.loads(row["settings"]),
        "participants": [dict(person) for person in people],
    }
