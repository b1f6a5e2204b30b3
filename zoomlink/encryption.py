"""Secrets at rest: encrypted with the newest key, readable with any that is listed."""

import logging

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

logger = logging.getLogger(__name__)


class NoKeyOpens(Exception):
    """None of ENCRYPTION_KEYS opens what is stored."""


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def encrypted(text: str) -> str:
    """Return ``text`` as it is to stand in the database."""
    return _keys().encrypt(text.encode()).decode()


def opened(stored: str) -> str:
    """Return what ``encrypted`` was given. Raises NoKeyOpens."""
    try:
        return _keys().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise NoKeyOpens from error


def is_newest(stored: str) -> bool:
    """Whether the first key alone opens what stands in the database."""
    try:
        Fernet(settings.ENCRYPTION_KEYS[0]).decrypt(stored.encode())
    except InvalidToken:
        return False
    return True


def renewed(stored: str) -> str:
    """Return what stands in the database as the first key encrypts it. Raises NoKeyOpens."""
    try:
        return _keys().rotate(stored.encode()).decode()
    except InvalidToken as error:
        raise NoKeyOpens from error


class EncryptedTextField(models.TextField):
    """Text that stands encrypted in the database; empty text stays empty.

    What none of ENCRYPTION_KEYS opens reads as empty, and is logged: a key that was lost
    must not take bookings and pages along, which are not about the secret.

    Lookups other than ``isnull`` and ``exact=""`` say nothing: each encryption differs.
    """

    def from_db_value(self, value: str | None, _expression, _connection) -> str | None:
        if not value:
            return value
        try:
            return opened(value)
        except NoKeyOpens:
            logger.error("No key of ENCRYPTION_KEYS opens %s.%s.", self.model.__name__, self.name)
            return ""

    def get_prep_value(self, value: str | None) -> str | None:
        return encrypted(value) if value else value
