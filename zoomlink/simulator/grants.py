"""Consents, codes and tokens: what the app may do for which user, and how that ends.

All functions work on an open connection; ``now`` is in seconds since 1970.
"""

import base64
import hashlib
import hmac
import secrets
import sqlite3
from dataclasses import dataclass

from zoomlink.simulator.refusals import TokenRefusal
from zoomlink.simulator.store import digest

CODE_SECONDS = 300
ACCESS_SECONDS = 3600
REFRESH_SECONDS = 90 * 24 * 3600


@dataclass(frozen=True)
class CodeRequest:
    """What a code is bound to; ``challenge`` is empty without PKCE."""

    client_id: str
    user_id: str
    redirect_uri: str
    challenge: str
    method: str


@dataclass(frozen=True)
class TokenPair:
    access_token: str
    refresh_token: str
    scopes: str
    family: int


def consent_of(db: sqlite3.Connection, client_id: str, user_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM consents WHERE client_id = ? AND user_id = ?", (client_id, user_id)
    ).fetchone()
    return row


def record_consent(
    db: sqlite3.Connection,
    client_id: str,
    user_id: str,
    *,
    shared: bool,
    scopes: tuple[str, ...],
    granted_at: str,
) -> None:
    db.execute(
        "INSERT OR REPLACE INTO consents VALUES (?, ?, ?, ?, ?)",
        (client_id, user_id, int(shared), " ".join(scopes), granted_at),
    )


def remove_consent(db: sqlite3.Connection, client_id: str, user_id: str) -> bool:
    """Uninstall the app for this user: consent, codes and tokens go. False if there was none."""
    for table in ("codes", "tokens"):
        db.execute(
            f"DELETE FROM {table} WHERE client_id = ? AND user_id = ?",  # nosec B608
            (client_id, user_id),
        )
    removed = db.execute(
        "DELETE FROM consents WHERE client_id = ? AND user_id = ?", (client_id, user_id)
    )
    return removed.rowcount == 1


def issue_code(db: sqlite3.Connection, wanted: CodeRequest, *, now: float) -> str:
    """A code that lives five minutes and works once (Zoom's documentation, "OAuth errors")."""
    code = "zsimCODE_" + secrets.token_urlsafe(24)
    db.execute("DELETE FROM codes WHERE expires_at < ?", (now - CODE_SECONDS,))
    db.execute(
        "INSERT INTO codes VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(digest(code), wanted.client_id, wanted.user_id, wanted.redirect_uri),
            *(wanted.challenge, wanted.method, now + CODE_SECONDS),
        ),
    )
    return code


def take_code(
    db: sqlite3.Connection, client_id: str, code: str, *, now: float
) -> sqlite3.Row | None:
    """Use a living code up, whatever comes of it: a second attempt must find nothing."""
    row: sqlite3.Row | None = db.execute(
        "DELETE FROM codes WHERE digest = ? AND client_id = ? AND expires_at > ? RETURNING *",
        (digest(code), client_id, now),
    ).fetchone()
    return row


def check_code(row: sqlite3.Row, *, redirect_uri: str, verifier: str) -> None:
    """Refuse a code when the address or the verifier is not the one it was asked with."""
    if row["redirect_uri"] != redirect_uri:
        raise TokenRefusal("invalid_request", "Redirect URI mismatch.")
    if not _proves(verifier, row["challenge"], row["method"]):
        raise TokenRefusal("invalid_grant", "Invalid code verifier")


def issue_tokens(db: sqlite3.Connection, client_id: str, user_id: str, *, now: float) -> TokenPair:
    """A first pair for this app and user; an earlier pair of the same two dies."""
    db.execute("DELETE FROM tokens WHERE client_id = ? AND user_id = ?", (client_id, user_id))
    access_token, refresh_token = _new_tokens()
    row = db.execute(
        "INSERT INTO tokens (client_id, user_id, generation, access_digest, refresh_digest,"
        " access_expires_at, refresh_expires_at) VALUES (?, ?, 1, ?, ?, ?, ?) RETURNING family",
        (
            *(client_id, user_id, digest(access_token), digest(refresh_token)),
            *(now + ACCESS_SECONDS, now + REFRESH_SECONDS),
        ),
    ).fetchone()
    scopes = _scopes(db, client_id, user_id)
    return TokenPair(access_token, refresh_token, scopes, row["family"])


def rotate_tokens(
    db: sqlite3.Connection, client_id: str, refresh_token: str, *, now: float
) -> TokenPair:
    """A new pair for a refresh token; both old tokens are dead at once."""
    access, refresh = _new_tokens()
    row = db.execute(
        "UPDATE tokens SET generation = generation + 1, access_digest = ?, refresh_digest = ?,"
        " access_expires_at = ?, refresh_expires_at = ?"
        " WHERE refresh_digest = ? AND client_id = ? AND refresh_expires_at > ?"
        " AND user_id IN (SELECT id FROM users WHERE status = 'active')"
        " RETURNING family, user_id",
        (
            *(digest(access), digest(refresh), now + ACCESS_SECONDS, now + REFRESH_SECONDS),
            *(digest(refresh_token), client_id, now),
        ),
    ).fetchone()
    if row is None:
        raise TokenRefusal("invalid_grant", "Invalid Token!")
    return TokenPair(access, refresh, _scopes(db, client_id, row["user_id"]), row["family"])


def kill_tokens(db: sqlite3.Connection, *, user_id: str | None) -> int:
    """Let the tokens of a user die, or of all, without a word to the app. How many pairs died.

    The consent stays: whoever authorises again is not asked.
    """
    killed = db.execute("DELETE FROM tokens WHERE user_id = COALESCE(?, user_id)", (user_id,))
    return killed.rowcount


def live_tokens(
    db: sqlite3.Connection, client_id: str, access_token: str, *, now: float
) -> sqlite3.Row:
    """The pair of a live access token; the token endpoint's refusal if there is none."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM tokens WHERE access_digest = ? AND client_id = ? AND access_expires_at > ?",
        (digest(access_token), client_id, now),
    ).fetchone()
    if row is None:
        raise TokenRefusal("invalid_grant", "Invalid Token!")
    return row


def _new_tokens() -> tuple[str, str]:
    return "zsimAT_" + secrets.token_urlsafe(40), "zsimRT_" + secrets.token_urlsafe(40)


def _scopes(db: sqlite3.Connection, client_id: str, user_id: str) -> str:
    consent = consent_of(db, client_id, user_id)
    return " ".join(sorted(consent["scopes"].split())) if consent else ""


def _proves(verifier: str, challenge: str, method: str) -> bool:
    """Whether the verifier belongs to the challenge (RFC 7636, section 4.6)."""
    if not challenge:
        return True
    if method == "S256":
        hashed = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
    return hmac.compare_digest(verifier.encode(), challenge.encode())
