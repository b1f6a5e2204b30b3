"""Signatures as https://www.standardwebhooks.com describes them. Pure.

A secret is ``whsec_`` and base64; what is signed is ``id.timestamp.body``, by HMAC-SHA256.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
_KEY_BYTES = 32


def new_secret() -> str:
    """Return 256 random bits as receivers' libraries take them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def signature(secret: str, *, uid: str, timestamp: int, body: bytes) -> str:
    """Return ``v1,`` and the signature; ``timestamp`` is in seconds since 1970, UTC."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{uid}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def signed_headers(keys: Iterable[str], *, uid: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers, with a signature by each of the secrets in ``keys``."""
    signatures = (signature(key, uid=uid, timestamp=timestamp, body=body) for key in keys)
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
