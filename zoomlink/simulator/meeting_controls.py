"""What people do to a meeting in Zoom's own app and on its own pages."""

import sqlite3
from collections.abc import Callable
from typing import Any

from flask import Blueprint

from zoomlink.simulator import (
    context,
    controls,
    inspection,
    meeting_fields,
    meetings,
    people,
    rooms,
)
from zoomlink.simulator.refusals import Refusal

blueprint = Blueprint("meeting_controls", __name__, url_prefix="/simulator")

GUEST = "Guest"


@blueprint.post("/meetings/<int:meeting_id>/<what>", endpoint="control_meeting")
def control(meeting_id: int, what: str) -> Any:
    """``delete``, ``change`` {fields}, ``start``, ``end``, ``join`` {"name", "role"?}, ``leave``.

    ``leave`` takes the same name. The app is told as Zoom tells it; the host does it all.
    """
    if what not in ACTIONS:
        raise Refusal(404, 300, f"known: {', '.join(ACTIONS)}")
    now = context.now()
    with context.store().writing() as db:
        act, told = ACTIONS[what]
        act(db, meetings.find(db, meeting_id), now)
        after = inspection.meeting(db, meeting_id, now=now)
    return controls.done(f"Meeting {meeting_id} {told}.", after)


def _delete(db: sqlite3.Connection, meeting: sqlite3.Row, now: float) -> None:
    rooms.end(db, meeting, now=now)
    meetings.delete(db, meeting, by=meeting["host_id"], now=now)


def _change(db: sqlite3.Connection, meeting: sqlite3.Row, now: float) -> None:
    """As an update by the API, but not counted as a call."""
    host = people.find(db, meeting["host_id"])
    fields = meeting_fields.read(controls.wanted(), account_timezone=host["timezone"])
    meetings.change(db, host, meeting, fields, by=host["id"], now=now)


def _start(db: sqlite3.Connection, meeting: sqlite3.Row, now: float) -> None:
    """The host comes in, if not there yet."""
    if any(row["role"] == rooms.HOST for row in rooms.participants(db, meeting["id"], now=now)):
        return
    name = f"{meeting['host_first_name']} {meeting['host_last_name']}"
    _come_in(db, meeting, name, rooms.HOST, now)


def _end(db: sqlite3.Connection, meeting: sqlite3.Row, now: float) -> None:
    if not rooms.is_running(db, meeting["id"], now=now):
        raise Refusal(400, 3007, "The meeting has already ended.")
    rooms.end(db, meeting, now=now)


def _join(db: sqlite3.Connection, meeting: sqlite3.Row, now: float) -> None:
    body = controls.wanted()
    role = body.get("role", rooms.PARTICIPANT)
    if role not in (rooms.HOST, rooms.PARTICIPANT):
        raise Refusal(400, 300, f"role: {rooms.HOST} or {rooms.PARTICIPANT}")
    _come_in(db, meeting, str(body.get("name", GUEST)), role, now)


def _leave(db: sqlite3.Connection, meeting: sqlite3.Row, now: float) -> None:
    name = str(controls.wanted().get("name", GUEST))
    person = rooms.present_by_name(db, meeting["id"], name)
    if person is None:
        raise Refusal(404, 300, f"{name} is not in the meeting.")
    rooms.leave(db, meeting, person, now=now)


def _come_in(
    db: sqlite3.Connection, meeting: sqlite3.Row, name: str, role: str, now: float
) -> None:
    """Come in without a page that would show one is there: until ``leave`` or ``end``."""
    user_id = meeting["host_id"] if role == rooms.HOST else ""
    rooms.enter(db, meeting, name=name, role=role, user_id=user_id, stays=True, now=now)


# What is done, and what a person is told of it.
ACTIONS: dict[str, tuple[Callable[[sqlite3.Connection, sqlite3.Row, float], None], str]] = {
    "delete": (_delete, "is deleted"),
    "change": (_change, "is changed"),
    "start": (_start, "is started by its host"),
    "end": (_end, "is ended"),
    "join": (_join, "has somebody more at its door"),
    "leave": (_leave, "has somebody less"),
}
