"""The meeting itself: the links people get, and the page that stands for the call."""

import hmac
import secrets
import sqlite3
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for

from zoomlink.simulator import context, meetings, people, rooms
from zoomlink.simulator.refusals import PageRefusal, Refusal
from zoomlink.simulator.store import digest

blueprint = Blueprint("room", __name__)

COLOURS = ("Amber", "Blue", "Coral", "Green", "Silver", "Violet")
ANIMALS = ("Badger", "Falcon", "Heron", "Otter", "Stork", "Weasel")


@blueprint.get("/j/<int:number>", endpoint="join")
def join(number: int) -> Any:
    """Come in as a participant; the passcode is part of the link."""
    pwd = request.args.get("pwd", "")
    with context.store().reading() as db:
        meeting = _meeting_behind(db, number, pwd)
    if not hmac.compare_digest(pwd.encode(), meeting["pwd"].encode()):
        raise PageRefusal(
            "Invalid meeting passcode",
            "The link does not carry the passcode of this meeting. Ask the host for a new link.",
            status=403,
        )
    user = people.signed_in()
    name, user_id = (_full_name(user), user["id"]) if user else (_guest_name(), "")
    return _come_in(meeting, rooms.PARTICIPANT, name, user_id)


@blueprint.get("/s/<int:number>", endpoint="start")
def start(number: int) -> Any:
    """Come in as the host: whoever holds a living start link is the host."""
    with context.store().reading() as db:
        meeting = _existing(db, number)
        zak = db.execute(
            "SELECT 1 FROM zaks WHERE digest = ? AND user_id = ? AND expires_at > ?",
            (digest(request.args.get("zak", "")), meeting["host_id"], context.now()),
        ).fetchone()
    if zak is None:
        raise PageRefusal(
            "This start link is not valid",
            "It is used within two hours of being made, by the host of this meeting.",
            status=403,
        )
    name = f"{meeting['host_first_name']} {meeting['host_last_name']}"
    return _come_in(meeting, rooms.HOST, name, meeting["host_id"])


@blueprint.get("/room/<key>", endpoint="room")
def room(key: str) -> str:
    """The page of one participant; its script reads it again every two seconds."""
    now = context.now()
    with context.store().writing() as db:
        me = _participant(db, key)
        meeting = _existing(db, me["meeting_id"])
        state = rooms.seen(db, me, meeting, now=now)
        present = rooms.participants(db, meeting["id"], now=now)
    return render_template("room.html", me=me, state=state, meeting=meeting, present=present)


@blueprint.post("/room/<key>/leave")
def leave(key: str) -> Any:
    with context.store().writing() as db:
        me = _participant(db, key)
        rooms.leave(db, _existing(db, me["meeting_id"]), me, now=context.now())
    return redirect(url_for("room.room", key=key))


@blueprint.post("/room/<key>/end")
def end(key: str) -> Any:
    """End the meeting for everybody; the host's right."""
    with context.store().writing() as db:
        me = _participant(db, key)
        if me["role"] != rooms.HOST:
            raise PageRefusal("Only the host can end the meeting", "Leave it instead.", status=403)
        rooms.end(db, _existing(db, me["meeting_id"]), now=context.now())
    return redirect(url_for("room.room", key=key))


def _meeting_behind(db: sqlite3.Connection, number: int, pwd: str) -> sqlite3.Row:
    """The meeting of this number; a personal room's number leads to the meeting held in it."""
    row = db.execute(
        meetings.MEETINGS + " WHERE users.pmi = ? AND pwd = ? AND deleted_at IS NULL",
        (number, pwd),
    ).fetchone()
    return row if row is not None else _existing(db, number)


def _existing(db: sqlite3.Connection, number: int) -> sqlite3.Row:
    try:
        return meetings.find(db, number)
    except Refusal:
        raise PageRefusal(
            "This meeting does not exist (3,001)",
            "It was deleted, or the number in the link is wrong.",
            status=404,
        ) from None


def _participant(db: sqlite3.Connection, key: str) -> sqlite3.Row:
    row = rooms.find(db, key)
    if row is None:
        raise PageRefusal("Nobody here", "Open the meeting by its link.", status=404)
    return row


def _come_in(meeting: sqlite3.Row, role: str, name: str, user_id: str) -> Any:
    """Lead to the participant's page; the same browser comes back as the same person."""
    known: dict[str, str] = session.get("rooms", {})
    place = f"{meeting['id']}:{role}"
    with context.store().writing() as db:
        before = rooms.find(db, known.get(place, ""))
        if before is None or before["state"] not in ("in", "waiting"):
            known[place] = rooms.enter(
                db, meeting, name=name, role=role, user_id=user_id, now=context.now()
            )
            # A cookie holds 4 kB: the latest visits are enough.
            session["rooms"] = dict(list(known.items())[-20:])
    return redirect(url_for("room.room", key=known[place]))


def _full_name(user: sqlite3.Row) -> str:
    return f"{user['first_name']} {user['last_name']}"


def _guest_name() -> str:
    return f"{secrets.choice(COLOURS)} {secrets.choice(ANIMALS)}"
