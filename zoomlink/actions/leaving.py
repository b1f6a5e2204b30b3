"""Giving a connection up: at once, or after the meetings to come are deleted at Zoom."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from booking import events
from booking.models import Event, User
from zoomlink import oauth
from zoomlink.actions.connection import erase
from zoomlink.client import Deadline, ZoomError
from zoomlink.errors import NotConnected
from zoomlink.models import Meeting, MeetingQuerySet, ZoomConnection

# Whoever presses Logout wants to be out: what Zoom does not delete by then stays there.
PATIENCE = timedelta(minutes=10)


def meetings_to_come(connection: ZoomConnection, *, now: datetime) -> MeetingQuerySet:
    """The meetings that stand at Zoom, as far as we know, for sessions not begun yet.

    With those that may stand there: Zoom was asked for them, and has not answered.
    """
    may_stand = Q(zoom_id__isnull=False) | Q(is_uncertain=True)
    return Meeting.objects.filter(may_stand, connection=connection, session__starts_at__gt=now)


@transaction.atomic(durable=True)
def begin_leaving(*, now: datetime, actor: User | None) -> int:
    """Start to log out: no meeting is made any more, and those to come are deleted at Zoom.

    Returns how many there are. Workers delete them, and ``finish_leaving`` ends it. A second
    press changes nothing. Raises NotConnected unless the connection works.
    """
    connection = ZoomConnection.objects.usable().select_for_update().first()
    if connection is None:
        raise NotConnected
    coming = meetings_to_come(connection, now=now)
    if not connection.is_leaving:
        connection.state = ZoomConnection.LEAVING
        connection.leaving_since, connection.left_by = now, actor
        connection.save(update_fields=["state", "leaving_since", "left_by"])
        coming.try_at_once()
        account, count = connection.account_id, coming.count()
        events.record(Event.ZOOM_LEAVING, now=now, actor=actor, account=account, meetings=count)
    return coming.count()


def finish_leaving(*, now: datetime) -> bool:
    """End a logout that was begun, once everything is deleted or patience has run out.

    True when it was ended now.
    """
    connection = ZoomConnection.objects.usable().filter(state=ZoomConnection.LEAVING).first()
    if connection is None:
        return False
    is_overdue = connection.leaving_since is None or connection.leaving_since + PATIENCE <= now
    if not is_overdue and meetings_to_come(connection, now=now).exists():
        return False
    with suppress(NotConnected):  # somebody else was first
        _leave(connection, connection.left_by, now)
        return True
    return False


def disconnect(*, actor: User | None, now: datetime) -> bool:
    """Erase our tokens, then ask Zoom to revoke them; True when Zoom confirmed that.

    Raises NotConnected. A refusal of Zoom's is no error: the connection is gone here. Of
    a connection that was lost before, nothing is left to revoke it with.
    """
    connection = ZoomConnection.objects.current()
    if connection is None:
        raise NotConnected
    return _leave(connection, actor, now)


def _leave(connection: ZoomConnection, actor: User | None, now: datetime) -> bool:
    left_behind = meetings_to_come(connection, now=now).count()
    last = _erased(connection)
    is_revoked = last.is_usable and _is_revoked(last, now)
    _record(last, actor, now, left_behind=left_behind, is_revoked=is_revoked)
    return is_revoked


@transaction.atomic(durable=True)
def _erased(connection: ZoomConnection) -> ZoomConnection:
    """Erase a connection and return it as it stood last.

    Raises NotConnected where it was left, and perhaps made anew, since it was read.
    """
    same = ZoomConnection.objects.filter(
        pk=connection.pk, is_current=True, connected_at=connection.connected_at
    )
    last = same.select_for_update().first()
    if last is None:
        raise NotConnected
    erase(last)
    return last


@transaction.atomic(durable=True)
def _record(connection: ZoomConnection, actor: User | None, now: datetime, **details: Any) -> None:
    account = connection.account_id
    events.record(Event.ZOOM_DISCONNECTED, now=now, actor=actor, account=account, **details)


def _is_revoked(connection: ZoomConnection, now: datetime) -> bool:
    """Revoke with the access token in hand, or with a new one where it has expired."""
    token, endpoint = connection.access_token, oauth.endpoint(Deadline(oauth.PAGE_SECONDS))
    try:
        if connection.expires_at is None or connection.expires_at <= now:
            token = endpoint.refresh(connection.refresh_token).access_token
        endpoint.revoke(token)
    except ZoomError:
        return False
    return True


def revoke_failed_text() -> str:
    """What to do by hand after ``disconnect`` answered False."""
    return _(
        "Zoom did not confirm that our access was withdrawn. Remove the app yourself at Zoom, "
        "under Manage → Installed apps."
    )
