"""Making Zoom agree with the sessions: review finds what differs, sync mends one."""

import logging
import random
import time
import uuid
from datetime import datetime, timedelta

from django.db import transaction

from booking import events
from booking.memory import remembered
from booking.models import Event, Session
from zoomlink.actions import quota
from zoomlink.actions.conditions import coming_sessions, meeting_of, wish_for
from zoomlink.actions.steps import Step, StepTaker, next_step
from zoomlink.client import ZoomError, ZoomRateLimited
from zoomlink.errors import (
    AccountPaused,
    ClaimLost,
    ConnectionLost,
    NotConnected,
    RefreshUnderWay,
    WaitUntil,
    ZoomlinkError,
)
from zoomlink.models import Meeting, ZoomConnection
from zoomlink.wanted import WantedMeeting

logger = logging.getLogger(__name__)

# Enough to look, delete at the old host, create at the new one and follow one move.
MOST_STEPS = 5
BACKOFF = [timedelta(seconds=seconds) for seconds in (10, 30, 60, 300, 900, 3600)]
TELL_AFTER = 3  # failed attempts before the staff is told
SPREAD_SECONDS = 3
# What was noted of a meeting at one time, and says nothing of it at another.
OF_ONE_TIME = (
    *("started_by_host_at", "started_at", "ended_at"),
    *("fallback_told_at", "fallback_entered_at", "client_waits_told_at"),
)
# The staff was told of these otherwise, or they pass by themselves.
PASSING = (ConnectionLost, NotConnected, RefreshUnderWay, ClaimLost)
NOT_ITS_FAULT = (*PASSING, WaitUntil, ZoomRateLimited)


@remembered()
def review(*, now: datetime) -> list[int]:
    """Return the ids of the meetings that differ from what is wanted, soonest first.

    Writes a row for each session that should have a meeting and has none yet. The
    number of queries does not grow with the sessions.
    """
    connection = ZoomConnection.objects.current()
    if connection is not None and connection.is_paused(now):
        return []
    wishes = [(s, wish_for(s, connection, now=now)) for s in coming_sessions(now)]
    _add_rows([session for session, wish in wishes if isinstance(wish, WantedMeeting)])
    due = [(m, wish) for s, wish in wishes if (m := meeting_of(s)) is not None and m.is_due(now)]
    return [meeting.pk for meeting, wish in due if next_step(meeting, wish, connection, now=now)]


def _add_rows(sessions: list[Session]) -> None:
    """Write the missing rows. No row means that nobody was told of a link so far."""
    missing = [session for session in sessions if meeting_of(session) is None]
    if not missing:
        return
    rows = [Meeting(session=session, link_announced=False) for session in missing]
    Meeting.objects.bulk_create(rows, ignore_conflicts=True)
    written = Meeting.objects.in_bulk([s.pk for s in missing], field_name="session_id")
    for session in missing:
        session.meeting = written[session.pk]


def note_session(session: Session, *, now: datetime, is_moved: bool = False) -> int | None:
    """Write the row to reconcile for a session that something happened to; return its id.

    Called inside the transaction of the change. What made an attempt fail may be gone, so
    that the next waits no longer. What was noted of the meeting itself, such as a start by
    hand, does not outlive a move of the session. None when online meetings do not concern
    the session.
    """
    noted = {"next_attempt_at": None, "noted_at": now}
    noted |= dict.fromkeys(OF_ONE_TIME) if is_moved else {}
    if not session.service.is_online_meeting:
        meeting = Meeting.objects.filter(session=session).first()
        if meeting is None:
            return None
        Meeting.objects.filter(pk=meeting.pk).update(**noted)
        return meeting.pk
    # Whether there is a row yet, and whoever writes it meanwhile: one query.
    [written] = Meeting.objects.bulk_create(
        [Meeting(session=session, **noted)],
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=list(noted),
    )
    return written.pk


def sync_meeting(*, meeting_id: int, now: datetime) -> datetime | None:
    """Make Zoom agree with one session; harmless when it does, or when another is at it.

    Calls Zoom with no transaction open. A failure is kept on the row with the time of the
    next attempt, which is returned, and before which nothing is tried.
    """
    claim = _claim(meeting_id, now)
    if claim is None:
        return None
    try:
        _take_steps(meeting_id, claim, now)
    except (ZoomError, ZoomlinkError) as error:
        _note_limit(meeting_id, claim, error, now)
        return _note_failure(meeting_id, claim, error, now)
    _note_success(meeting_id, claim)
    return None


def _claim(meeting_id: int, now: datetime) -> uuid.UUID | None:
    claim = uuid.uuid4()
    due = Meeting.objects.due(now).filter(pk=meeting_id)
    return claim if due.update(claim=claim, claimed_until=now + Meeting.LEASE) else None


def _take_steps(meeting_id: int, claim: uuid.UUID, now: datetime) -> None:
    """Step until they agree; each step sees the session as it stands by then."""
    began = time.monotonic()
    for _step in range(MOST_STEPS):
        mine = coming_sessions(now).filter(meeting=meeting_id, meeting__claim=claim)
        session, connection = mine.first(), ZoomConnection.objects.current()
        if session is None:
            return  # over: Zoom's own record of the past is left alone
        if connection is not None and connection.paused_until and connection.is_paused(now):
            raise AccountPaused(connection.paused_until)
        wish = wish_for(session, connection, now=now)
        step: Step | None = next_step(session.meeting, wish, connection, now=now)
        if step is None:
            return
        StepTaker(session.meeting, wish, connection, now=now, began=began).take(step)


def _note_success(meeting_id: int, claim: uuid.UUID) -> None:
    Meeting.objects.filter(pk=meeting_id, claim=claim).update(
        claim=None, claimed_until=None, attempts=0, next_attempt_at=None, last_error=""
    )


def _note_limit(
    meeting_id: int, claim: uuid.UUID, error: ZoomError | ZoomlinkError, now: datetime
) -> None:
    """Spare everybody else the call that Zoom refuses until the day is over."""
    connection = ZoomConnection.objects.usable().first()
    if not isinstance(error, ZoomRateLimited) or not error.daily or connection is None:
        return
    if not error.of_host:
        ZoomConnection.objects.filter(pk=connection.pk).update(paused_until=error.retry_at)
        return
    mine = coming_sessions(now).filter(meeting=meeting_id, meeting__claim=claim).first()
    wish = wish_for(mine, connection, now=now) if mine is not None else None
    if isinstance(wish, WantedMeeting):
        quota.note_limit_reached(connection, wish.host_id, now)


@transaction.atomic(durable=True)
def _note_failure(
    meeting_id: int, claim: uuid.UUID, error: ZoomError | ZoomlinkError, now: datetime
) -> datetime | None:
    """Keep why it failed and when to try again; the staff is told once, when it looks bad."""
    logger.warning("Meeting %s: %s %s", meeting_id, type(error).__name__, error)
    mine = Meeting.objects.select_for_update().filter(pk=meeting_id, claim=claim)
    meeting = mine.first()
    if meeting is None:
        return None
    meeting.attempts += not isinstance(error, NOT_ITS_FAULT)
    meeting.claim = meeting.claimed_until = None
    meeting.next_attempt_at = _next_attempt_at(error, meeting.attempts, now)
    if meeting.noted_at is not None and meeting.noted_at > now:  # it failed for what was before
        meeting.next_attempt_at = min(meeting.next_attempt_at, now + BACKOFF[0])
    meeting.last_error = str(error)[:300]
    if _must_be_told(meeting, error):
        meeting.state = Meeting.FAILED
        reason = meeting.last_error
        events.record(Event.MEETING_FAILED, now=now, session=meeting.session, reason=reason)
    meeting.save(
        update_fields=[
            *("attempts", "claim", "claimed_until", "next_attempt_at", "last_error", "state")
        ]
    )
    return meeting.next_attempt_at


def _must_be_told(meeting: Meeting, error: ZoomError | ZoomlinkError) -> bool:
    """Whether there is no meeting to go to and none to be hoped for soon, for the first time."""
    if meeting.is_at_zoom or meeting.state == Meeting.FAILED or isinstance(error, PASSING):
        return False
    is_final = isinstance(error, ZoomError) and not error.is_temporary
    again_at = meeting.next_attempt_at
    comes_too_late = again_at is not None and again_at >= meeting.session.starts_at
    return is_final or comes_too_late or meeting.attempts >= TELL_AFTER


def _next_attempt_at(error: ZoomError | ZoomlinkError, attempts: int, now: datetime) -> datetime:
    named: datetime | None = getattr(error, "retry_at", None)
    if isinstance(error, ZoomRateLimited | WaitUntil) and named is not None and named > now:
        return named + _spread()
    if isinstance(error, ZoomRateLimited | RefreshUnderWay) and not attempts:
        return now + timedelta(seconds=1) + _spread()
    if isinstance(error, ZoomError) and not error.is_temporary:
        return now + BACKOFF[-1]
    return now + BACKOFF[min(attempts, len(BACKOFF) - 1)]


def _spread() -> timedelta:
    """Some moments more, so that those who were refused together do not come back together."""
    return timedelta(seconds=random.uniform(0, SPREAD_SECONDS))  # nosec B311
