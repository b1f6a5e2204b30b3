"""``/v2/users``: one user, and the list of the account."""

import sqlite3
from typing import Any

from flask import Blueprint, jsonify, request

from zoomlink.simulator import context
from zoomlink.simulator.bearer import caller, user_named
from zoomlink.simulator.paging import wanted_page
from zoomlink.simulator.people import USERS
from zoomlink.simulator.refusals import invalid
from zoomlink.simulator.seed import ADMIN, MEMBER, OWNER

blueprint = Blueprint("users", __name__, url_prefix="/v2/users")

ROLE_NAMES = {OWNER: "Owner", ADMIN: "Admin", MEMBER: "Member"}


@blueprint.get("", endpoint="users")
def list_users() -> Any:
    """The account's users, the active ones if not said otherwise; only with shared access."""
    asking = caller(scope="user:read:list_users:admin")
    asking.require_shared()
    status = request.args.get("status", "active")
    if status not in ("active", "inactive", "pending"):
        raise invalid("status", "Invalid status.")
    page = wanted_page()
    with context.store().reading() as db:
        rows = db.execute(
            USERS + " WHERE account_id = ? AND status = ? ORDER BY users.rowid",
            (asking.account_id, status),
        ).fetchall()
    shown = rows[page.offset : page.offset + page.size]
    return jsonify(page.answer("users", [_row(row) for row in shown], total=len(rows)))


@blueprint.get("/<name>", endpoint="user")
def show_user(name: str) -> Any:
    """One user by id or e-mail; ``me`` is the authorising one."""
    row = user_named(caller(scope="user:read:user:admin"), name)
    return jsonify(
        _row(row)
        | {
            "account_id": row["account_id"],
            "account_number": row["account_number"],
            "role_name": ROLE_NAMES[row["role_id"]],
            "use_pmi": False,
            "personal_meeting_url": f"{context.base_url()}/j/{row['pmi']}",
        }
    )


def _row(row: sqlite3.Row) -> dict[str, Any]:
    """What the list tells of a user; it has no ``account_id``."""
    return {
        "id": row["id"],
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "display_name": f"{row['first_name']} {row['last_name']}",
        "email": row["email"],
        "type": row["type"],
        "status": row["status"],
        "role_id": row["role_id"],
        "pmi": row["pmi"],
        "timezone": row["timezone"],
        "verified": 1,
        "language": "en-US",
        "created_at": row["created_at"],
    }
