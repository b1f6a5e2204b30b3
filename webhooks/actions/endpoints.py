"""Adding, changing, resuming and removing endpoints, and renewing their secrets."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from booking.models import User
from webhooks.kinds import EVENT_TYPES
from webhooks.models import Endpoint
from webhooks.signing import new_secret

# So long both secrets sign, for the receiver to be given the new one.
OVERLAP = timedelta(days=1)


@transaction.atomic(durable=True)
def add_endpoint(
    *,
    name: str,
    url: str,
    events: Iterable[str],
    is_active: bool,
    sends_manage_link: bool,
    actor: User,
    now: datetime,
) -> Endpoint:
    """Write an endpoint with a secret of its own. Raises ValidationError."""
    endpoint = Endpoint(
        name=name,
        url=url,
        events=_known(events),
        is_active=is_active,
        sends_manage_link=sends_manage_link,
        created_by=actor,
        created_at=now,
    )
    endpoint.full_clean()
    endpoint.save(force_insert=True)
    return endpoint


@transaction.atomic(durable=True)
def change_endpoint(
    *,
    endpoint_id: int,
    name: str,
    url: str,
    events: Iterable[str],
    is_active: bool,
    sends_manage_link: bool,
) -> Endpoint:
    """Change what stands on its page. Raises ValidationError, Endpoint.DoesNotExist."""
    endpoint: Endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
    endpoint.name, endpoint.url, endpoint.events = name, url, _known(events)
    endpoint.is_active, endpoint.sends_manage_link = is_active, sends_manage_link
    endpoint.full_clean()
    endpoint.save(update_fields=["name", "url", "events", "is_active", "sends_manage_link"])
    return endpoint


@transaction.atomic(durable=True)
def renew_secret(*, endpoint_id: int, now: datetime) -> Endpoint:
    """Give an endpoint another secret; for ``OVERLAP`` the one it had signs beside it.

    Raises Endpoint.DoesNotExist.
    """
    endpoint: Endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
    endpoint.former_secret, endpoint.former_until = endpoint.secret, now + OVERLAP
    endpoint.secret = new_secret()
    endpoint.save(update_fields=["secret", "former_secret", "former_until"])
    return endpoint


def resume(*, endpoint_id: int) -> bool:
    """Let a paused endpoint go on with what waits for it, at the next sweep; whether it was."""
    paused = Endpoint.objects.filter(pk=endpoint_id).exclude(paused_at=None)
    return bool(
        paused.update(
            paused_at=None, pause_reason="", failures=0, failing_since=None, rests_until=None
        )
    )


def remove_endpoint(*, endpoint_id: int) -> None:
    """Delete an endpoint with all that was ever owed to it."""
    Endpoint.objects.filter(pk=endpoint_id).delete()


def _known(events: Iterable[str]) -> list[str]:
    wanted = set(events)
    return [name for name in EVENT_TYPES if name in wanted]
