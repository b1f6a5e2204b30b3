"""What follows from each event of Zoom's.

Repetition and disorder change nothing: of two moments the later start, the earlier coming and
the later leaving is kept, whichever is heard first. All but ``ALONE`` run in the transaction
that notes the delivery as handled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from booking import events
from booking.models import Booking, Event, Session
from zoomlink import payloads
from zoomlink.actions.connection import LICENSED, LONGEST_NAME, ask_zoom, note_removal
from zoomlink.actions.steps import OVERRULED
from zoomlink.client import ZoomUserUnknown
from zoomlink.errors import ConnectionLost, NotConnected
from zoomlink.models import Meeting, Participation, WebhookDelivery, ZoomConnection, ZoomUser

# A host who starts a meeting longer before its time does something else with it.
EARLIEST_START = timedelta(minutes=60)


@dataclass(frozen=True)
class Owed:
    """Whom to wake: for a meeting to be read at Zoom, for all conditions, for the connection."""

    meeting_ids: tuple[int, ...] = ()
    needs_sweep: bool = False
    needs_check: bool = False


NOTHING = Owed()
Reaction = Callable[[ZoomConnection, WebhookDelivery, datetime], Owed]


def _meetings(connection: ZoomConnection, delivery: WebhookDelivery) -> QuerySet[Meeting]:
    """The meeting that is told of, if Zoom made it for us."""
    return Meeting.objects.filter(connection=connection, zoom_id=delivery.facts["meeting"])


def _meeting(connection: ZoomConnection, delivery: WebhookDelivery) -> Meeting | None:
    meetings = _meetings(connection, delivery).defer("join_url")
    return meetings.select_related("session").first()


# --- Changed or deleted by somebody ------------------------------------------


def _doubt(connection: ZoomConnection, delivery: WebhookDelivery, now: datetime) -> Owed:
    """Have the meeting read at Zoom, unless that was done since.

    So the echo of our own change costs nothing; nor does that of our own deletion, since
    the meeting is not known by this number any more.
    """
    unread = Q(verified_at=None) | Q(verified_at__lt=delivery.event_at)
    doubtful = _meetings(connection, delivery).filter(unread)
    ids = tuple(doubtful.values_list("pk", flat=True))
    Meeting.objects.filter(pk__in=ids).update(must_verify=True, next_attempt_at=None)
    return Owed(meeting_ids=ids)


# --- Started, ended, and who was there ---------------------------------------


def _start(connection: ZoomConnection, delivery: WebhookDelivery, now: datetime) -> Owed:
    meeting, at = _meeting(connection, delivery), delivery.event_at
    if meeting is None:
        return NOTHING
    same = Meeting.objects.filter(pk=meeting.pk)
    same.filter(Q(started_at=None) | Q(started_at__lt=at)).update(started_at=at)
    same.filter(ended_at__lt=at).update(ended_at=None)
    if at < meeting.session.starts_at or not _starts_without_host(meeting):
        _note_host(meeting, at)
    events.record(Event.MEETING_STARTED, now=at, session=meeting.session)
    return NOTHING


def _starts_without_host(meeting: Meeting) -> bool:
    overruled = meeting.sent.get(OVERRULED, {})
    held_as = meeting.sent.get("settings", {}) | {name: has for name, (_, has) in overruled.items()}
    return bool(held_as.get("join_before_host", True)) and not held_as.get("waiting_room")


def _note_host(meeting: Meeting, at: datetime) -> None:
    """Let waiting clients in, as after a start by hand; the first moment counts.

    Before the time only hosts can start a meeting: clients have no other way in than our page.
    """
    session = meeting.session
    if session.starts_at - EARLIEST_START <= at < session.ends_at:
        later = Q(started_by_host_at=None) | Q(started_by_host_at__gt=at)
        Meeting.objects.filter(later, pk=meeting.pk).update(started_by_host_at=at)


def _end(connection: ZoomConnection, delivery: WebhookDelivery, now: datetime) -> Owed:
    meeting, at = _meeting(connection, delivery), delivery.event_at
    if meeting is None:
        return NOTHING
    Meeting.objects.filter(
        Q(started_at=None) | Q(started_at__lte=at),
        Q(ended_at=None) | Q(ended_at__lt=at),
        pk=meeting.pk,
    ).update(ended_at=at)
    events.record(Event.MEETING_ENDED, now=at, session=meeting.session)
    return NOTHING


def _join(connection: ZoomConnection, delivery: WebhookDelivery, now: datetime) -> Owed:
    meeting, at = _meeting(connection, delivery), delivery.event_at
    if meeting is None:
        return NOTHING
    stay = _stay(meeting, delivery)
    stay.filter(Q(joined_at=None) | Q(joined_at__gt=at)).update(joined_at=at)
    stay.filter(left_at__lt=at).update(left_at=None)
    if delivery.facts["is_host"]:
        _note_host(meeting, at)
    return NOTHING


def _leave(connection: ZoomConnection, delivery: WebhookDelivery, now: datetime) -> Owed:
    meeting, at = _meeting(connection, delivery), delivery.event_at
    if meeting is not None:
        stay = _stay(meeting, delivery)
        stay.filter(Q(left_at=None) | Q(left_at__lt=at)).update(left_at=at)
    return NOTHING


def _stay(meeting: Meeting, delivery: WebhookDelivery) -> QuerySet[Participation]:
    """The row of one stay, written if it is not there yet."""
    facts = delivery.facts
    row, _is_new = Participation.objects.get_or_create(
        meeting=meeting,
        participant=facts["participant"],
        defaults={"is_host": facts["is_host"]},
    )
    return Participation.objects.filter(pk=row.pk)


# --- Users of the account ----------------------------------------------------


def _lose_user(connection: ZoomConnection, delivery: WebhookDelivery, now: datetime) -> Owed:
    """Flag a user who is gone; providers who met as this user have no meetings until mended."""
    zoom_id = delivery.facts["user"]
    if _is_outdated(connection, delivery):
        return NOTHING
    user = connection.users.filter(zoom_id=zoom_id, is_missing=False).first()
    if user is not None and connection.users.filter(pk=user.pk).update(is_missing=True):
        _tell_of_missing(user, now)
    is_ours = zoom_id == connection.user_id
    if is_ours:  # whether that ends our grant, too, only Zoom knows
        ZoomConnection.objects.filter(pk=connection.pk).update(checked_at=None)
    return Owed(needs_sweep=user is not None, needs_check=is_ours)


def _tell_of_missing(user: ZoomUser, now: datetime) -> None:
    """Record it where it concerns us: most users of a big account host no booking."""
    providers = [choice.provider.name for choice in user.providers.select_related("provider")]
    if not providers:
        return
    concerned = Session.objects.filter(
        Exists(Booking.objects.confirmed().filter(session=OuterRef("pk"))),
        ends_at__gt=now,
        status=Session.ACTIVE,
        service__is_online_meeting=True,
        provider__meeting_choice__zoom_user=user,
    )
    events.record(
        Event.ZOOM_USER_MISSING,
        now=now,
        name=user.name,
        email=user.email,
        providers=providers,
        coming=concerned.count(),
    )


def _regain_user(connection: ZoomConnection, delivery: WebhookDelivery, now: datetime) -> Owed:
    if _is_outdated(connection, delivery):
        return NOTHING
    gone = connection.users.filter(zoom_id=delivery.facts["user"], is_missing=True)
    return Owed(needs_sweep=bool(gone.update(is_missing=False)))


def _is_outdated(connection: ZoomConnection, delivery: WebhookDelivery) -> bool:
    """Whether Zoom told something later of this user's coming and going.

    Or listed the users later: Zoom repeats for over an hour what was not taken from it.
    """
    if delivery.event_at < connection.connected_at:
        return True
    return WebhookDelivery.objects.filter(
        event__in=(*payloads.USER_GONE, payloads.USER_ACTIVATED),
        event_at__gt=delivery.event_at,
        facts__account=delivery.facts["account"],
        facts__user=delivery.facts["user"],
    ).exists()


# --- With a transaction, or calls, of their own ------------------------------


def _give_up(delivery: WebhookDelivery, now: datetime) -> None:
    facts = delivery.facts
    if facts["client"] == settings.ZOOM_CLIENT_ID:
        note_removal(
            account_id=facts["account"],
            user_id=facts["user"],
            removed_at=datetime.fromisoformat(facts["removed_at"]),
            now=now,
        )


def _read_user(delivery: WebhookDelivery, now: datetime) -> None:
    """Ask Zoom who the user is by now: the event has only parts, and may come too late."""
    users = ZoomUser.objects.filter(
        connection__account_id=delivery.facts["account"], zoom_id=delivery.facts["user"]
    )
    user = users.select_related("connection").first()
    if user is None:
        return
    # An app of one user must not even use that user's id.
    address = "me" if user.zoom_id == user.connection.user_id else user.zoom_id
    try:
        found = ask_zoom(lambda client: client.user(address), now=now)
    except (ZoomUserUnknown, NotConnected, ConnectionLost):
        return  # told by another event, or read when connecting anew
    users.update(
        email=found.email, name=found.name[:LONGEST_NAME], is_licensed=found.type == LICENSED
    )


ALONE: dict[str, Callable[[WebhookDelivery, datetime], None]] = {
    payloads.DEAUTHORIZED: _give_up,
    payloads.USER_UPDATED: _read_user,
}
REACTIONS: dict[str, Reaction] = {
    payloads.MEETING_UPDATED: _doubt,
    payloads.MEETING_DELETED: _doubt,
    payloads.MEETING_STARTED: _start,
    payloads.MEETING_ENDED: _end,
    payloads.JOINED: _join,
    payloads.LEFT: _leave,
    **dict.fromkeys(payloads.USER_GONE, _lose_user),
    payloads.USER_ACTIVATED: _regain_user,
}
