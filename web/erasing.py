"""What the tables of the framework know of a client who is being erased."""

import json
from collections.abc import Callable

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction

from booking.models import Client, Event


def on_event(event: Event) -> None:
    """Forget who is erased; runs while the record still says who it was."""
    if event.kind == Event.CLIENT_ERASED:
        client = Client.objects.get(pk=event.details["client"])
        _forget_in_admins_log(client)
        if client.email:
            _forget_attempts(client.email)
            transaction.on_commit(_end_sessions_of(client.email, client.user_id), robust=True)


def _forget_in_admins_log(client: Client) -> None:
    """That somebody changed the record stays, what it was called does not."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Client), object_id=str(client.pk)
    )
    entries.update(object_repr=Client.NAMELESS)


def _forget_attempts(email: str) -> None:
    """Whoever typed the address where staff sign in."""
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(username__iexact=email).delete()


def _end_sessions_of(email: str, user_id: int | None) -> Callable[[], None]:
    """Only afterwards, holding no lock: what they hold is not searched by the database."""

    def end() -> None:
        for visit in BrowserSession.objects.iterator():
            kept = visit.get_decoded()
            is_theirs = user_id is not None and kept.get("_auth_user_id") == str(user_id)
            if is_theirs or json.dumps(email.lower()) in json.dumps(kept).lower():
                visit.delete()

    return end
