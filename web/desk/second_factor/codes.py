"""Codes of an authenticator app (RFC 6238), and the pattern that carries its secret there.

The arithmetic is allauth's, from modules that it calls internal. Written against allauth 65:
look here when that changes.
"""

from datetime import datetime

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

__all__ = ["PERIOD_SECONDS", "generate_totp_secret", "in_groups", "pattern_of", "step_of"]

PERIOD_SECONDS = 30
# A code typed as it changes, and a clock that is off by half a minute, are let pass.
_STEPS_BESIDE = (0, -1, 1)


def step_of(code: str, secret: str, now: datetime) -> int | None:
    """Return which period's code this is, of those that may be typed ``now``; None if none's."""
    present = int(now.timestamp()) // PERIOD_SECONDS
    steps = [present + beside for beside in _STEPS_BESIDE]
    right = [step for step in steps if compare_user_code(actual=code, expected=_at(step, secret))]
    return right[0] if right else None


def _at(step: int, secret: str) -> str:
    return format_hotp_value(hotp_value(secret, step))


def in_groups(secret: str) -> str:
    """A secret as one copies it by hand: ``ABCD EFGH …``."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def pattern_of(address: str) -> dict[str, object]:
    """The QR code of an address, as the ``path`` of an SVG and the ``size`` of its view box."""
    qr = QRCode(error_correction=ERROR_CORRECT_M)
    qr.add_data(address)
    rows = qr.get_matrix()
    dark = [(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return {"path": "".join(f"M{x} {y}h1v1h-1z" for x, y in dark), "size": len(rows)}
