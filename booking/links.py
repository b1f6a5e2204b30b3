"""The five capability tokens and the human code of a booking.

A token is all its holder needs: *manage* (one booking: see, move, cancel), *join*
(one booking: its meeting page), *host* (one session: the provider's meeting page),
*waiting* (one place on a waiting list: see, leave, take what is offered), *proof* (one hold,
once: confirm it, which proves that one reads the mail it was sent to).
"""

import re
import secrets

from django.conf import settings

# Digits and letters that nobody mistakes for one another on the phone.
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def new_token() -> str:
    """Return 128 random bits as 22 characters that are safe in an address."""
    return secrets.token_urlsafe(16)


def is_token(text: str) -> bool:
    """Whether it could be a token at all; no database is asked for what could not."""
    return _TOKEN.fullmatch(text) is not None


def new_code() -> str:
    """Return a booking code for people, such as ``K7XW2M9P``."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _position in range(CODE_LENGTH))


def meeting_url(token: str) -> str:
    """The page behind a *join* or *host* token, absolute."""
    return f"{settings.SITE_URL}/m/{token}/"


def manage_url(token: str) -> str:
    """The page of one booking, absolute."""
    return f"{settings.SITE_URL}/b/{token}/"


def waiting_url(token: str) -> str:
    """The page of one place on a waiting list, absolute."""
    return f"{settings.SITE_URL}/w/{token}/"


def proof_url(token: str) -> str:
    """The page that confirms what is held until its client's address is proved, absolute."""
    return f"{settings.SITE_URL}/c/{token}/"


def calendar_url(token: str) -> str:
    """The file for the client's own calendar, behind a *manage* token, absolute."""
    return f"{settings.SITE_URL}/b/{token}/calendar.ics"


def desk_booking_url(pk: int) -> str:
    """The staff side's page of one booking, absolute; it asks who opens it to sign in."""
    return f"{settings.SITE_URL}/admin/bookings/{pk}/"


def desk_session_url(pk: int) -> str:
    """The staff side's page of one session; as ``desk_booking_url``."""
    return f"{settings.SITE_URL}/admin/sessions/{pk}/"
