"""Connecting a Zoom account, asking it, and leaving it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from booking import events
from booking.models import Event, User
from zoomlink import oauth
from zoomlink.client import (
    Deadline,
    Tokens,
    ZoomAccessNotShared,
    ZoomClient,
    ZoomError,
    ZoomGrantDead,
    ZoomNotPermitted,
    ZoomScopeMissing,
    ZoomTokenExpired,
)
from zoomlink.client import ZoomUser as UserAtZoom
from zoomlink.errors import AlreadyConnected, ConnectionLost, NotConnected
from zoomlink.models import Meeting, ProviderMeeting, ZoomConnection, ZoomUser

T = TypeVar("T")
_NO_TOKENS: dict[str, object] = {
    "access_token": "",
    "refresh_token": "",
    "expires_at": None,
    "refresh_claimed_until": None,
    "refresh_is_uncertain": False,
}

LONGEST_NAME = 200
GIVING_BACK_SECONDS = 1.0
LICENSED = 2  # Zoom, Users API reference: type of a user


def refuse_second_connection() -> None:
    """Raise AlreadyConnected while a connection works, or is still being cleared away.

    Asked before the code is exchanged: a second grant of the same user would kill
    the tokens of the first.
    """
    if ZoomConnection.objects.usable().exists():
        raise AlreadyConnected


def connect(*, code: str, verifier: str, actor: User | None, now: datetime) -> ZoomConnection:
    """Exchange the code and keep the connection with its account and users.

    A lost connection is taken over by its own account, or replaced by another one's.
    Raises AlreadyConnected, or a ZoomError: then nothing is stored, and a grant that was
    given already is withdrawn. All of it takes no longer than a page of staff may.
    """
    refuse_second_connection()
    deadline = Deadline(oauth.PAGE_SECONDS - GIVING_BACK_SECONDS)
    tokens = oauth.endpoint(deadline).exchange(code, oauth.redirect_uri(), verifier)
    try:
        with oauth.client_with(tokens, deadline) as client:
            me, listed = client.me(), _listed_users(client)
    except ZoomError:
        _give_back(tokens)
        raise
    try:
        return _keep(tokens, me, listed, actor=actor, now=now)
    except (AlreadyConnected, IntegrityError) as error:  # somebody else's came first, by a moment
        _give_back(tokens, me.account_id)
        raise AlreadyConnected from error


def _give_back(tokens: Tokens, account_id: str = "") -> None:
    """Withdraw a grant that is not kept, if Zoom answers at once.

    Not where its account is connected meanwhile: an app is withdrawn from an account as a
    whole, and the first connection is to stay.
    """
    others = ZoomConnection.objects.usable()
    if account_id:
        others = others.filter(account_id=account_id)
    if not others.exists():
        with suppress(ZoomError):
            oauth.endpoint(Deadline(GIVING_BACK_SECONDS)).revoke(tokens.access_token)


def _listed_users(client: ZoomClient) -> list[UserAtZoom] | None:
    """All users of the account, or None where the person did not share access to them."""
    try:
        return client.users()
    except (ZoomAccessNotShared, ZoomScopeMissing, ZoomNotPermitted):
        return None


@transaction.atomic(durable=True)
def _keep(
    tokens: Tokens,
    me: UserAtZoom,
    listed: list[UserAtZoom] | None,
    *,
    actor: User | None,
    now: datetime,
) -> ZoomConnection:
    # Only the same person's grant is newer than theirs: the older tokens died with it.
    if ZoomConnection.objects.usable().exclude(account_id=me.account_id, user_id=me.id).exists():
        raise AlreadyConnected
    _close_other_accounts(me.account_id)
    connection, _is_new = ZoomConnection.objects.update_or_create(
        account_id=me.account_id,
        defaults={
            **oauth.stored(tokens, now=now),
            "user_id": me.id,
            "email": me.email,
            "display_name": me.name[:LONGEST_NAME],
            "state": ZoomConnection.CONNECTED,
            "is_current": True,
            "lost_reason": "",
            "check_error": "",
            "checked_at": now,
            "paused_until": None,
            "leaving_since": None,
            "left_by": None,
            "shares_access": listed is not None,
            "connected_by": actor,
            "connected_at": now,
        },
    )
    # A worker that still refreshes the pair before this one must not store its answer.
    ZoomConnection.objects.filter(pk=connection.pk).update(token_version=F("token_version") + 1)
    _keep_users(connection, listed if listed is not None else [me])
    Meeting.objects.try_at_once()
    events.record(Event.ZOOM_CONNECTED, now=now, actor=actor, account=me.account_id)
    return connection


def _close_other_accounts(account_id: str) -> None:
    """Let go of a lost connection to another account: its users stand for nobody here."""
    for other in ZoomConnection.objects.filter(is_current=True).exclude(account_id=account_id):
        erase(other)
    ProviderMeeting.objects.exclude(zoom_user=None).exclude(
        zoom_user__connection__account_id=account_id
    ).update(zoom_user=None)


def _keep_users(connection: ZoomConnection, listed: list[UserAtZoom]) -> None:
    """Bring the stored users in line with Zoom's; who vanished is flagged, not forgotten."""
    ZoomUser.objects.bulk_create(
        [
            ZoomUser(
                connection=connection,
                zoom_id=user.id,
                email=user.email,
                name=user.name[:LONGEST_NAME],
                is_licensed=user.type == LICENSED,
            )
            for user in listed
        ],
        update_conflicts=True,
        unique_fields=["connection", "zoom_id"],
        update_fields=["email", "name", "is_licensed", "is_missing"],
    )
    gone = connection.users.exclude(zoom_id__in=[user.id for user in listed])
    gone.update(is_missing=True)


def ask_zoom(
    operation: Callable[[ZoomClient], T], *, now: datetime, deadline: Deadline | None = None
) -> T:
    """Let ``operation`` call Zoom with a live token; refreshed and repeated once at most.

    What a page waits for has a ``deadline``. Never inside a transaction. Raises NotConnected,
    ConnectionLost, RefreshUnderWay or a ZoomError. A grant that proves dead is recorded as lost.
    """
    connection = ZoomConnection.objects.current()
    if connection is None:
        raise NotConnected
    if not connection.is_usable:
        raise ConnectionLost
    try:
        return _ask_twice(connection, operation, now, deadline)
    except (ZoomGrantDead, ZoomTokenExpired) as error:
        mark_lost(connection, reason=str(error), now=now)
        raise ConnectionLost from error


def _ask_twice(
    connection: ZoomConnection,
    operation: Callable[[ZoomClient], T],
    now: datetime,
    deadline: Deadline | None,
) -> T:
    live = oauth.live(connection, now=now, deadline=deadline)
    try:
        with oauth.client_of(live, deadline) as client:
            return operation(client)
    except ZoomTokenExpired:
        renewed = oauth.refresh(live, now=now, deadline=deadline)
        with oauth.client_of(renewed, deadline) as client:
            return operation(client)


@transaction.atomic(durable=True)
def mark_lost(connection: ZoomConnection, *, reason: str, now: datetime) -> None:
    """Note that Zoom refuses our grant, unless it was renewed since it was read.

    Whoever was logging out has then reached what they wanted.
    """
    still = ZoomConnection.objects.usable().filter(
        pk=connection.pk, connected_at=connection.connected_at
    )
    fresh = still.select_for_update().first()
    if fresh is None:
        return
    if fresh.is_leaving:
        erase(fresh)
        kind = Event.ZOOM_DISCONNECTED
    else:
        still.update(state=ZoomConnection.LOST, lost_reason=reason[:300], **_NO_TOKENS)
        _unlink_meetings(fresh)
        kind = Event.ZOOM_CONNECTION_LOST
    events.record(kind, now=now, account=fresh.account_id, reason=reason[:300])


def note_removal(*, account_id: str, user_id: str, removed_at: datetime, now: datetime) -> None:
    """Give the connection up if it is the one that was removed at Zoom.

    Zoom may tell late: a removal from before the present connection was made is of an
    earlier one.
    """
    connection = (
        ZoomConnection.objects.usable().filter(account_id=account_id, user_id=user_id).first()
    )
    if connection is not None and connection.connected_at < removed_at:
        mark_lost(connection, reason=_("The app was removed at Zoom."), now=now)


def _unlink_meetings(connection: ZoomConnection) -> None:
    connection.meetings.filter(state=Meeting.READY).update(state=Meeting.UNLINKED)


def refresh_users(*, now: datetime) -> bool:
    """Read the account's users anew; False where only oneself may be seen.

    Raises what ``ask_zoom`` raises, in the time that a page of staff may take.
    """
    asked, deadline = ZoomConnection.objects.current(), Deadline(oauth.PAGE_SECONDS)
    listed = ask_zoom(_listed_users, now=now, deadline=deadline)
    seen = listed
    if seen is None:
        seen = [ask_zoom(lambda client: client.me(), now=now, deadline=deadline)]
    _keep_list(asked, seen, is_whole=listed is not None)
    return listed is not None


@transaction.atomic(durable=True)
def _keep_list(asked: ZoomConnection | None, seen: list[UserAtZoom], *, is_whole: bool) -> None:
    """Keep a list unless another account was connected while Zoom was asked for it."""
    connection = ZoomConnection.objects.connected().select_for_update().first()
    if connection is None or asked is None or connection.pk != asked.pk:
        raise NotConnected
    _keep_users(connection, seen)
    connection.shares_access = is_whole
    connection.save(update_fields=["shares_access"])
    Meeting.objects.try_at_once()  # a user who came back, or has a licence now, may host again


def erase(connection: ZoomConnection) -> None:
    """Forget a connection's tokens, inside the transaction of the caller; the row stays."""
    _unlink_meetings(connection)
    ZoomConnection.objects.filter(pk=connection.pk).update(
        state=ZoomConnection.CLOSED, is_current=False, leaving_since=None, **_NO_TOKENS
    )
