"""Make, use and revoke keys of the API."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hmac import compare_digest

from django.db import transaction
from django.db.models import Q

from booking.models import User
from web.keys.models import SHOWN_CHARACTERS, ApiKey
from web.keys.secrets import digest_of, is_secret, new_secret

USE_IS_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic(durable=True)
def make(
    *,
    name: str,
    kind: str,
    now: datetime,
    actor: User,
    origins: Sequence[str] = (),
    requests_per_minute: int | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which nobody can ever read again.

    ``origins`` are those of web pages, as browsers write them; a server's key has none.
    """
    secret = new_secret()
    key = ApiKey.objects.create(
        name=name,
        kind=kind,
        prefix=secret[:SHOWN_CHARACTERS],
        digest=digest_of(secret),
        origins=list(origins) if kind == ApiKey.PAGE else [],
        requests_per_minute=requests_per_minute,
        created_by=actor,
        created_at=now,
    )
    return key, secret


@transaction.atomic(durable=True)
def revoke(*, key_id: int, now: datetime) -> bool:
    """Let a key open nothing any more, from its next request on; False where it already was so."""
    return bool(ApiKey.objects.active().filter(pk=key_id).update(revoked_at=now))


def use(secret: str, *, now: datetime) -> ApiKey | None:
    """The active key with this secret, noted as used; None where there is none.

    What is compared is compared in constant time, and no refusal differs from another.
    """
    if not is_secret(secret):
        return None
    digest = digest_of(secret)
    found = ApiKey.objects.active().filter(prefix=secret[:SHOWN_CHARACTERS])
    key = next((one for one in found if compare_digest(one.digest, digest)), None)
    if key is not None:
        _note_use(key, now)
    return key


def _note_use(key: ApiKey, now: datetime) -> None:
    """At most once a minute: who reads a thousand times does not write a thousand times."""
    before = now - USE_IS_NOTED_EVERY
    if key.last_used_at is None or key.last_used_at <= before:
        is_old = Q(last_used_at__isnull=True) | Q(last_used_at__lte=before)
        ApiKey.objects.filter(is_old, pk=key.pk).update(last_used_at=now)


def is_allowed_origin(origin: str) -> bool:
    """Whether some web page's key is meant for ``origin``: a preflight does not say for which."""
    pages = ApiKey.objects.active().filter(kind=ApiKey.PAGE).values_list("origins", flat=True)
    return any(origin in origins for origins in pages)
