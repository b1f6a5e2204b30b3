"""Who calls the REST API, and whether the token reaches what is asked for."""

import re
import sqlite3
from dataclasses import dataclass

from flask import g, request

from zoomlink.simulator import context, people
from zoomlink.simulator.refusals import Refusal
from zoomlink.simulator.settings import ADMIN_APP, USER_APP, USER_SCOPES
from zoomlink.simulator.store import digest

NOT_SHARED = "Authenticated user has not permitted access to the targeted resource."


@dataclass(frozen=True)
class Caller:
    """The authorising user; ``shared`` is the box on the consent page.

    With a user's own app nothing is shared, whatever the box says.
    """

    user_id: str
    account_id: str
    shared: bool

    def require_shared(self) -> None:
        """Refuse what lies beyond the authorising user (Zoom's documentation, error 403)."""
        if not self.shared:
            raise Refusal(403, 403, NOT_SHARED)


def caller(*, scope: str) -> Caller:
    """The bearer of a live token with ``scope``; 401/124 or 400/4711 otherwise.

    ``scope`` is that of an account-level app; a user's own app needs it without ``:admin``.
    """
    is_account_level = context.settings().app_kind == ADMIN_APP
    if not is_account_level and scope.removesuffix(":admin") in USER_SCOPES:
        scope = scope.removesuffix(":admin")
    found = re.fullmatch(r"Bearer (\S+)", request.headers.get("Authorization", ""))
    with context.store().reading() as db:
        row = db.execute(
            "SELECT tokens.*, consents.shared, consents.scopes, users.account_id FROM tokens"
            " JOIN consents USING (client_id, user_id) JOIN users ON users.id = tokens.user_id"
            " WHERE access_digest = ? AND users.status = 'active'",
            (digest(found.group(1) if found else ""),),
        ).fetchone()
    if row is None:
        raise Refusal(401, 124, "Invalid access token.")
    g.token_family = row["family"]
    if row["access_expires_at"] <= context.now():
        raise Refusal(401, 124, "Access token is expired.")
    if scope not in row["scopes"].split():
        raise Refusal(400, 4711, f"Invalid access token, does not contain scopes:[{scope}].")
    shared = bool(row["shared"]) and is_account_level
    return Caller(row["user_id"], row["account_id"], shared)


def user_named(asking: Caller, name: str) -> sqlite3.Row:
    """The user called ``me``, by id or by e-mail; 404/1001 outside the account.

    A user's own app knows nobody but ``me``: 400/4700 (the status is unconfirmed).
    """
    if name != "me" and context.settings().app_kind == USER_APP:
        raise Refusal(400, 4700, "Invalid access token: a user-level app must use me.")
    with context.store().reading() as db:
        row: sqlite3.Row | None = db.execute(
            people.USERS + " WHERE users.account_id = ? AND (users.id = ? OR users.email = ?)",
            (asking.account_id, asking.user_id if name == "me" else name, name.casefold()),
        ).fetchone()
    if row is None:
        raise Refusal(404, 1001, f"User does not exist: {name}.")
    if row["id"] != asking.user_id:
        asking.require_shared()
    return row


def active_user_named(asking: Caller, name: str) -> sqlite3.Row:
    """As ``user_named``; 404/1001 for a deactivated user, too."""
    row = user_named(asking, name)
    if row["status"] != "active":
        raise Refusal(404, 1001, f"User does not exist: {name}.")
    return row
