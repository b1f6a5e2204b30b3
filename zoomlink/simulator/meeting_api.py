"""``/v2/users/{id}/meetings`` and ``/v2/meetings/{id}``."""

import sqlite3
from typing import Any

from flask import Blueprint, jsonify, request

from zoomlink.simulator import context, meeting_fields, meetings, people, rooms
from zoomlink.simulator.bearer import Caller, active_user_named, caller
from zoomlink.simulator.paging import wanted_page
from zoomlink.simulator.refusals import Refusal, invalid

blueprint = Blueprint("meetings", __name__, url_prefix="/v2")

LIST_TYPES = ("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings")


@blueprint.post("/users/<name>/meetings")
def create_meeting(name: str) -> Any:
    """201 with the meeting."""
    asking = caller(scope="meeting:write:meeting:admin")
    host = active_user_named(asking, name)
    fields, now = _fields_for(host), context.now()
    with context.store().writing() as db:
        meetings.count_write(db, host["id"], limit=context.settings().daily_limit, now=now)
        meeting = meetings.create(db, host, fields, by=asking.user_id, now=now)
        zak = meetings.issue_zak(db, host["id"], now=now)
    return jsonify(meetings.in_full(meeting, zak)), 201


@blueprint.get("/users/<name>/meetings")
def list_meetings(name: str) -> Any:
    host = active_user_named(caller(scope="meeting:read:list_meetings:admin"), name)
    kind = request.args.get("type", "scheduled")
    if kind not in LIST_TYPES:
        raise invalid("type", f"The type must be one of {', '.join(LIST_TYPES)}.")
    page, now = wanted_page(), context.now()
    with context.store().reading() as db:
        rows = [row for row in meetings.listed(db, host["id"]) if _is_of(db, row, kind, now=now)]
    shown = rows[page.offset : page.offset + page.size]
    found = [meetings.in_list(row) for row in shown]
    return jsonify(page.answer("meetings", found, total=len(rows)))


@blueprint.get("/meetings/<int:meeting_id>")
def get_meeting(meeting_id: int) -> Any:
    """200 with a fresh start link."""
    asking, now = caller(scope="meeting:read:meeting:admin"), context.now()
    with context.store().writing() as db:
        meeting = _reached(db, asking, meeting_id)
        zak = meetings.issue_zak(db, meeting["host_id"], now=now)
        status = meetings.status(db, meeting_id, now=now)
    return jsonify(meetings.in_full(meeting, zak) | {"status": status})


@blueprint.patch("/meetings/<int:meeting_id>")
def update_meeting(meeting_id: int) -> Any:
    """204 and nothing else."""
    asking, now = caller(scope="meeting:update:meeting:admin"), context.now()
    with context.store().reading() as db:
        host = people.find(db, _reached(db, asking, meeting_id)["host_id"])
    fields = _fields_for(host)
    with context.store().writing() as db:
        meeting = meetings.find(db, meeting_id)
        meetings.count_write(db, host["id"], limit=context.settings().daily_limit, now=now)
        meetings.change(db, host, meeting, fields, by=asking.user_id, now=now)
    return "", 204


@blueprint.delete("/meetings/<int:meeting_id>")
def delete_meeting(meeting_id: int) -> Any:
    """204; a running meeting is not deleted."""
    asking, now = caller(scope="meeting:delete:meeting:admin"), context.now()
    for name in ("schedule_for_reminder", "cancel_meeting_reminder"):
        if request.args.get(name, "false") not in ("true", "false"):
            raise invalid(name, "Invalid field.")
    with context.store().writing() as db:
        meeting = _reached(db, asking, meeting_id)
        if rooms.is_running(db, meeting_id, now=now):
            raise Refusal(
                400, 3002, "Sorry, you cannot delete this meeting since it's in progress."
            )
        meetings.delete(db, meeting, by=asking.user_id, now=now)
    return "", 204


@blueprint.put("/meetings/<int:meeting_id>/status")
def end_meeting(meeting_id: int) -> Any:
    """``end`` a running meeting, or ``recover`` a deleted one."""
    asking, now = caller(scope="meeting:update:status:admin"), context.now()
    action = _json_object().get("action")
    if action not in ("end", "recover"):
        raise invalid("action", "The action must be end or recover.")
    with context.store().writing() as db:
        if action == "recover":
            meetings.recover(db, meeting_id)
        meeting = _reached(db, asking, meeting_id)
        if action == "end" and not rooms.is_running(db, meeting_id, now=now):
            raise Refusal(400, 3007, "The meeting has already ended.")
        if action == "end":
            rooms.end(db, meeting, now=now)
    return "", 204


def _reached(db: sqlite3.Connection, asking: Caller, meeting_id: int) -> sqlite3.Row:
    """The meeting if the caller's token reaches its host."""
    meeting = meetings.find(db, meeting_id)
    if meeting["account_id"] != asking.account_id:
        raise Refusal(404, 3001, f"Meeting does not exist: {meeting_id}.")
    if meeting["host_id"] != asking.user_id:
        asking.require_shared()
    return meeting


def _fields_for(host: sqlite3.Row) -> dict[str, Any]:
    return meeting_fields.read(_json_object(), account_timezone=host["timezone"])


def _json_object() -> dict[str, Any]:
    if not request.is_json:
        raise Refusal(415, 300, "Unsupported Content Type")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refusal(400, 300, "Request Body should be a valid JSON object.")
    return body


def _is_of(db: sqlite3.Connection, meeting: sqlite3.Row, kind: str, *, now: float) -> bool:
    """Whether a meeting belongs in a list of this type."""
    is_over = (meeting["start_time"] or "9") < context.utc_text(now - meeting["duration"] * 60)
    if kind == "live":
        return rooms.is_running(db, meeting["id"], now=now)
    if kind == "previous_meetings":
        return is_over
    return kind == "scheduled" or not is_over
