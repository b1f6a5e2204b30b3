"""Making Zoom agree with the sessions: review finds what differs, sync mends one."""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction

from booking import events
from booking.memory import remembered
from booking.models import Event, Session
from zoomlink.actions.conditions import coming_sessions, meeting_of, wish_for
from zoomlink.actions.steps import Step, StepTaker, next_step
from zoomlink.client import ZoomError, ZoomRateLimited
from zoomlink.errors import ConnectionLost, NotConnected, RefreshUnderWay, ZoomlinkError
from zoomlink.models import Meeting, ZoomConnection
from zoomlink.wanted import WantedMeeting

logger = logging.getLogger(__name__)

# Enough to look, delete at the old host, create at the new one and follow one move.
MOST_STEPS = 5
BACKOFF = [timedelta(seconds=seconds) for seconds in (10, 30, 60, 300, 900, 3600)]
TELL_AFTER = 3  # failed attempts before the staff is told


@remembered()
def review(*, now: datetime) -> list[int]:
    """Return the ids of the meetings that differ from what is wanted, soonest first.

    Writes a row for each session that should have a meeting and has none yet. The
    number of queries does not grow with the sessions.
    """
    connection = ZoomConnection.objects.current()
    sessions = list(coming_sessions(now))
    _add_rows(sessions)
    due = [s for s in sessions if (m := meeting_of(s)) is not None and m.is_due(now)]
    return [s.meeting.pk for s in due if next_step(s.meeting, wish_for(s), connection, now=now)]


def _add_rows(sessions: list[Session]) -> None:
    missing = [
        session
        for session in sessions
        if meeting_of(session) is None and isinstance(wish_for(session), WantedMeeting)
    ]
    if not missing:
        return
    Meeting.objects.bulk_create([Meeting(session=s) for s in missing], ignore_conflicts=True)
    written = Meeting.objects.in_bulk([s.pk for s in missing], field_name="session_id")
    for session in missing:
        session.meeting = written[session.pk]


def note_session(session: Session, *, is_moved: bool = False) -> int | None:
    """Write the row to reconcile for a session that something happened to; return its id.

    Called inside the transaction of the change. What made an attempt fail may be gone, so
    that the next waits no longer. A start by hand does not outlive a move of the session.
    None when online meetings do not concern the session.
    """
    emptied = ["next_attempt_at", "started_by_host_at"] if is_moved else ["next_attempt_at"]
    if not session.service.is_online_meeting:
        meeting = Meeting.objects.filter(session=session).first()
        if meeting is None:
            return None
        Meeting.objects.filter(pk=meeting.pk).update(**dict.fromkeys(emptied))
        return meeting.pk
    # Whether there is a row yet, and whoever writes it meanwhile: one query.
    [written] = Meeting.objects.bulk_create(
        [Meeting(session=session)],
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=emptied,
    )
    return written.pk


def sync_meeting(*, meeting_id: int, now: datetime) -> None:
    """Make Zoom agree with one session; harmless when it does, or when another is at it.

    Calls Zoom with no transaction open. A failure is kept on the row with the time of
    the next attempt, before which nothing is tried.
    """
    claim = _claim(meeting_id, now)
    if claim is None:
        return
    try:
        _take_steps(meeting_id, claim, now)
    except (ZoomError, ZoomlinkError) as error:
        _note_failure(meeting_id, claim, error, now)
    else:
        _note_success(meeting_id, claim)


def _claim(meeting_id: int, now: datetime) -> uuid.UUID | None:
    claim = uuid.uuid4()
    due = Meeting.objects.due(now).filter(pk=meeting_id)
    return claim if due.update(claim=claim, claimed_until=now + Meeting.LEASE) else None


def _take_steps(meeting_id: int, claim: uuid.UUID, now: datetime) -> None:
    """Step until they agree; each step sees the session as it stands by then."""
    for _step in range(MOST_STEPS):
        mine = coming_sessions(now).filter(meeting=meeting_id, meeting__claim=claim)
        session = mine.first()
        if session is None:
            return  # over: Zoom's own record of the past is left alone
        wish, connection = wish_for(session), ZoomConnection.objects.current()
        step: Step | None = next_step(session.meeting, wish, connection, now=now)
        if step is None:
            return
        StepTaker(session.meeting, wish, connection, now=now).take(step)


def _note_success(meeting_id: int, claim: uuid.UUID) -> None:
    Meeting.objects.filter(pk=meeting_id, claim=claim).update(
        claim=None, claimed_until=None, attempts=0, next_attempt_at=None, last_error=""
    )


@transaction.atomic(durable=True)
def _note_failure(
    meeting_id: int, claim: uuid.UUID, error: ZoomError | ZoomlinkError, now: datetime
) -> None:
    """Keep why it failed and when to try again; the staff is told once, when it looks bad."""
    logger.warning("Meeting %s: %s %s", meeting_id, type(error).__name__, error)
    mine = Meeting.objects.select_for_update().filter(pk=meeting_id, claim=claim)
    meeting = mine.first()
    if meeting is None:
        return
    meeting.attempts += not isinstance(error, ConnectionLost | NotConnected | RefreshUnderWay)
    meeting.claim = meeting.claimed_until = None
    meeting.next_attempt_at = _next_attempt_at(error, meeting.attempts, now)
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


def _must_be_told(meeting: Meeting, error: ZoomError | ZoomlinkError) -> bool:
    """Whether there is no meeting to go to and none to be hoped for soon, for the first time."""
    if meeting.is_at_zoom or meeting.state == Meeting.FAILED or not isinstance(error, ZoomError):
        return False
    return not error.is_temporary or meeting.attempts >= TELL_AFTER


def _next_attempt_at(error: ZoomError | ZoomlinkError, attempts: int, now: datetime) -> datetime:
    if isinstance(error, ZoomRateLimited) and error.retry_at is not None:
        return error.retry_at
    if isinstance(error, ZoomError) and not error.is_temporary:
        return now + BACKOFF[-1]
    return now + BACKOFF[min(attempts, len(BACKOFF) - 1)]
