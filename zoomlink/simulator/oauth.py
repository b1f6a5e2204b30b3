"""The authorise page, the token endpoint and revoking."""

import hmac
import re
import sqlite3
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Blueprint, g, jsonify, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from zoomlink.simulator import context, events, grants, people
from zoomlink.simulator.refusals import PageRefusal, TokenRefusal
from zoomlink.simulator.seed import MEMBER
from zoomlink.simulator.settings import ADMIN_APP

blueprint = Blueprint("oauth", __name__, url_prefix="/oauth")

SCOPE_TEXTS = {
    "user:read:user": "View a user",
    "user:read:list_users": "View users",
    "meeting:write:meeting": "Create a meeting for a user",
    "meeting:update:meeting": "Update a meeting",
    "meeting:delete:meeting": "Delete a meeting",
    "meeting:read:meeting": "View a meeting",
    "meeting:read:list_meetings": "View a user's meetings",
    "meeting:update:status": "Update a meeting's status",
}


@blueprint.get("/authorize")
def authorize() -> Any:
    """Send the user back with a code; ask for consent only if it was not given before."""
    _check_request(request.args)
    user = people.signed_in()
    if user is None:
        return people.sign_in_page(back=request.full_path)
    _require_administrator(user)
    with context.store().reading() as db:
        consent = grants.consent_of(db, request.args["client_id"], user["id"])
    if consent is None:
        return _consent_page(user)
    return _back_with_code(request.args, user)


@blueprint.post("/authorize")
def decide() -> Any:
    """Allow or Deny on the consent page; its form repeats the request."""
    wanted = request.form
    _check_request(wanted)
    user = people.signed_in()
    if user is None:
        raise PageRefusal("Please sign in", "Your session is over. Start again from the app.")
    _require_administrator(user)
    if wanted.get("decision") != "allow":
        return _back(wanted, error="access_denied")
    with context.store().writing() as db:
        grants.record_consent(
            db,
            wanted["client_id"],
            user["id"],
            shared="shared_access" in wanted,
            scopes=context.settings().scopes,
            granted_at=context.utc_text(context.now()),
        )
    return _back_with_code(wanted, user)


@blueprint.post("/token")
def token() -> Any:
    """Exchange a code, or rotate a pair; the grant must be in the body."""
    client_id = _authenticated_client()
    kind = request.form.get("grant_type", "")
    if kind not in ("authorization_code", "refresh_token"):
        raise TokenRefusal("unsupported_grant_type", "unsupported grant type")
    pair = _exchange(client_id) if kind == "authorization_code" else _refresh(client_id)
    g.token_family = pair.family
    return jsonify(
        access_token=pair.access_token,
        token_type="bearer",  # nosec B106
        refresh_token=pair.refresh_token,
        expires_in=grants.ACCESS_SECONDS - 1,
        scope=pair.scopes,
        api_url=context.base_url(),
    )


@blueprint.post("/revoke")
def revoke() -> Any:
    """Kill a pair by its live access token; the app is uninstalled with it."""
    client_id = _authenticated_client()
    now = context.now()
    with context.store().writing() as db:
        pair = grants.live_tokens(db, client_id, request.form.get("token", ""), now=now)
        grants.remove_consent(db, client_id, pair["user_id"])
        events.app_removed(db, pair["user_id"], now=now)
    g.token_family = pair["family"]
    return jsonify(status="success")


def _exchange(client_id: str) -> grants.TokenPair:
    form, now, store = request.form, context.now(), context.store()
    code = form.get("code", "")
    with store.writing() as db:
        row = grants.take_code(db, client_id, code, now=now)
    if row is None:
        raise TokenRefusal("invalid_request", f"Invalid authorization code {code}")
    grants.check_code(
        row,
        redirect_uri=form.get("redirect_uri", ""),
        verifier=form.get("code_verifier", ""),
    )
    with store.writing() as db:
        return grants.issue_tokens(db, client_id, row["user_id"], now=now)


def _refresh(client_id: str) -> grants.TokenPair:
    with context.store().writing() as db:
        refresh_token = request.form.get("refresh_token", "")
        return grants.rotate_tokens(db, client_id, refresh_token, now=context.now())


def _authenticated_client() -> str:
    """The app's id from the Basic header; credentials in the body or address do not count."""
    given, known = request.authorization, context.settings()
    if given is None or given.type != "basic":
        raise TokenRefusal("invalid_client", "Invalid client_id or client_secret", status=401)
    right = [
        hmac.compare_digest((given.username or "").encode(), known.client_id.encode()),
        hmac.compare_digest((given.password or "").encode(), known.client_secret.encode()),
    ]
    if not all(right):
        raise TokenRefusal("invalid_client", "Invalid client_id or client_secret", status=401)
    return known.client_id


def _check_request(wanted: MultiDict[str, str]) -> None:
    """Refuse on a page what must not be answered by a redirect."""
    known = context.settings()
    if wanted.get("client_id") != known.client_id:
        raise PageRefusal("Invalid client_id (4,702)", "Zoom knows no app with this client id.")
    if wanted.get("redirect_uri") not in known.redirect_uris:
        raise PageRefusal(
            "Invalid redirect url (4,709)",
            f"The app has not registered {wanted.get('redirect_uri') or 'an empty address'}.",
        )
    if wanted.get("response_type") != "code":
        raise PageRefusal("Invalid response_type (4,706)", "response_type must be: code.")
    if "scope" in wanted:
        raise PageRefusal("Invalid scope (4,711)", "Scopes are set in the app, not in the request.")
    _check_challenge(wanted.get("code_challenge", ""), wanted.get("code_challenge_method"))


def _check_challenge(challenge: str, method: str | None) -> None:
    if method not in (None, "plain", "S256"):
        raise PageRefusal("Invalid code_challenge_method", "It must be S256 or plain.")
    if method and not challenge:
        raise PageRefusal("Invalid code_challenge (4,706)", "code_challenge is missing.")
    if challenge and not re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", challenge):
        raise PageRefusal("Invalid code_challenge", "It must have 43 to 128 plain characters.")


def _require_administrator(user: sqlite3.Row) -> None:
    """Only owner and admin may add an account-level app (Zoom's staff, developer forum 50993)."""
    if user["role_id"] == MEMBER and context.settings().app_kind == ADMIN_APP:
        raise PageRefusal(
            "Account admin is required",
            f"You are signed in as {user['email']}. Only an owner or an administrator of the "
            "Zoom account can add this app.",
            status=403,
        )


def _consent_page(user: sqlite3.Row) -> str:
    known = context.settings()
    return render_template(
        "consent.html",
        app_name=known.app_name,
        user=user,
        scopes=[(scope, _scope_text(scope)) for scope in known.scopes],
        wanted=request.args,
        back=request.full_path,
    )


def _scope_text(scope: str) -> str:
    return SCOPE_TEXTS.get(scope.removesuffix(":admin"), scope)


def _back_with_code(wanted: MultiDict[str, str], user: sqlite3.Row) -> Response:
    bound = grants.CodeRequest(
        client_id=wanted["client_id"],
        user_id=user["id"],
        redirect_uri=wanted["redirect_uri"],
        challenge=wanted.get("code_challenge", ""),
        # Zoom's default is plain; a client that means S256 must say so.
        method=wanted.get("code_challenge_method") or "plain",
    )
    with context.store().writing() as db:
        code = grants.issue_code(db, bound, now=context.now())
    return _back(wanted, code=code)


def _back(wanted: MultiDict[str, str], **answer: str) -> Response:
    """Redirect to the app; ``state`` goes back as it came."""
    if "state" in wanted:
        answer["state"] = wanted["state"]
    parts = urlsplit(wanted["redirect_uri"])
    query = "&".join(filter(None, (parts.query, urlencode(answer))))
    return redirect(urlunsplit(parts._replace(query=query)))
