"""Faults on request: see KINDS for what can go wrong. They survive a restart.

A fault strikes every request of its operation, the next ``times`` ones, or a ``share`` of them
by a chance that repeats with its ``seed``. What is held waits until the faults are deleted or
``seconds`` have gone by; a restart lets go of it.
"""

import random
import secrets
import sqlite3
import threading
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, jsonify

from zoomlink.simulator import broken_answers, context, controls
from zoomlink.simulator.refusals import Refusal

blueprint = Blueprint("faults", __name__, url_prefix="/simulator")

MEETING_OPERATIONS = (
    *("create_meeting", "list_meetings", "get_meeting", "update_meeting", "delete_meeting"),
    "end_meeting",
)
TOKEN_OPERATIONS = ("token", "refresh", "revoke")
# Pages for people are named one by one: "*" is what a program calls.
PAGES = ("authorize", "join", "start")
OPERATIONS = (*TOKEN_OPERATIONS, "user", "me", "users", *MEETING_OPERATIONS, *PAGES)
ALL, MEETINGS = "*", "meetings"
CHOICES = (*OPERATIONS, MEETINGS, ALL)

HOLD, HANG, LOST_ANSWER, XML = "hold", "hang", "lost_answer", "xml"
KINDS = {
    HOLD: "does the work, keeps the answer back",
    HANG: "does no work, never answers",
    LOST_ANSWER: "does the work, drops the connection",
    "error_500": "no work, an error of Zoom's own",
    "error_503": "no work, out of service",
    "rate_limited": "too many calls in this second",
    "daily_limited": "the account's calls of the day are used up",
    "host_limited": "the host's 100 creations and updates of the day are used up",
    "html": "no work, a page instead of JSON",
    XML: "no work, XML instead of JSON; of the token endpoint only",
}


@dataclass(frozen=True)
class Fault:
    kind: str
    seconds: float | None


class Gate:
    """Where held requests wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened = threading.Event()
        self._held = 0

    @property
    def held(self) -> int:
        """How many requests are waiting right now."""
        return self._held

    def wait(self, seconds: float | None) -> None:
        """Return when opened, or after ``seconds``."""
        with self._lock:
            opened = self._opened
            self._held += 1
        opened.wait(seconds)
        with self._lock:
            self._held -= 1

    def open(self) -> None:
        """Let everybody go who waits now."""
        with self._lock:
            self._opened.set()
            self._opened = threading.Event()


GATE = Gate()


def before(operation: str) -> Response | None:
    """Find the fault of this request; the answer, if it is one that does no work."""
    g.fault = fault = _take(operation)
    if fault is None or fault.kind in (HOLD, LOST_ANSWER):
        return None
    if fault.kind == HANG:
        GATE.wait(fault.seconds)
        return broken_answers.dropped()
    return broken_answers.ANSWERS[fault.kind](context.now())


def after(response: Response) -> Response:
    """Hold or lose the answer if the fault of this request says so."""
    fault: Fault | None = g.get("fault")
    if fault is not None and fault.kind == HOLD:
        GATE.wait(fault.seconds)
    if fault is not None and fault.kind == LOST_ANSWER:
        return broken_answers.dropped()
    return response


@blueprint.post("/faults", endpoint="add_fault")
def add() -> Any:
    """``{"operation", "kind", "seconds"?, "times"?, "share"?, "seed"?}``.

    Without ``times`` and ``share`` it strikes every request.
    """
    wanted = controls.wanted()
    operation, kind = wanted.get("operation"), wanted.get("kind")
    if operation not in CHOICES or kind not in KINDS:
        known = f"operation: {', '.join(CHOICES)}; kind: {', '.join(KINDS)}"
        raise Refusal(400, 300, known)
    if kind == XML and operation not in TOKEN_OPERATIONS:
        raise Refusal(400, 300, f"xml is an answer to: {', '.join(TOKEN_OPERATIONS)}")
    seconds = controls.number(wanted, "seconds", least=0)
    times, share = _whole(controls.number(wanted, "times", least=1)), _share(wanted)
    seed = str(wanted.get("seed") or context.settings().seed or secrets.token_hex(8))
    with context.store().writing() as db:
        added = db.execute(
            "INSERT INTO faults (operation, kind, seconds, times, share, seed)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (operation, kind, seconds, times, share, seed),
        )
    return controls.done(
        f"The fault {kind} is set for {operation}.", {"id": added.lastrowid}, status=201
    )


@blueprint.get("/faults", endpoint="show_faults")
def show() -> Any:
    """The faults that are set, and how many requests are being held right now."""
    return jsonify(held=GATE.held, faults=[dict(row) for row in present()])


@blueprint.delete("/faults", endpoint="delete_faults")
@blueprint.post("/faults/clear", endpoint="clear_faults")
def clear() -> Any:
    """Take all faults away and let go of what is held."""
    released = GATE.held
    with context.store().writing() as db:
        db.execute("DELETE FROM faults")
    GATE.open()
    return controls.done("There are no faults any more.", {"released": released})


def present() -> list[sqlite3.Row]:
    """The faults that are set, used up ones too."""
    with context.store().reading() as db:
        return db.execute("SELECT * FROM faults ORDER BY id").fetchall()


def _take(operation: str) -> Fault | None:
    """The first fault for the operation that strikes; counts its use."""
    if not present():
        return None
    names = [operation, operation if operation in PAGES else ALL]
    names.append(MEETINGS if operation in MEETING_OPERATIONS else operation)
    with context.store().writing() as db:
        rows = db.execute(
            "SELECT * FROM faults WHERE operation IN (?, ?, ?) AND (times IS NULL OR times > 0)"
            " ORDER BY id",
            names,
        ).fetchall()
        for row in rows:
            if _strikes(db, row):
                db.execute("UPDATE faults SET times = times - 1 WHERE id = ?", (row["id"],))
                return Fault(row["kind"], row["seconds"])
    return None


def _strikes(db: sqlite3.Connection, fault: sqlite3.Row) -> bool:
    """Draw, if only a share is struck: the n-th draw of a seed is always the same."""
    if fault["share"] is None:
        return True
    db.execute("UPDATE faults SET draws = draws + 1 WHERE id = ?", (fault["id"],))
    name = f"{fault['seed']}:{fault['operation']}:{fault['kind']}:{fault['draws']}"
    return random.Random(name).random() < fault["share"]  # nosec B311


def _share(wanted: dict[str, Any]) -> float | None:
    share = controls.number(wanted, "share", least=0)
    if share is not None and share > 1:
        raise Refusal(400, 300, "share: a number between 0 and 1")
    return share


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
