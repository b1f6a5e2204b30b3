"""Who is in a meeting. Works on an open connection; ``now`` is in seconds since 1970.

A participant is *waiting*, *in*, *left* or *ended* (the host ended the meeting for everybody).
A meeting runs from the first who is in to the last; coming, going, start and end are events.
``meeting`` is a row of ``meetings.MEETINGS``.
"""

import json
import math
import secrets
import sqlite3

from zoomlink.simulator import context, events

# A closed browser says nothing: whoever was not seen for so long is gone.
PRESENT_SECONDS = 60
HOST, PARTICIPANT = "host", "participant"
FIND = "SELECT rowid, * FROM participants"


def enter(
    db: sqlite3.Connection,
    meeting: sqlite3.Row,
    *,
    name: str,
    role: str,
    user_id: str = "",
    stays: bool = False,
    now: float,
) -> str:
    """Come in, or wait where the settings say so. The key of the participant's own page.

    ``user_id`` is that of a user of Zoom who is signed in. Who ``stays`` has no page that would
    show that they are there: they are until they leave.
    """
    settle(db, meeting, now=now)
    key, seen_at = secrets.token_urlsafe(16), math.inf if stays else now
    db.execute(
        "INSERT INTO participants (key, meeting_id, name, role, state, entered_at, seen_at,"
        " user_id) VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?)",
        (key, meeting["id"], name, role, now, seen_at, user_id),
    )
    _admit(db, meeting, now=now)
    return key


def seen(
    db: sqlite3.Connection, participant: sqlite3.Row, meeting: sqlite3.Row, *, now: float
) -> str:
    """Note that this participant's page is open; those who wait come in when they may.

    The state they are in now.
    """
    db.execute(
        "UPDATE participants SET seen_at = MAX(seen_at, ?) WHERE key = ?",
        (now, participant["key"]),
    )
    settle(db, meeting, now=now)
    _admit(db, meeting, now=now)
    row = db.execute("SELECT state FROM participants WHERE key = ?", (participant["key"],))
    state: str = row.fetchone()["state"]
    return state


def find(db: sqlite3.Connection, key: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(FIND + " WHERE key = ?", (key,)).fetchone()
    return row


def present_by_name(db: sqlite3.Connection, meeting_id: int, name: str) -> sqlite3.Row | None:
    """Who is in or waits under this name; of several the first who came."""
    row: sqlite3.Row | None = db.execute(
        FIND + " WHERE meeting_id = ? AND name = ? AND state IN ('in', 'waiting')"
        " ORDER BY entered_at",
        (meeting_id, name),
    ).fetchone()
    return row


def participants(db: sqlite3.Connection, meeting_id: int, *, now: float) -> list[sqlite3.Row]:
    """Those in the meeting, the first one first."""
    return _present(db, meeting_id, "in", now=now)


def is_running(db: sqlite3.Connection, meeting_id: int, *, now: float) -> bool:
    return bool(participants(db, meeting_id, now=now))


def leave(
    db: sqlite3.Connection, meeting: sqlite3.Row, participant: sqlite3.Row, *, now: float
) -> None:
    """Go; the meeting ends with the last one."""
    _go(db, meeting, participant, "left", now=now)
    settle(db, meeting, now=now)


def end(db: sqlite3.Connection, meeting: sqlite3.Row, *, now: float) -> None:
    """Send everybody away, those who wait too."""
    rows = db.execute(
        FIND + " WHERE meeting_id = ? AND state IN ('in', 'waiting') ORDER BY entered_at",
        (meeting["id"],),
    ).fetchall()
    for row in rows:
        _go(db, meeting, row, "ended", now=now)
    settle(db, meeting, now=now)


def settle(db: sqlite3.Connection, meeting: sqlite3.Row, *, now: float) -> None:
    """Let those go who were not seen for long, and end a meeting that nobody is in."""
    gone = db.execute(
        FIND + " WHERE meeting_id = ? AND state = 'in' AND seen_at <= ? ORDER BY entered_at",
        (meeting["id"], now - PRESENT_SECONDS),
    ).fetchall()
    for row in gone:
        _go(db, meeting, row, "left", now=now)
    held = _held(db, meeting)
    if held["started_at"] and not is_running(db, meeting["id"], now=now):
        events.meeting_ended(db, held, now=now)
        db.execute("UPDATE meetings SET started_at = NULL WHERE id = ?", (meeting["id"],))


def _may_come_in(
    db: sqlite3.Connection, meeting: sqlite3.Row, participant: sqlite3.Row, *, now: float
) -> bool:
    """Whether somebody need not wait.

    With a waiting room the host must be there, and then lets everybody in; otherwise somebody
    must be there already, or joining before the host be allowed.
    """
    settings = json.loads(meeting["settings"])
    inside = participants(db, meeting["id"], now=now)
    if participant["role"] == HOST or any(row["role"] == HOST for row in inside):
        return True
    return not settings["waiting_room"] and bool(inside or settings["join_before_host"])


def _admit(db: sqlite3.Connection, meeting: sqlite3.Row, *, now: float) -> None:
    """Let in who waits and may come in, the host first."""
    waiting = _present(db, meeting["id"], "waiting", now=now)
    for row in sorted(waiting, key=lambda row: row["role"] != HOST):
        if _may_come_in(db, meeting, row, now=now):
            _start(db, meeting, now=now)
            db.execute(
                "UPDATE participants SET state = 'in', entered_at = ? WHERE key = ?",
                (now, row["key"]),
            )
            events.participant_joined(db, _held(db, meeting), row, now=now)


def _start(db: sqlite3.Connection, meeting: sqlite3.Row, *, now: float) -> None:
    """The first one comes in: from now on the meeting is held, under a uuid of its own."""
    started = db.execute(
        "UPDATE meetings SET started_at = ?, running_uuid = ? WHERE id = ? AND started_at IS NULL",
        (context.utc_text(now), secrets.token_urlsafe(16) + "==", meeting["id"]),
    )
    if started.rowcount:
        events.meeting_started(db, _held(db, meeting), now=now)


def _go(
    db: sqlite3.Connection,
    meeting: sqlite3.Row,
    participant: sqlite3.Row,
    state: str,
    *,
    now: float,
) -> None:
    db.execute("UPDATE participants SET state = ? WHERE key = ?", (state, participant["key"]))
    if participant["state"] == "in":
        events.participant_left(db, _held(db, meeting), participant, now=now)


def _held(db: sqlite3.Connection, meeting: sqlite3.Row) -> sqlite3.Row:
    """The meeting with what is known of its being held now."""
    row: sqlite3.Row = db.execute(
        "SELECT meetings.*, users.account_id FROM meetings JOIN users ON users.id = host_id"
        " WHERE meetings.id = ?",
        (meeting["id"],),
    ).fetchone()
    return row


def _present(
    db: sqlite3.Connection, meeting_id: int, state: str, *, now: float
) -> list[sqlite3.Row]:
    return db.execute(
        FIND + " WHERE meeting_id = ? AND state = ? AND seen_at > ? ORDER BY entered_at",
        (meeting_id, state, now - PRESENT_SECONDS),
    ).fetchall()
