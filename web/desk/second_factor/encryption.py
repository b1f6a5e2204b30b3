"""Writing the secrets of second factors anew with the newest key."""

from collections import Counter

from allauth.mfa.models import Authenticator
from django.db import transaction

from zoomlink.actions.encryption import Outcome
from zoomlink.encryption import NoKeyOpens, is_newest, renewed

# Under which name each kind keeps its secret: the app's, and what recovery codes grow from.
_NAMES = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def reencrypt_second_factors() -> Counter[Outcome]:
    """Do for second factors what ``reencrypt_secrets`` does for encrypted columns."""
    kinds = list(_NAMES)
    keys = Authenticator.objects.filter(type__in=kinds).order_by("pk").values_list("pk", flat=True)
    return Counter(_renew_one(pk) for pk in list(keys))


@transaction.atomic(durable=True)
def _renew_one(pk: int) -> Outcome:
    row = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return Outcome.OVERTAKEN
    name = _NAMES[row.type]
    if is_newest(row.data[name]):
        return Outcome.NEWEST
    try:
        row.data[name] = renewed(row.data[name])
    except NoKeyOpens:
        return Outcome.UNREADABLE
    row.save(update_fields=["data"])
    return Outcome.RENEWED
