"""Switching a second factor on and off, and using up one of its codes."""

import logging
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet

from booking.models import User
from notifications.actions import owe_second_factor_changed
from web.desk.models import RequiredSecondFactor
from web.desk.second_factor.codes import step_of
from zoomlink.encryption import NoKeyOpens

logger = logging.getLogger(__name__)

TOTP = Authenticator.Type.TOTP
RECOVERY_CODES = Authenticator.Type.RECOVERY_CODES


class SecondFactorRefused(Exception):
    """A change of a second factor that cannot be made."""


class WrongCode(SecondFactorRefused):
    """It is no code of the app that has this secret."""


class AlreadyOn(SecondFactorRefused):
    """There is a second factor; it has to be switched off first."""


@transaction.atomic(durable=True)
def switch_on(*, user_id: int, secret: str, code: str, now: datetime) -> tuple[int, list[str]]:
    """Keep the app's secret, once a code proves that the app has it.

    Returns the key of the factor, and the recovery codes, which are shown this once. The
    code is used up. Raises WrongCode, AlreadyOn.
    """
    user = _locked(user_id)
    if _rows_of(user).filter(type=TOTP).exists():
        raise AlreadyOn
    step = step_of(code, secret, now)
    if step is None:
        raise WrongCode
    kept = {"secret": get_adapter().encrypt(secret), "last_step": step}
    factor = Authenticator.objects.create(user=user, type=TOTP, data=kept, created_at=now)
    owe_second_factor_changed(user, is_on=True, now=now)
    return factor.pk, _new_recovery_codes(user)


@transaction.atomic(durable=True)
def renew_recovery_codes(*, user_id: int) -> list[str]:
    """Return ten new recovery codes; the former ones no longer work. Without a factor: none."""
    user = _locked(user_id)
    return _new_recovery_codes(user) if _rows_of(user).filter(type=TOTP).exists() else []


@transaction.atomic(durable=True)
def switch_off(*, user_id: int, now: datetime, actor: User | None = None) -> bool:
    """Forget a user's second factor with its recovery codes; tell whether there was one.

    ``actor`` is who did it, if somebody did it for them; the user is told by mail.
    """
    user = _locked(user_id)
    deleted, _of_each = _rows_of(user).delete()
    if deleted:
        owe_second_factor_changed(user, is_on=False, now=now, actor=actor)
        logger.info("The second factor of user %s was switched off.", user.pk)
    return deleted > 0


@transaction.atomic(durable=True)
def use_code(*, user_id: int, code: str, now: datetime) -> Authenticator | None:
    """Return what the code belongs to, and use it up; None if it is wrong or was used before.

    A code of the app is good for its own half a minute, the one before and the one after,
    but once only, and never after a later one.
    """
    for row in _rows_of(_locked(user_id)).order_by("-type"):
        if _takes(row, code, now):
            row.last_used_at = now
            row.save(update_fields=["data", "last_used_at"])
            return row
    return None


@transaction.atomic(durable=True)
def require_for(*, group_ids: set[int]) -> None:
    """Require a second factor of exactly these roles."""
    RequiredSecondFactor.objects.exclude(group__in=group_ids).delete()
    missing = Group.objects.filter(pk__in=group_ids, required_second_factor=None)
    RequiredSecondFactor.objects.bulk_create(RequiredSecondFactor(group=each) for each in missing)


def recovery_codes_left(user: User) -> int:
    row = _rows_of(user).filter(type=RECOVERY_CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row is not None else 0


def _locked(user_id: int) -> User:
    return User.objects.select_for_update().get(pk=user_id)


def _rows_of(user: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=user, type__in=(TOTP, RECOVERY_CODES))


def _new_recovery_codes(user: User) -> list[str]:
    _rows_of(user).filter(type=RECOVERY_CODES).delete()
    return RecoveryCodes.activate(user).generate_codes()


def _takes(row: Authenticator, code: str, now: datetime) -> bool:
    try:
        return _takes_of_app(row, code, now) if row.type == TOTP else _takes_of_paper(row, code)
    except NoKeyOpens:
        logger.error("No key of ENCRYPTION_KEYS opens the second factor of user %s.", row.user_id)
        return False


def _takes_of_app(row: Authenticator, code: str, now: datetime) -> bool:
    step = step_of(code, get_adapter().decrypt(row.data["secret"]), now)
    if step is None or step <= row.data["last_step"]:
        return False
    row.data["last_step"] = step
    return True


def _takes_of_paper(row: Authenticator, code: str) -> bool:
    wrapped = RecoveryCodes(row)
    is_right: bool = wrapped.validate_code(code)
    row.data = wrapped.instance.data  # as it was locked and marked there
    return is_right
