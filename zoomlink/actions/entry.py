"""The page behind a link: what it shows now, and where it leads when it is time."""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from booking import features
from booking.models import Booking, Session, User
from zoomlink import oauth
from zoomlink.actions import fallback
from zoomlink.actions.conditions import FEATURE, choice_of, meeting_of
from zoomlink.actions.connection import ask_zoom
from zoomlink.actions.links import host_links_for
from zoomlink.client import Deadline, ZoomError, ZoomMeetingGone, is_join_link, is_room_link
from zoomlink.errors import CannotEnter, ConnectionLost, MeetingNotReady, ZoomlinkError
from zoomlink.models import Meeting, ProviderMeeting

GRACE = timedelta(minutes=60)


class Phase(enum.StrEnum):
    """What the page behind a link says."""

    WAITING = "waiting"
    OPEN = "open"
    NOT_READY = "not_ready"
    NO_LINK = "no_link"
    OFFLINE = "offline"
    CANCELLED = "cancelled"
    NOT_CONFIRMED = "not_confirmed"
    EMPTY = "empty"
    OVER = "over"


@dataclass(frozen=True)
class Door:
    """A link as it stands at one moment. ``destination`` is set only while OPEN.

    ``is_fallback``: whoever is let in now meets in the fallback room.
    """

    phase: Phase
    session: Session
    booking: Booking | None
    destination: str = ""
    is_fallback: bool = False

    @property
    def is_host(self) -> bool:
        return self.booking is None

    @property
    def may_be_entered(self) -> bool:
        """Whether somebody gets in now or later: nothing but time stands in the way."""
        return self.phase in (Phase.WAITING, Phase.OPEN, Phase.NOT_READY)


def door_behind(token: str, *, now: datetime) -> Door | None:
    """Return what a *join* or *host* token opens now; None for an unknown token.

    None, too, while the feature is off: then no such page exists.
    """
    if not features.is_on(FEATURE):
        return None
    booking = _bookings().filter(join_token=token).first()
    if booking is not None:
        return _door(booking.session, booking, now)
    session = _sessions().filter(host_token=token).first()
    return None if session is None else _door(session, None, now)


def _bookings() -> QuerySet[Booking]:
    return Booking.objects.select_related(
        "client",
        "meeting_visit",
        "session__service",
        "session__provider__meeting_choice__zoom_user",
        "session__meeting",
    )


def _sessions() -> QuerySet[Session]:
    confirmed = Booking.objects.confirmed().filter(session=OuterRef("pk"))
    return Session.objects.select_related(
        "service", "provider__meeting_choice__zoom_user", "meeting"
    ).annotate(has_confirmed_booking=Exists(confirmed))


def _door(session: Session, booking: Booking | None, now: datetime) -> Door:
    closed = _closed_phase(session, booking, now)
    if closed is not None:
        return Door(closed, session, booking)
    room = fallback.room_of(session, now=now)
    if now < session.starts_at and not _is_started_early(session):
        return Door(Phase.WAITING, session, booking, is_fallback=bool(room))
    destination = room or own_link_of(session) or _join_link(session)
    phase = Phase.OPEN if destination else Phase.NOT_READY
    return Door(phase, session, booking, destination, is_fallback=bool(room))


def _closed_phase(session: Session, booking: Booking | None, now: datetime) -> Phase | None:
    """Why nobody gets in at all, whatever the time."""
    if not session.is_active or (booking is not None and not booking.takes_seats):
        return Phase.CANCELLED
    if booking is not None and not booking.is_confirmed:
        return Phase.NOT_CONFIRMED
    if not session.service.is_online_meeting:
        return Phase.OFFLINE
    if now >= session.ends_at + GRACE:
        return Phase.OVER
    if not host_links_for([session]):
        return Phase.NO_LINK
    if booking is None and not session.has_confirmed_booking:  # type: ignore[attr-defined]
        return Phase.EMPTY
    return None


def _is_started_early(session: Session) -> bool:
    meeting = meeting_of(session)
    return meeting is not None and meeting.started_by_host_at is not None


def own_link_of(session: Session) -> str:
    """The provider's own address, where that is how they meet; otherwise ""."""
    choice = choice_of(session)
    if choice is None or choice.engine != ProviderMeeting.OWN_LINK:
        return ""
    return choice.own_link if is_room_link(choice.own_link) else ""


def may_lead_anywhere(session: Session) -> bool:
    """Whether people may be sent to an address that is not Zoom's, now or by the time they go."""
    return bool(own_link_of(session)) or (
        fallback.meets_by_zoom(session) and bool(fallback.current().link)
    )


def _join_link(session: Session) -> str:
    """The address at Zoom that everybody but the host is sent to; "" while there is none."""
    meeting = _ready_meeting(session)
    is_trusted = meeting is not None and is_join_link(meeting.join_url, oauth.trusted_origins())
    return meeting.join_url if meeting is not None and is_trusted else ""


def _ready_meeting(session: Session) -> Meeting | None:
    """The meeting at Zoom, as far as people meet there and it is ready."""
    meeting = meeting_of(session)
    if meeting is None or not fallback.meets_by_zoom(session):
        return None
    return meeting if meeting.state == Meeting.READY and meeting.is_at_zoom else None


def may_enter_as_host(session: Session, user: User) -> bool:
    """The session's provider, or staff who may change bookings."""
    if not (user.is_authenticated and user.is_staff and user.is_active):
        return False
    own = getattr(user, "provider", None)
    if own is not None and own.pk == session.provider_id:
        return True
    return user.has_perms(["booking.change_booking", "booking.see_all_bookings"])


def enter_as_host(door: Door, *, now: datetime) -> str:
    """Open the meeting, early if need be, and return where its host is sent.

    The start link is fetched at this moment: Zoom lets it live two hours, and whoever
    holds it is the host. Raises MeetingNotReady where the meeting is yet to be made: the
    start is noted, and makes it wanted. Raises CannotEnter when nothing was started.
    """
    if not (door.is_host and door.may_be_entered):
        raise CannotEnter
    address = "" if door.is_fallback else _start_link(door.session, now)
    if not address:
        return _enter_elsewhere(door.session, now)
    _note_start(door.session, now)
    return address


def _enter_elsewhere(session: Session, now: datetime) -> str:
    """The own link, or the fallback room, where everybody then follows the host."""
    session.meeting = meeting = _note_start(session, now)
    if own_link := own_link_of(session):
        return own_link
    if not (room := fallback.room_of(session, now=now)):
        raise MeetingNotReady(meeting.pk)
    first = Meeting.objects.filter(pk=meeting.pk, fallback_entered_at=None)
    first.update(fallback_entered_at=now)
    return room


def _start_link(session: Session, now: datetime) -> str:
    """The host's own way in, fresh from Zoom; "" where no meeting is ready there after all."""
    meeting = _ready_meeting(session)
    if meeting is None or meeting.zoom_id is None:
        return ""
    zoom_id = meeting.zoom_id
    try:
        deadline = Deadline(oauth.PAGE_SECONDS)
        return ask_zoom(lambda client: client.start_url(zoom_id), now=now, deadline=deadline)
    except ZoomMeetingGone:
        _note_gone(meeting, now)
    except ConnectionLost:  # by now all that this connection made is unlinked
        pass
    except (ZoomError, ZoomlinkError) as error:
        raise CannotEnter from error
    return ""


def _note_gone(meeting: Meeting, now: datetime) -> None:
    """Somebody deleted it at Zoom: it is looked for, and made anew, for which it gets its time."""
    deleted = Meeting.objects.filter(pk=meeting.pk, zoom_id=meeting.zoom_id)
    deleted.update(state=Meeting.UNLINKED, must_verify=True, noted_at=now)


def _note_start(session: Session, now: datetime) -> Meeting:
    """From now on waiting clients are let through; the first start counts.

    Somebody waits, so whatever is still to be done at Zoom waits no longer.
    """
    Meeting.objects.get_or_create(session=session, defaults={"link_announced": False})
    mine = Meeting.objects.filter(session=session)
    mine.filter(started_by_host_at=None).update(started_by_host_at=now)
    mine.try_at_once()
    return mine.get()
