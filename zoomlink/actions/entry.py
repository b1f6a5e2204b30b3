"""The page behind a link: what it shows now, and where it leads when it is time."""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from booking import features
from booking.models import Booking, Session, User
from zoomlink import oauth
from zoomlink.actions.conditions import FEATURE, choice_of, meeting_of
from zoomlink.actions.connection import ask_zoom
from zoomlink.actions.links import host_links_for
from zoomlink.client import ZoomError, ZoomMeetingGone, is_join_link
from zoomlink.errors import CannotEnter, ZoomlinkError
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
    """A link as it stands at one moment. ``destination`` is set only while OPEN."""

    phase: Phase
    session: Session
    booking: Booking | None
    destination: str = ""

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
        "session__service",
        "session__provider__meeting_choice__zoom_user",
        "session__meeting",
    )


def _sessions() -> QuerySet[Session]:
    return Session.objects.select_related(
        "service", "provider__meeting_choice__zoom_user", "meeting"
    )


def _door(session: Session, booking: Booking | None, now: datetime) -> Door:
    closed = _closed_phase(session, booking, now)
    if closed is not None:
        return Door(closed, session, booking)
    if now < session.starts_at and not _is_started_early(session):
        return Door(Phase.WAITING, session, booking)
    destination = _destination(session)
    phase = Phase.OPEN if destination else Phase.NOT_READY
    return Door(phase, session, booking, destination)


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
    if booking is None and not session.bookings.confirmed().exists():
        return Phase.EMPTY
    return None


def _is_started_early(session: Session) -> bool:
    meeting = meeting_of(session)
    return meeting is not None and meeting.started_by_host_at is not None


def own_link_of(session: Session) -> str:
    """The provider's own address, where that is how they meet; otherwise ""."""
    choice = choice_of(session)
    is_own = choice is not None and choice.engine == ProviderMeeting.OWN_LINK
    return choice.own_link if choice is not None and is_own else ""


def _destination(session: Session) -> str:
    """The address everybody but the host is sent to; "" while there is none."""
    meeting = meeting_of(session)
    if own_link := own_link_of(session):
        return own_link
    if meeting is None or meeting.state != Meeting.READY:
        return ""
    return meeting.join_url if is_join_link(meeting.join_url, oauth.trusted_origins()) else ""


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
    holds it is the host. Raises CannotEnter with a text for people.
    """
    if not (door.is_host and door.may_be_entered):
        raise CannotEnter
    address = own_link_of(door.session) or _start_link(door.session, now)
    _note_start(door.session, now)
    return address


def _start_link(session: Session, now: datetime) -> str:
    meeting = meeting_of(session)
    if meeting is None or meeting.zoom_id is None or meeting.state != Meeting.READY:
        raise CannotEnter
    zoom_id = meeting.zoom_id
    try:
        return ask_zoom(lambda client: client.start_url(zoom_id), now=now)
    except ZoomMeetingGone as error:
        # Somebody deleted it at Zoom: unlinked, it is looked for, and made anew.
        deleted = Meeting.objects.filter(pk=meeting.pk, zoom_id=zoom_id)
        deleted.update(state=Meeting.UNLINKED)
        raise CannotEnter from error
    except (ZoomError, ZoomlinkError) as error:
        raise CannotEnter from error


def _note_start(session: Session, now: datetime) -> None:
    """From now on waiting clients are let through; the first start counts."""
    meeting, _is_new = Meeting.objects.get_or_create(session=session)
    Meeting.objects.filter(pk=meeting.pk, started_by_host_at=None).update(started_by_host_at=now)
