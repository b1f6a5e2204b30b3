"""Who is in a meeting. Works on an open connection; ``now`` is in seconds since 1970.

A participant is *waiting*, *in*, *left* or *ended* (the host ended the meeting for everybody).
"""

import json
import secrets
import sqlite3

# A closed browser says nothing: whoever was not seen for so long is gone.
PRESENT_SECONDS = 60
HOST, PARTICIPANT = "host", "participant"


def enter(db: sqlite3.Connection, meeting: sqlite3.Row, *, name: str, role: str, now: float) -> str:
    """Come in, or wait where the settings say so. The key of the participant's own page."""
    comes_in = role == HOST or may_come_in(db, meeting, now=now)
    key = secrets.token_urlsafe(16)
    db.execute(
        "INSERT INTO participants (key, meeting_id, name, role, state, entered_at, seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key, meeting["id"], name, role, "in" if comes_in else "waiting", now, now),
    )
    return key


def may_come_in(db: sqlite3.Connection, meeting: sqlite3.Row, *, now: float) -> bool:
    """Whether a participant need not wait.

    With a waiting room the host must be there, and then lets everybody in; otherwise somebody
    must be there already, or joining before the host be allowed.
    """
    settings = json.loads(meeting["settings"])
    present = participants(db, meeting["id"], now=now)
    if settings["waiting_room"]:
        return any(row["role"] == HOST for row in present)
    return bool(present) or settings["join_before_host"]


def seen(
    db: sqlite3.Connection, participant: sqlite3.Row, meeting: sqlite3.Row, *, now: float
) -> str:
    """Note that this participant's page is open; those who wait come in when they may.

    The state they are in now.
    """
    state: str = participant["state"]
    if state == "waiting" and may_come_in(db, meeting, now=now):
        state = "in"
    db.execute(
        "UPDATE participants SET seen_at = ?, state = ? WHERE key = ?",
        (now, state, participant["key"]),
    )
    return state


def find(db: sqlite3.Connection, key: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM participants WHERE key = ?", (key,)
    ).fetchone()
    return row


def participants(db: sqlite3.Connection, meeting_id: int, *, now: float) -> list[sqlite3.Row]:
    """Those in the meeting, the first one first."""
    return db.execute(
        "SELECT * FROM participants WHERE meeting_id = ? AND state = 'in' AND seen_at > ?"
        " ORDER BY entered_at",
        (meeting_id, now - PRESENT_SECONDS),
    ).fetchall()


def is_running(db: sqlite3.Connection, meeting_id: int, *, now: float) -> bool:
    return bool(participants(db, meeting_id, now=now))


def leave(db: sqlite3.Connection, key: str) -> None:
    db.execute("UPDATE participants SET state = 'left' WHERE key = ?", (key,))


def end(db: sqlite3.Connection, meeting_id: int) -> None:
    """Send everybody away, those who wait too."""
    db.execute(
        "UPDATE participants SET state = 'ended' WHERE meeting_id = ?"
        " AND state IN ('in', 'waiting')",
        (meeting_id,),
    )
