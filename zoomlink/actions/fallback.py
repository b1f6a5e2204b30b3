"""The company-wide room where people meet while the meeting at Zoom is not ready."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from booking import events, features
from booking.memory import remembered
from booking.models import Booking, Event, Session
from zoomlink.actions.conditions import FEATURE, choice_of, coming_sessions, meeting_of
from zoomlink.client import is_room_link
from zoomlink.models import (
    Meeting,
    MeetingSettings,
    MeetingVisit,
    ProviderMeeting,
    ZoomConnection,
)

# What was just booked, moved or started by hand has so long to get its meeting at Zoom.
CHANCE = timedelta(minutes=2)
EARLIEST = timedelta(minutes=60)  # before the start; the most that the settings take


@dataclass(frozen=True)
class Fallback:
    """The room, "" for none, and what else decides about it for every session alike."""

    link: str
    shown_before: timedelta
    is_connected: bool

    def is_in_force(self, session: Session, *, now: datetime) -> bool:
        """Whether people meet in the room now, as far as the session is not over.

        Once its host is there it stays so, also when the meeting at Zoom becomes ready. Needs
        ``session`` with its meeting, and its provider's choice with the Zoom user.
        """
        meeting = meeting_of(session)
        if not self.link or not meets_by_zoom(session):
            return False
        if meeting is not None and meeting.fallback_entered_at is not None:
            return True
        return not self.is_zoom_ready(meeting) and now >= self._from(session, meeting)

    def is_zoom_ready(self, meeting: Meeting | None) -> bool:
        return self.is_connected and meeting is not None and meeting.state == Meeting.READY

    def reason(self, session: Session) -> str:
        """Why it is needed, for the staff."""
        meeting = meeting_of(session)
        if not self.is_connected:
            return _("Zoom is not connected.")
        if not _has_zoom_user(session):
            return _("The provider has no Zoom user.")
        error = meeting.last_error if meeting is not None else ""
        return error or _("The meeting at Zoom is not ready.")

    def _from(self, session: Session, meeting: Meeting | None) -> datetime:
        """From when on nobody waits for Zoom any longer: at once where there is no hope."""
        chance = CHANCE if self.is_connected and _has_zoom_user(session) else timedelta(0)
        shown_from = session.starts_at - self.shown_before
        if meeting is not None and meeting.started_by_host_at is not None:
            shown_from = min(shown_from, meeting.started_by_host_at + chance)
        if meeting is None or meeting.noted_at is None:
            return shown_from
        return max(shown_from, meeting.noted_at + chance)


def current() -> Fallback:
    """The fallback as it stands; whether Zoom is connected is asked only where there is one."""
    settings = MeetingSettings.objects.current()
    link = settings.fallback_link if is_room_link(settings.fallback_link) else ""
    return Fallback(
        link=link,
        shown_before=timedelta(minutes=settings.fallback_minutes),
        is_connected=bool(link) and ZoomConnection.objects.connected().exists(),
    )


def room_of(session: Session, *, now: datetime) -> str:
    """The room, exactly as stored, where the people of a session meet now; otherwise ""."""
    meeting = meeting_of(session)
    is_started = meeting is not None and meeting.started_by_host_at is not None
    if not meets_by_zoom(session) or not (is_started or now >= session.starts_at - EARLIEST):
        return ""  # without a query, which is the rule
    fallback = current()
    return fallback.link if fallback.is_in_force(session, now=now) else ""


def room_with_people(session: Session, *, now: datetime) -> str:
    """The room, where clients were led before Zoom was ready after all; otherwise ""."""
    meeting = meeting_of(session)
    if meeting is None or meeting.fallback_told_at is None or room_of(session, now=now):
        return ""
    led_there = MeetingVisit.objects.filter(
        booking__session=session,
        booking__state=Booking.CONFIRMED,
        entered_at__gte=meeting.fallback_told_at,
    )
    return current().link if led_there.exists() else ""


def meets_by_zoom(session: Session) -> bool:
    choice = choice_of(session)
    return choice is not None and choice.engine == ProviderMeeting.ZOOM


def _has_zoom_user(session: Session) -> bool:
    choice = choice_of(session)
    user = choice.zoom_user if choice is not None else None
    return user is not None and not user.is_missing


@remembered()
def watch(*, now: datetime) -> int:
    """Record that people meet in the room, once for each time of a session; how many sessions.

    And once, too, that they meet at Zoom after all. The number of queries grows only with
    what there is to tell.
    """
    fallback = current()
    if not (fallback.link and features.is_on(FEATURE)):
        return 0
    told = 0
    for session in _near(now, fallback.shown_before):
        kind = _news_of(session, fallback, now)
        if kind is not None:
            told += _tell(session, kind, fallback.reason(session), now)
    return told


def _near(now: datetime, shown_before: timedelta) -> QuerySet[Session]:
    """Sessions with people that are about to start or run, and whether an end was told."""
    is_near = Q(starts_at__lte=now + shown_before) | Q(meeting__started_by_host_at__isnull=False)
    people_meet = Q(status=Session.ACTIVE, service__is_online_meeting=True)
    near = coming_sessions(now).filter(is_near, people_meet)
    near = near.filter(has_confirmed_booking=True)  # type: ignore[misc]
    ends = Event.objects.filter(kind=Event.FALLBACK_ENDED, session=OuterRef("pk"))
    ends = ends.filter(occurred_at__gte=OuterRef("meeting__fallback_told_at"))
    return near.annotate(is_end_told=Exists(ends))


def _news_of(session: Session, fallback: Fallback, now: datetime) -> str | None:
    meeting = meeting_of(session)
    is_told = meeting is not None and meeting.fallback_told_at is not None
    if fallback.is_in_force(session, now=now):
        return None if is_told else Event.FALLBACK_USED
    is_mended = meets_by_zoom(session) and fallback.is_zoom_ready(meeting)
    is_end_told = session.is_end_told  # type: ignore[attr-defined]
    return Event.FALLBACK_ENDED if is_told and is_mended and not is_end_told else None


@transaction.atomic(durable=True)
def _tell(session: Session, kind: str, reason: str, now: datetime) -> bool:
    """Record it for the session, which is for its provider, and for each confirmed booking.

    False where another worker was first, or the session was moved meanwhile.
    """
    if not _is_first(session, kind, now):
        return False
    details: dict[str, Any] = {"reason": reason} if kind == Event.FALLBACK_USED else {}
    events.record(kind, now=now, session=session, **details)
    for booking in session.bookings.confirmed().select_related("client"):
        booking.session = session
        events.record(kind, now=now, booking=booking, **details)
    return True


def _is_first(session: Session, kind: str, now: datetime) -> bool:
    meeting, _is_new = Meeting.objects.get_or_create(
        session=session, defaults={"link_announced": False}
    )
    if kind == Event.FALLBACK_USED:
        untold = Meeting.objects.filter(pk=meeting.pk, fallback_told_at=None)
        return bool(untold.update(fallback_told_at=now))
    told = Meeting.objects.select_for_update().filter(
        pk=meeting.pk, fallback_told_at=meeting.fallback_told_at
    )
    ends = session.events.filter(kind=kind, occurred_at__gte=meeting.fallback_told_at)
    return told.exists() and not ends.exists()
