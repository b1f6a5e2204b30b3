"""Zoom's webhook signatures. Pure: the clock and the secret are passed in.

Zoom's documentation, using webhooks: ``v0=`` and the hex HMAC-SHA256, keyed with the app's secret
token, of ``v0:{timestamp}:{body}``, over the bytes as they came. Parsing and writing the JSON
again changes them.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

# Ours to choose; a repeat by Zoom that still carries its first stamp is refused after this.
FRESHNESS = timedelta(minutes=5)


def is_genuine(
    *, secret: str, timestamp: str | None, signature: str | None, body: bytes, now: datetime
) -> bool:
    """Say whether a delivery was signed with ``secret`` within FRESHNESS of ``now`` (aware).

    ``timestamp`` and ``signature`` are the headers ``x-zm-request-timestamp`` (seconds since 1970)
    and ``x-zm-signature``, None where missing. Without a secret nothing is genuine.
    """
    if not secret or not timestamp or not signature or not _is_fresh(timestamp, now):
        return False
    expected = f"v0={_hexdigest(secret, f'v0:{timestamp}:'.encode() + body)}"
    return hmac.compare_digest(expected.encode(), signature.encode())


def challenge_answer(*, secret: str, plain_token: str) -> dict[str, str]:
    """Return the JSON that answers Zoom's ``endpoint.url_validation``."""
    return {"plainToken": plain_token, "encryptedToken": _hexdigest(secret, plain_token.encode())}


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 11:
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= FRESHNESS


def _hexdigest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
