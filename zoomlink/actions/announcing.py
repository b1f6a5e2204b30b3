"""Telling people that their booking has a link now, or no longer has one."""

import enum
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from booking import events, features
from booking.memory import remembered
from booking.models import Booking, Event, Session
from zoomlink.actions.conditions import FEATURE, choice_of, coming_sessions, meeting_of
from zoomlink.actions.links import host_links_for
from zoomlink.models import Meeting, ProviderMeeting


class News(enum.Enum):
    """What people are to be told of a session's link, or what is to be remembered silently."""

    ADDED = Event.LINK_ADDED
    REMOVED = Event.LINK_REMOVED
    HAS_LINK = "has a link, as they were told"
    HAS_NONE = "has no link, as they were told"


@remembered()
def announce(*, now: datetime) -> int:
    """Record a link that was added or removed after people were told otherwise; how many.

    One event for each session, which is for its provider, and one for each of its confirmed
    bookings. A booking that is new is only remembered: its confirmation tells how it stands.
    A connection that is lost removes no link, since it will be mended; nor does the feature
    while it is off, since then nothing of meetings is told at all.
    """
    _forget_empty(now)
    confirmed = coming_sessions(now).filter(has_confirmed_booking=True)  # type: ignore[misc]
    sessions = list(confirmed)
    linked = host_links_for(sessions)
    is_on = features.is_on(FEATURE)
    told = 0
    for session in sessions:
        news = _news_of(session, has_link=session.pk in linked, is_on=is_on)
        if news is not None:
            told += _tell(session, news, now)
    return told


def note_newcomer(session: Session) -> None:
    """Remember that not everybody knows of a link: somebody joined a class while there is none.

    So it is told when it comes back. Called inside the transaction of the booking.
    """
    if not (session.service.is_class and session.service.is_online_meeting):
        return
    known = Meeting.objects.filter(session=session, link_announced=True)
    if known.exists() and not host_links_for([session]):
        known.update(link_announced=False)


def _news_of(session: Session, *, has_link: bool, is_on: bool) -> News | None:
    known = _known(session)
    if known is None:
        return News.HAS_LINK if has_link else News.HAS_NONE
    if has_link and not known:
        return News.ADDED
    return News.REMOVED if known and is_on and _is_met_elsewhere(session) else None


def _known(session: Session) -> bool | None:
    """What people were told; without a row it was not online when booked, so of no link."""
    meeting = meeting_of(session)
    return False if meeting is None else meeting.link_announced


def _is_met_elsewhere(session: Session) -> bool:
    """Whether somebody decided that this is no online meeting (any more)."""
    choice = choice_of(session)
    has_no_way = choice is None or choice.engine == ProviderMeeting.NONE
    return not session.service.is_online_meeting or has_no_way


@transaction.atomic(durable=True)
def _tell(session: Session, news: News, now: datetime) -> bool:
    """Remember what people know, and record what they are to be told, once."""
    knows = news in (News.ADDED, News.HAS_LINK)
    if meeting_of(session) is None:
        Meeting.objects.get_or_create(session=session, defaults={"link_announced": False})
    before = Meeting.objects.filter(session=session, link_announced=_known(session))
    if not before.update(link_announced=knows) or news in (News.HAS_LINK, News.HAS_NONE):
        return False
    events.record(news.value, now=now, session=session)
    for booking in session.bookings.confirmed().select_related("client"):
        booking.session = session
        events.record(news.value, now=now, booking=booking)
    return True


def _forget_empty(now: datetime) -> None:
    """Forget what nobody knows any more: who books next is told by the confirmation."""
    told = Meeting.objects.filter(link_announced__isnull=False, session__ends_at__gt=now)
    confirmed = Booking.objects.confirmed().filter(session=OuterRef("session"))
    told.filter(~Exists(confirmed)).update(link_announced=None)
