"""What the secret of a key looks like, and what is kept of it. Pure."""

import hashlib
import re
import secrets

_SECRET = re.compile(r"zk_[A-Za-z0-9_-]{32}", re.ASCII)


def new_secret() -> str:
    """Return 192 random bits as ``zk_`` and 32 characters that are safe in an address."""
    return f"zk_{secrets.token_urlsafe(24)}"


def is_secret(text: str) -> bool:
    """Whether ``text`` is written as a secret is."""
    return bool(_SECRET.fullmatch(text))


def digest_of(secret: str) -> str:
    """The SHA-256 of a secret. It is random enough that nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
