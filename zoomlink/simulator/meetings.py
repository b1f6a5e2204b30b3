"""Meetings as stored: made, changed, read, deleted. Works on an open connection."""

import json
import secrets
import sqlite3
from typing import Any

from zoomlink.simulator import broken_answers, context, events, options, rooms
from zoomlink.simulator.meeting_fields import DEFAULT_SETTINGS, INSTANT, SCHEDULED
from zoomlink.simulator.refusals import Refusal
from zoomlink.simulator.seed import LICENSED
from zoomlink.simulator.store import digest

ZAK_SECONDS = 2 * 3600
MEETINGS = (
    "SELECT meetings.*, users.email AS host_email, users.pmi AS host_pmi,"
    " users.account_id, users.first_name AS host_first_name, users.last_name AS host_last_name"
    " FROM meetings JOIN users ON users.id = meetings.host_id"
)


def create(
    db: sqlite3.Connection, host: sqlite3.Row, fields: dict[str, Any], *, by: str, now: float
) -> sqlite3.Row:
    """Store a meeting; a scheduled one without a start is held now, as an instant one.

    ``by`` is the id of the user who does it, here as below.
    """
    settings = _settings(db, host, DEFAULT_SETTINGS, fields)
    kind = fields.get("type", SCHEDULED)
    if kind == SCHEDULED and "start_time" not in fields:
        kind = INSTANT
    start_time = context.utc_text(now) if kind == INSTANT else fields.get("start_time")
    passcode = fields.get("password") or ""
    if not passcode and fields.get("default_password", True):
        passcode = _new_passcode()
    meeting_id = _unused_id(db)
    db.execute(
        "INSERT INTO meetings (id, uuid, host_id, topic, type, start_time, duration, timezone,"
        " agenda, passcode, pwd, settings, tracking_fields, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(meeting_id, secrets.token_urlsafe(16) + "==", host["id"]),
            *(fields.get("topic", "Zoom Meeting"), kind, start_time, fields.get("duration", 60)),
            *(fields.get("timezone", host["timezone"]), fields.get("agenda", "")),
            *(passcode, _new_pwd(passcode), json.dumps(settings)),
            *(json.dumps(fields.get("tracking_fields", [])), context.utc_text(now)),
        ),
    )
    made = find(db, meeting_id)
    join_url = _join_url(made, with_passcode=True)
    events.meeting_created(db, made, join_url=join_url, by=by, now=now)
    return made


def change(
    db: sqlite3.Connection,
    host: sqlite3.Row,
    meeting: sqlite3.Row,
    fields: dict[str, Any],
    *,
    by: str,
    now: float,
) -> None:
    """Store what differs. A start gone by is passed over without a word, as at Zoom."""
    if fields.get("start_time", "9") < context.utc_text(now):
        fields = {name: value for name, value in fields.items() if name != "start_time"}
    settings = _settings(db, host, json.loads(meeting["settings"]), fields)
    new_passcode = fields.get("password", meeting["passcode"])
    values = {
        name: fields.get(name, meeting[name])
        for name in ("topic", "type", "start_time", "duration", "timezone", "agenda")
    } | {
        "passcode": new_passcode,
        "pwd": meeting["pwd"] if new_passcode == meeting["passcode"] else _new_pwd(new_passcode),
        "settings": json.dumps(settings),
    }
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    db.execute(
        f"UPDATE meetings SET updates = updates + 1, {assignments} WHERE id = :id",  # nosec B608
        values | {"id": meeting["id"]},
    )
    events.meeting_updated(db, meeting, find(db, meeting["id"]), by=by, now=now)


def delete(db: sqlite3.Connection, meeting: sqlite3.Row, *, by: str, now: float) -> None:
    db.execute(
        "UPDATE meetings SET deleted_at = ? WHERE id = ?", (context.utc_text(now), meeting["id"])
    )
    events.meeting_deleted(db, meeting, by=by, now=now)


def recover(db: sqlite3.Connection, meeting_id: int) -> None:
    """Undo a deletion."""
    db.execute("UPDATE meetings SET deleted_at = NULL WHERE id = ?", (meeting_id,))


def _settings(
    db: sqlite3.Connection, host: sqlite3.Row, before: dict[str, Any], fields: dict[str, Any]
) -> dict[str, Any]:
    """What becomes of the settings; raises Refusal for what the host may not have.

    What the account has locked wins without a word, and a waiting room switches joining before
    the host off (Zoom's documentation, "Create a meeting").
    """
    settings = before | fields.get("settings", {})
    check_settings(db, host, settings)
    settings |= options.read(db, "locked_settings", {})
    return settings | ({"join_before_host": False} if settings["waiting_room"] else {})


def check_settings(db: sqlite3.Connection, host: sqlite3.Row, settings: dict[str, Any]) -> None:
    """Refuse what the host's licence or an unknown alternative host forbids."""
    if settings["approval_type"] != 2 and host["type"] != LICENSED:
        raise Refusal(400, 200, "Registration is only available for a paid user.")
    for name in filter(None, settings["alternative_hosts"].replace(",", ";").split(";")):
        found = db.execute(
            "SELECT 1 FROM users WHERE account_id = ? AND type = ? AND ? IN (id, email)",
            (host["account_id"], LICENSED, name.strip()),
        ).fetchone()
        if not found:
            raise Refusal(400, 300, f"User {name.strip()} cannot be an alternative host.")


def find(db: sqlite3.Connection, meeting_id: int) -> sqlite3.Row:
    """A meeting that is not deleted; 404/3001 otherwise."""
    row: sqlite3.Row | None = db.execute(
        MEETINGS + " WHERE meetings.id = ? AND deleted_at IS NULL", (meeting_id,)
    ).fetchone()
    if row is None:
        raise Refusal(404, 3001, f"Meeting does not exist: {meeting_id}.")
    return row


def listed(db: sqlite3.Connection, host_id: str) -> list[sqlite3.Row]:
    """A host's meetings, soonest first; instant ones are never listed."""
    return db.execute(
        MEETINGS + " WHERE host_id = ? AND deleted_at IS NULL AND meetings.type != ?"
        " ORDER BY start_time, meetings.id",
        (host_id, INSTANT),
    ).fetchall()


def held(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """The meetings that have been started and not ended."""
    return db.execute(MEETINGS + " WHERE started_at IS NOT NULL").fetchall()


def issue_zak(db: sqlite3.Connection, user_id: str, *, now: float) -> str:
    """A host's login for two hours; fresh at every reading of a meeting."""
    zak = "zsimZAK_" + secrets.token_urlsafe(32)
    db.execute("DELETE FROM zaks WHERE expires_at < ?", (now - ZAK_SECONDS,))
    db.execute("INSERT INTO zaks VALUES (?, ?, ?)", (digest(zak), user_id, now + ZAK_SECONDS))
    return zak


def count_write(db: sqlite3.Connection, user_id: str, *, limit: int, now: float) -> None:
    """Count a create or update call; 429 beyond the host's daily limit."""
    row = db.execute(
        "INSERT INTO write_calls VALUES (?, ?, 1)"
        " ON CONFLICT (user_id, day) DO UPDATE SET calls = calls + 1 RETURNING calls",
        (user_id, context.utc_text(now)[:10]),
    ).fetchone()
    if row["calls"] > limit:
        raise broken_answers.host_limit(limit)


def in_list(meeting: sqlite3.Row) -> dict[str, Any]:
    """A row of a list: no start link, no passcode, a cut agenda."""
    return {
        "uuid": meeting["uuid"],
        "id": meeting["id"],
        "host_id": meeting["host_id"],
        "topic": meeting["topic"],
        "type": meeting["type"],
        "start_time": meeting["start_time"],
        "duration": meeting["duration"],
        "timezone": meeting["timezone"],
        "agenda": meeting["agenda"][:250],
        "created_at": meeting["created_at"],
        "join_url": _join_url(meeting, with_passcode=False),
    }


def in_full(meeting: sqlite3.Row, zak: str) -> dict[str, Any]:
    """The answer to create; ``status`` belongs to get."""
    return in_list(meeting) | {
        "host_email": meeting["host_email"],
        "agenda": meeting["agenda"],
        "start_url": f"{context.base_url()}/s/{meeting['id']}?zak={zak}",
        "join_url": _join_url(meeting, with_passcode=True),
        "password": meeting["passcode"],
        "encrypted_password": meeting["pwd"],
        "pre_schedule": False,
        "creation_source": "open_api",
        "tracking_fields": json.loads(meeting["tracking_fields"]),
        "settings": json.loads(meeting["settings"]),
    }


def status(db: sqlite3.Connection, meeting_id: int, *, now: float) -> str:
    return "started" if rooms.is_running(db, meeting_id, now=now) else "waiting"


def _join_url(meeting: sqlite3.Row, *, with_passcode: bool) -> str:
    """The link for participants; with ``use_pmi`` it leads to the host's personal room."""
    use_pmi = json.loads(meeting["settings"])["use_pmi"]
    number = meeting["host_pmi"] if use_pmi else meeting["id"]
    address = f"{context.base_url()}/j/{number}"
    return f"{address}?pwd={meeting['pwd']}" if with_passcode and meeting["pwd"] else address


def _unused_id(db: sqlite3.Connection) -> int:
    """Eleven digits, above 2**31, as Zoom's are."""
    while True:
        number = 80_000_000_000 + secrets.randbelow(10_000_000_000)
        if not db.execute("SELECT 1 FROM meetings WHERE id = ?", (number,)).fetchone():
            return number


def _new_passcode() -> str:
    return f"zsimPC_{secrets.randbelow(1000):03d}"


def _new_pwd(passcode: str) -> str:
    """What the join link carries; without a passcode nothing."""
    return "zsimPWD_" + secrets.token_urlsafe(18) if passcode else ""
