"""What an administrator of the account does to a user, and what happens to a user's grant."""

import sqlite3
from collections.abc import Callable
from typing import Any

from flask import Blueprint

from zoomlink.simulator import context, controls, events, grants, people
from zoomlink.simulator.refusals import Refusal
from zoomlink.simulator.seed import BASIC, LICENSED, OWNER

blueprint = Blueprint("user_controls", __name__, url_prefix="/simulator")

CHANGEABLE = ("first_name", "last_name", "email")
LICENCES = (BASIC, LICENSED)


@blueprint.post("/users/<name>/<what>", endpoint="control_user")
def control(name: str, what: str) -> Any:
    """``deactivate``, ``activate``, ``delete``, ``licence`` {"type"}, ``change`` {names, e-mail}.

    ``name`` is an e-mail or an id. The app is told as Zoom tells it.
    """
    if what not in ACTIONS:
        raise Refusal(404, 300, f"known: {', '.join(ACTIONS)}")
    with context.store().writing() as db:
        user = people.find(db, name)
        act, told = ACTIONS[what]
        act(db, user, context.now())
        after = db.execute("SELECT * FROM users WHERE id = ?", (user["id"],)).fetchone()
    return controls.done(f"{user['email']} {told}.", dict(after))


@blueprint.post("/grants/kill", endpoint="kill_grants")
def kill_grants() -> Any:
    """``{"user"?}``: the tokens of that user, or all, are dead, and no event tells it."""
    name = controls.wanted().get("user")
    with context.store().writing() as db:
        user_id = people.find(db, str(name))["id"] if name else None
        killed = grants.kill_tokens(db, user_id=user_id)
    return controls.done(f"Grants that are dead now: {killed}.", {"killed": killed})


def _deactivate(db: sqlite3.Connection, user: sqlite3.Row, now: float) -> None:
    """Nothing is lost; while it lasts the user's grant is dead and nobody can be host."""
    _set(db, user, status="inactive")
    events.user_changed(db, "user.deactivated", user, by=_owner(db, user), now=now)


def _activate(db: sqlite3.Connection, user: sqlite3.Row, now: float) -> None:
    _set(db, user, status="active")
    events.user_changed(db, "user.activated", user, by=_owner(db, user), now=now)


def _delete(db: sqlite3.Connection, user: sqlite3.Row, now: float) -> None:
    """The meetings go with the user, and no event tells of each."""
    events.user_changed(db, "user.deleted", user, by=_owner(db, user), now=now)
    grants.remove_consent(db, context.settings().client_id, user["id"])
    db.execute(
        "UPDATE meetings SET deleted_at = ? WHERE host_id = ? AND deleted_at IS NULL",
        (context.utc_text(now), user["id"]),
    )
    _set(db, user, status="deleted")


def _licence(db: sqlite3.Connection, user: sqlite3.Row, now: float) -> None:
    kind = controls.number(controls.wanted(), "type", least=BASIC)
    if kind not in LICENCES:
        raise Refusal(400, 300, f"type: {BASIC} (Basic) or {LICENSED} (Licensed)")
    _update(db, user, now, type=int(kind))


def _change(db: sqlite3.Connection, user: sqlite3.Row, now: float) -> None:
    body = controls.wanted()
    changes = {name: str(body[name]) for name in CHANGEABLE if name in body}
    if not changes:
        raise Refusal(400, 300, f"known: {', '.join(CHANGEABLE)}")
    _update(db, user, now, **changes)


def _update(db: sqlite3.Connection, user: sqlite3.Row, now: float, **changes: Any) -> None:
    try:
        _set(db, user, **changes)
    except sqlite3.IntegrityError:
        raise Refusal(409, 1005, "User already in the account: " + changes["email"]) from None
    events.user_updated(db, user, people.find(db, user["id"]), by=_owner(db, user), now=now)


def _set(db: sqlite3.Connection, user: sqlite3.Row, **values: Any) -> None:
    assignments = ", ".join(f"{name} = ?" for name in values)
    db.execute(
        f"UPDATE users SET {assignments} WHERE id = ?",  # nosec B608
        (*values.values(), user["id"]),
    )


def _owner(db: sqlite3.Connection, user: sqlite3.Row) -> str:
    """The id of the account's owner, who does all this."""
    row = db.execute(
        "SELECT id FROM users WHERE account_id = ? AND role_id = ?", (user["account_id"], OWNER)
    ).fetchone()
    owner_id: str = row["id"]
    return owner_id


# What is done, and what a person is told of it.
ACTIONS: dict[str, tuple[Callable[[sqlite3.Connection, sqlite3.Row, float], None], str]] = {
    "deactivate": (_deactivate, "is deactivated"),
    "activate": (_activate, "is active"),
    "delete": (_delete, "is deleted"),
    "licence": (_licence, "has the licence you chose"),
    "change": (_change, "is changed"),
}
