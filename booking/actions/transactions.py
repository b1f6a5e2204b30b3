"""The frame around every action: one durable transaction, tried again where that helps."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.utils import IntegrityError, OperationalError

from booking.errors import SlotTaken
from booking.guards import OVERLAP_GUARD

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 4
# PostgreSQL: serialization failure, deadlock, lock not available. SQLite says it in words.
_CONFLICTS = ("40001", "40P01", "55P03")
# PostgreSQL: what this refers to was deleted while it ran, such as a setting.
_FOREIGN_KEY_VIOLATION = "23503"
# What two requests may write at once: the second finds it when it looks again.
_WRITTEN_ONCE = ("idempotency_key", "client_email_name_unique", "waiting_once")


def in_one_transaction(action: Callable[P, T]) -> Callable[P, T]:
    """Run ``action`` in one durable transaction; a lost race is tried again.

    The outermost action alone is decorated: a durable transaction inside another
    raises. What the database's own guard refuses becomes SlotTaken.
    """

    @wraps(action)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> T:
        for left in reversed(range(ATTEMPTS)):
            try:
                with transaction.atomic(durable=True):
                    return action(*args, **kwargs)
            except (OperationalError, IntegrityError) as error:
                _raise_unless_worth_another(error, left)
        raise AssertionError("unreachable: the last attempt returns or raises")

    return attempt


def _raise_unless_worth_another(error: OperationalError | IntegrityError, left: int) -> None:
    if OVERLAP_GUARD in str(error):
        raise SlotTaken from error
    if not left or connection.in_atomic_block or not _is_lost_race(error):
        raise error


def _is_lost_race(error: OperationalError | IntegrityError) -> bool:
    """A deadlock, a busy database, or a row that a twin committed or deleted meanwhile."""
    code = getattr(error.__cause__, "sqlstate", None)
    if isinstance(error, IntegrityError):
        is_twice = any(name in str(error) for name in _WRITTEN_ONCE)
        return is_twice or code == _FOREIGN_KEY_VIOLATION
    return code in _CONFLICTS or "is locked" in str(error)
