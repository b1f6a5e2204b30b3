"""Signing in as one of the simulator's users, and *Installed apps*."""

import sqlite3
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for

from zoomlink.simulator import context, events, grants
from zoomlink.simulator.refusals import PageRefusal, Refusal

blueprint = Blueprint("people", __name__)

# A deleted user's row stays, for what points to it; nobody finds it any more.
USERS = (
    "SELECT users.*, accounts.name AS account_name, accounts.number AS account_number"
    " FROM users JOIN accounts ON accounts.id = users.account_id AND users.status != 'deleted'"
)


def find(db: sqlite3.Connection, name: str) -> sqlite3.Row:
    """A user by e-mail or id; 404/1001 without."""
    row: sqlite3.Row | None = db.execute(
        USERS + " WHERE ? IN (users.id, email)", (name,)
    ).fetchone()
    if row is None:
        raise Refusal(404, 1001, f"User does not exist: {name}.")
    return row


def signed_in() -> sqlite3.Row | None:
    """The user this browser is signed in as."""
    with context.store().reading() as db:
        row: sqlite3.Row | None = db.execute(
            USERS + " WHERE users.id = ? AND users.status = 'active'", (session.get("user_id"),)
        ).fetchone()
    return row


def sign_in_page(*, back: str) -> str:
    """Choose a user; afterwards the browser goes ``back``, a path on this server."""
    return render_template("sign_in.html", accounts=_accounts(), back=back)


@blueprint.get("/")
def home() -> str:
    return render_template("home.html", accounts=_accounts(), user=signed_in())


@blueprint.get("/signin")
def sign_in() -> str:
    return sign_in_page(back=_local_path(request.args.get("back", "/")))


@blueprint.post("/signin")
def choose_user() -> Any:
    with context.store().reading() as db:
        row = db.execute(
            USERS + " WHERE email = ? AND users.status = 'active'",
            (request.form.get("email", ""),),
        ).fetchone()
    if row is None:
        raise PageRefusal("No such user", "Choose one of the users on the sign-in page.")
    session["user_id"] = row["id"]
    return redirect(_local_path(request.form.get("back", "/")))


@blueprint.post("/signout")
def sign_out() -> Any:
    session.pop("user_id", None)
    return redirect(url_for("people.home"))


@blueprint.get("/user/installed")
def installed() -> str:
    """The apps this user has added, narrowed by a search."""
    user = signed_in()
    if user is None:
        return sign_in_page(back=request.full_path)
    known, search = context.settings(), request.args.get("q", "").strip()
    with context.store().reading() as db:
        consent = grants.consent_of(db, known.client_id, user["id"])
    found = consent is not None and search.casefold() in known.app_name.casefold()
    return render_template(
        "installed.html",
        user=user,
        search=search,
        consent=consent if found else None,
        app_name=known.app_name,
    )


@blueprint.post("/user/installed/remove")
def remove() -> Any:
    """Take the app away: its tokens are dead, and it is told if it listens."""
    user = signed_in()
    if user is None:
        return sign_in_page(back=url_for("people.installed"))
    with context.store().writing() as db:
        if grants.remove_consent(db, context.settings().client_id, user["id"]):
            events.app_removed(db, user["id"], now=context.now())
    return redirect(url_for("people.installed"))


def _accounts() -> dict[str, list[sqlite3.Row]]:
    with context.store().reading() as db:
        rows = db.execute(USERS + " AND users.status = 'active' ORDER BY users.rowid").fetchall()
    accounts: dict[str, list[sqlite3.Row]] = {}
    for row in rows:
        accounts.setdefault(row["account_name"], []).append(row)
    return accounts


def _local_path(address: str) -> str:
    """The address if it stays on this server, the home page otherwise."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_local else "/"
