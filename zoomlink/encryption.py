"""Secrets at rest: encrypted with the newest key, readable with any that is listed."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class UnreadableSecret(Exception):
    """None of ENCRYPTION_KEYS opens what is stored: a key was lost or removed too early."""


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


class EncryptedTextField(models.TextField):
    """Text that stands encrypted in the database; empty text stays empty.

    Lookups other than ``isnull`` and ``exact=""`` say nothing: each encryption differs.
    """

    def from_db_value(self, value: str | None, _expression, _connection) -> str | None:
        """Decrypt. Raises UnreadableSecret."""
        if not value:
            return value
        try:
            return _keys().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise UnreadableSecret(
                f"No key of ENCRYPTION_KEYS opens {self.model.__name__}.{self.name}."
            ) from error

    def get_prep_value(self, value: str | None) -> str | None:
        return _keys().encrypt(value.encode()).decode() if value else value
