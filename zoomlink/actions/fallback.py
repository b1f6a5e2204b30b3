"""The company-wide room where people meet while the meeting at Zoom is not ready.

And, where there is no such room, that people are told in time of a meeting that is not ready.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
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

    @cached_property
    def is_connected(self) -> bool:
        return bool(ZoomConnection.objects.connected().exists())

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

    def is_missed(self, session: Session) -> bool:
        """Whether people who meet by Zoom have nowhere to go: neither it nor a room is ready."""
        meeting = meeting_of(session)
        is_running = meeting is not None and meeting.started_at and not meeting.ended_at
        is_there = self.link or is_running or self.is_zoom_ready(meeting)
        return meets_by_zoom(session) and not is_there

    def is_missed_now(self, session: Session, *, now: datetime) -> bool:
        """The same about its start, when they would be led to the room, if they know of a link."""
        meeting = meeting_of(session)
        if meeting is None or not (meeting.link_announced or meeting.is_at_zoom):
            return False
        is_near = self._from(session, meeting) <= now < session.starts_at + self.shown_before
        return is_near and self.is_missed(session)

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
    """The fallback as it stands; whether Zoom is connected is asked where that matters."""
    settings = MeetingSettings.objects.current()
    link = settings.fallback_link if is_room_link(settings.fallback_link) else ""
    return Fallback(
        link=link,
        shown_before=timedelta(minutes=settings.fallback_minutes),
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


def is_missed(session: Session) -> bool:
    """Whether the meeting of a session is not ready at Zoom, with no room in its place."""
    return features.is_on(FEATURE) and current().is_missed(session)


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

    And once, too, that they meet at Zoom after all, or that the meeting is not ready where
    there is no room. The number of queries grows only with what there is to tell.
    """
    if not features.is_on(FEATURE):
        return 0
    fallback, told = current(), 0
    for session in _near(now, fallback.shown_before):
        kind = _news_of(session, fallback, now)
        if kind is not None:
            told += _tell(session, kind, fallback.reason(session), now)
    return told


def _near(now: datetime, shown_before: timedelta) -> QuerySet[Session]:
    """Sessions with people that are about to start or run, and what was told of each."""
    is_near = Q(starts_at__lte=now + shown_before) | Q(meeting__started_by_host_at__isnull=False)
    people_meet = Q(status=Session.ACTIVE, service__is_online_meeting=True)
    near = coming_sessions(now).filter(is_near, people_meet)
    near = near.filter(has_confirmed_booking=True)  # type: ignore[misc]
    told = Event.objects.filter(session=OuterRef("pk"), booking=None)
    ends = told.filter(kind=Event.FALLBACK_ENDED)
    ends = ends.filter(occurred_at__gte=OuterRef("meeting__fallback_told_at"))
    not_ready = told.filter(kind=Event.MEETING_NOT_READY).order_by("-pk")
    return near.annotate(
        is_end_told=Exists(ends), not_ready=Subquery(not_ready.values("details")[:1])
    )


def _news_of(session: Session, fallback: Fallback, now: datetime) -> str | None:
    meeting = meeting_of(session)
    is_told = meeting is not None and meeting.fallback_told_at is not None
    if fallback.is_in_force(session, now=now):
        return None if is_told else Event.FALLBACK_USED
    if fallback.is_missed_now(session, now=now):
        told = session.not_ready or {}  # type: ignore[attr-defined]
        return None if told.get("revision") == session.revision else Event.MEETING_NOT_READY
    is_mended = meets_by_zoom(session) and fallback.is_zoom_ready(meeting)
    is_end_told = session.is_end_told  # type: ignore[attr-defined]
    return Event.FALLBACK_ENDED if is_told and is_mended and not is_end_told else None


@transaction.atomic(durable=True)
def _tell(session: Session, kind: str, reason: str, now: datetime) -> bool:
    """Record it for the session, which is for our side, and for each confirmed booking.

    False where another worker was first, or the session was moved meanwhile.
    """
    if not _is_first(session, kind, now):
        return False
    details = _details(session, kind, reason)
    events.record(kind, now=now, session=session, **details)
    for booking in session.bookings.confirmed().select_related("client"):
        booking.session = session
        events.record(kind, now=now, booking=booking, **details)
    return True


def _details(session: Session, kind: str, reason: str) -> dict[str, Any]:
    """Why; of a meeting not ready also of which state of the session it is told."""
    if kind == Event.FALLBACK_ENDED:
        return {}
    standing = {"revision": session.revision} if kind == Event.MEETING_NOT_READY else {}
    return {"reason": reason, **standing}


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
    if not told.exists():
        return False
    earlier = session.events.filter(kind=kind, booking=None)
    if kind == Event.MEETING_NOT_READY:
        is_as_then = Session.objects.filter(pk=session.pk, revision=session.revision).exists()
        return is_as_then and not earlier.filter(details__revision=session.revision).exists()
    return not earlier.filter(occurred_at__gte=meeting.fallback_told_at).exists()
