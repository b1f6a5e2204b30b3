"""The page of the controls, for a person: plain forms that do what a program does by JSON."""

import sqlite3
from typing import Any

from flask import Blueprint, render_template

from zoomlink.simulator import context, faults, meetings, options, rooms, webhook_controls
from zoomlink.simulator.meeting_fields import DEFAULT_SETTINGS
from zoomlink.simulator.people import USERS
from zoomlink.simulator.webhooks import subscription

blueprint = Blueprint("panel", __name__, url_prefix="/simulator")

LATEST = 20


@blueprint.get("/", endpoint="panel")
def panel() -> str:
    """What can be made to happen, and what has happened."""
    now = context.now()
    with context.store().reading() as db:
        found = {
            "users": db.execute(USERS + " ORDER BY users.rowid").fetchall(),
            "meetings": _upcoming(db, now=now),
            "grants": db.execute(
                "SELECT users.email, generation FROM tokens JOIN users ON users.id = user_id"
            ).fetchall(),
            "hook": subscription(db),
            "locked": options.read(db, "locked_settings", {}),
        }
    sent = webhook_controls.sent()[::-1]
    return render_template(
        "panel.html",
        **found,
        faults=faults.present(),
        held=faults.GATE.held,
        operations=faults.CHOICES,
        kinds=faults.KINDS,
        switches=[name for name, value in DEFAULT_SETTINGS.items() if isinstance(value, bool)],
        deliveries=[webhook_controls.inspected(row) for row in sent[:LATEST]],
        latest=LATEST,
    )


def _upcoming(db: sqlite3.Connection, *, now: float) -> list[dict[str, Any]]:
    """The next meetings and those just over, with who is there."""
    rows = db.execute(
        meetings.MEETINGS + " WHERE deleted_at IS NULL AND start_time > ?"
        " ORDER BY start_time, meetings.id LIMIT ?",
        (context.utc_text(now - 24 * 3600), LATEST),
    ).fetchall()
    return [{"row": row, "present": rooms.participants(db, row["id"], now=now)} for row in rows]
