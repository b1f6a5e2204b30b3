"""Faults on request: an answer that is held back, or a call that is never answered.

``hold`` does the work and keeps the answer; ``hang`` does neither. Both last until the faults
are deleted, or ``seconds`` have gone by. Faults survive a restart; what was held does not.
"""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from zoomlink.simulator import context
from zoomlink.simulator.refusals import Refusal

blueprint = Blueprint("faults", __name__, url_prefix="/simulator")

OPERATIONS = (
    *("token", "refresh", "revoke", "user", "me", "users"),
    *("create_meeting", "list_meetings", "get_meeting", "update_meeting", "delete_meeting"),
    *("end_meeting", "authorize", "join", "start"),
)
# Pages for people are named one by one: "*" is what a program calls.
ALL = "*"
PAGES = ("authorize", "join", "start")


@dataclass(frozen=True)
class Fault:
    id: int
    operation: str
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
    """Find the fault of this request, and hang if it says so."""
    g.fault = _take(operation)
    if g.fault is None or g.fault.kind != "hang":
        return None
    return KINDS["hang"](g.fault, None)


def after(response: Response) -> Response:
    """Hold the answer if the fault of this request says so."""
    fault: Fault | None = g.get("fault")
    if fault is not None and fault.kind == "hold":
        return KINDS["hold"](fault, response)
    return response


@blueprint.post("/faults")
def add() -> Any:
    """``{"operation", "kind", "seconds"?, "times"?}``; without ``times`` every request."""
    wanted = request.get_json(silent=True) or {}
    operation, kind = wanted.get("operation"), wanted.get("kind")
    if operation not in (*OPERATIONS, ALL) or kind not in KINDS:
        known = f"operation: {', '.join(OPERATIONS)} or *; kind: {', '.join(KINDS)}"
        raise Refusal(400, 300, known)
    with context.store().writing() as db:
        added = db.execute(
            "INSERT INTO faults (operation, kind, seconds, times) VALUES (?, ?, ?, ?)",
            (operation, kind, wanted.get("seconds"), wanted.get("times")),
        )
    return jsonify(id=added.lastrowid), 201


@blueprint.get("/faults")
def show() -> Any:
    """The faults that are set, and how many requests are being held right now."""
    with context.store().reading() as db:
        rows = db.execute("SELECT * FROM faults ORDER BY id").fetchall()
    return jsonify(held=GATE.held, faults=[dict(row) for row in rows])


@blueprint.delete("/faults")
def clear() -> Any:
    """Take all faults away and let go of what is held."""
    released = GATE.held
    with context.store().writing() as db:
        db.execute("DELETE FROM faults")
    GATE.open()
    return jsonify(released=released)


def _take(operation: str) -> Fault | None:
    """The first fault for the operation that is not used up; counts its use."""
    names = (operation, operation if operation in PAGES else ALL)
    with context.store().reading() as db:
        if not db.execute("SELECT 1 FROM faults").fetchone():
            return None
    with context.store().writing() as db:
        row = db.execute(
            "UPDATE faults SET times = times - 1 WHERE id = (SELECT id FROM faults"
            " WHERE operation IN (?, ?) AND (times IS NULL OR times > 0) ORDER BY id LIMIT 1)"
            " RETURNING id, operation, kind, seconds",
            names,
        ).fetchone()
    return Fault(**dict(row)) if row else None


def _hold(fault: Fault, response: Response | None) -> Response:
    GATE.wait(fault.seconds)
    return response or Response()


def _hang(fault: Fault, _response: Response | None) -> Response:
    """Wait, then drop the connection: the caller must never see an answer."""
    GATE.wait(fault.seconds)
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response(status=504)


KINDS: dict[str, Callable[[Fault, Response | None], Response]] = {"hold": _hold, "hang": _hang}
