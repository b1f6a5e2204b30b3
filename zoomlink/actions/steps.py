"""What is to be done next so that Zoom and a session agree, and doing it."""

import enum
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

from booking import events
from booking.models import Event
from zoomlink.actions import quota
from zoomlink.actions.connection import ask_zoom
from zoomlink.client import (
    ZoomClient,
    ZoomError,
    ZoomMeeting,
    ZoomMeetingGone,
    ZoomMeetingRunning,
    ZoomUserUnknown,
)
from zoomlink.errors import ClaimLost, ZoomlinkError
from zoomlink.models import Meeting, ZoomConnection
from zoomlink.wanted import Verdict, WantedMeeting, compared

# So long before the start a meeting is read once more, in time to make it anew.
LAST_LOOK = timedelta(minutes=15)
SOON = timedelta(hours=24)
# Beside what was sent: settings that the account locks, which Zoom drops without a word
# ("Update a meeting" in its reference answers 204), each as it was wished and as it became.
OVERRULED = "overruled"

T = TypeVar("T")
Wish = WantedMeeting | Verdict


NOTHING_AT_ZOOM: dict[str, Any] = {
    "state": Meeting.ABSENT,
    "connection": None,
    "zoom_id": None,
    "host_id": "",
    "join_url": "",
    "sent": {},
    "is_uncertain": False,
    "must_verify": False,
    "verified_at": None,
}


class Step(enum.Enum):
    UNLINK = "note that Zoom cannot be reached for it"
    FORGET = "forget what another account had"
    LOOK = "look whether a creation went through"
    VERIFY = "see whether it is still there"
    DELETE = "delete"
    CREATE = "create"
    CHANGE = "change"


def next_step(
    meeting: Meeting, wish: Wish, connection: ZoomConnection | None, *, now: datetime
) -> Step | None:
    """Compare what is wanted with what is remembered; None when they agree."""
    if connection is None or not connection.is_usable:
        return Step.UNLINK if meeting.state == Meeting.READY else None
    if meeting.connection_id not in (None, connection.pk):
        return Step.FORGET
    if wish is Verdict.LEAVE_ALONE:
        return None
    if meeting.is_uncertain:
        return Step.LOOK
    if not meeting.is_at_zoom:
        if wish is Verdict.NO_MEETING:
            return Step.FORGET if meeting.state != Meeting.ABSENT else None
        return Step.CREATE
    if not isinstance(wish, WantedMeeting) or wish.host_id != meeting.host_id:
        return Step.DELETE
    return _step_at_zoom(meeting, wish, now)


def _step_at_zoom(meeting: Meeting, wish: WantedMeeting, now: datetime) -> Step | None:
    """What a wanted meeting needs that stands at Zoom as far as we know."""
    # Zoom ignores a start in the past: what has begun is left as it is.
    if meeting.state == Meeting.READY and _differs(wish, meeting.sent) and wish.starts_at > now:
        return Step.CHANGE  # which reads it, too, and does not wait for a reading that fails
    is_doubtful = (
        meeting.state == Meeting.UNLINKED or meeting.must_verify or meeting.verified_at is None
    )
    return Step.VERIFY if is_doubtful or _needs_last_look(meeting, wish, now) else None


def _differs(wish: WantedMeeting, sent: Mapping[str, Any]) -> bool:
    return wish.as_sent != {name: value for name, value in sent.items() if name != OVERRULED}


def _needs_last_look(meeting: Meeting, wish: WantedMeeting, now: datetime) -> bool:
    """Whether the start is near, and nobody looked since: somebody may have deleted it."""
    looked_from = wish.starts_at - LAST_LOOK
    seen_at = meeting.verified_at
    return now >= looked_from and (seen_at is None or seen_at < looked_from)


class StepTaker:
    """Takes steps for one meeting, keeping each result under the claim it was given.

    A worker that overran its lease finds its claim replaced, and stores nothing. ``began`` is
    what the monotonic clock showed at ``now``: other steps may have been taken since.
    """

    def __init__(
        self,
        meeting: Meeting,
        wish: Wish,
        connection: ZoomConnection | None,
        *,
        now: datetime,
        began: float,
    ):
        self.meeting, self.wish, self.connection, self.now = meeting, wish, connection, now
        self._began = began

    def take(self, step: Step) -> None:
        """Raises a ZoomError or ZoomlinkError; what was stored until then stays."""
        actions: dict[Step, Callable[[], None]] = {
            Step.UNLINK: self._unlink,
            Step.FORGET: self._forget,
            Step.LOOK: self._look,
            Step.VERIFY: self._verify,
            Step.DELETE: self._delete,
            Step.CREATE: self._create,
            Step.CHANGE: self._change,
        }
        actions[step]()

    def _keep(self, **columns: object) -> bool:
        """Whether it was kept: not when another worker has taken the meeting over."""
        mine = Meeting.objects.filter(pk=self.meeting.pk, claim=self.meeting.claim)
        return bool(mine.update(**columns))

    def _unlink(self) -> None:
        self._keep(state=Meeting.UNLINKED)

    def _forget(self) -> None:
        self._keep(**NOTHING_AT_ZOOM)

    @transaction.atomic(durable=True)
    def _forget_deleted(self) -> None:
        """Forget what somebody deleted at Zoom, and note that: it will be made anew."""
        if self._keep(**NOTHING_AT_ZOOM, noted_at=self.now):
            session, zoom_id = self.meeting.session, self.meeting.zoom_id
            events.record(Event.MEETING_GONE, now=self.now, session=session, zoom_id=zoom_id)

    def _accept(self, made: ZoomMeeting) -> None:
        """Take over what Zoom made of our wish: what it did not follow is not asked again."""
        wished, has = compared(self._wish.held_as.settings), compared(made.settings)
        pairs = {name: [value, has[name]] for name, value in wished.items() if name in has}
        overruled = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        self._adopt(made, {**self._wish.as_sent, **({OVERRULED: overruled} if overruled else {})})

    def _adopt(self, found: ZoomMeeting, sent: Mapping[str, Any]) -> None:
        self._keep(
            state=Meeting.READY,
            connection=self.connection,
            zoom_id=found.id,
            host_id=found.host_id,
            join_url=found.join_url,
            sent=sent,
            is_uncertain=False,
            verified_at=self._moment(),
            last_error="",
        )

    def _moment(self) -> datetime:
        """The time by now: what Zoom tells of changes is compared with the last reading."""
        return self.now + timedelta(seconds=time.monotonic() - self._began)

    def _address(self, host_id: str) -> str:
        return self.connection.address_of(host_id) if self.connection else host_id

    def _ask(self, operation: Callable[[ZoomClient], T]) -> T:
        return ask_zoom(operation, now=self.now)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count one creation or change of the host's day; raises QuotaUsedUp.

        Not one that Zoom never got to: the attempts of an outage would use up the day.
        """
        wish, connection = self._wish, self.connection
        assert connection is not None, "nothing is written without a connection"
        is_soon = wish.starts_at <= self.now + SOON
        quota.claim_write(connection, wish.host_id, soon=is_soon, now=self.now)
        try:
            yield
        except (ZoomError, ZoomlinkError) as error:
            if _was_never_heard(error):
                quota.give_back(connection, wish.host_id, now=self.now)
            raise

    def _create(self) -> None:
        """Note the intention first: who dies in the call leaves a trace to look after."""
        with self._counted():
            self._accept(self._made())

    def _made(self) -> ZoomMeeting:
        wish, host = self._wish, self._address(self._wish.host_id)
        intention = {"is_uncertain": True, "host_id": wish.host_id, "connection": self.connection}
        if not self._keep(**intention):
            raise ClaimLost
        spec = wish.spec(self.meeting.agenda, now=self.now)
        try:
            return self._ask(lambda client: client.create_meeting(host, spec))
        except (ZoomError, ZoomlinkError) as error:
            if not getattr(error, "outcome_unknown", False):
                self._keep(is_uncertain=False)
            raise

    def _look(self) -> None:
        """Find what an unfinished creation left among the host's meetings."""
        meeting, host = self.meeting, self._address(self.meeting.host_id)
        try:
            listed = self._ask(lambda client: client.meetings_of(host))
        except ZoomUserUnknown:  # whoever left Zoom took their meetings along
            listed = []
        ours = [found for found in listed if found.agenda.startswith(meeting.agenda)]
        for twin in ours[1:]:
            self._ask(partial(delete, zoom_id=twin.id))
        if ours:
            self._read(ours[0].id)
        else:
            self._forget()

    def _verify(self) -> None:
        """Read it. What somebody changes while Zoom is asked raises a doubt of its own.

        Until it is read it counts as never read: so it stays where a worker dies over it.
        """
        self._keep(must_verify=False, verified_at=None)
        self._read(self._zoom_id)

    def _read(self, zoom_id: int) -> None:
        """Take over what Zoom has. The rows of its lists would not do: they lack the passcode."""
        try:
            found = self._ask(lambda client: client.meeting(zoom_id))
        except (ZoomMeetingGone, ZoomUserUnknown):
            self._forget_deleted()
        else:
            overruled = self.meeting.sent.get(OVERRULED, {})
            self._adopt(found, _as_sent(found, self.wish, overruled))

    def _delete(self) -> None:
        with suppress(ZoomUserUnknown):  # whoever left Zoom took their meetings along
            self._ask(partial(delete, zoom_id=self._zoom_id))
        self._forget()

    def _change(self) -> None:
        """Change, and read back: the join link may be another one afterwards."""
        zoom_id = self._zoom_id
        spec = self._wish.spec(self.meeting.agenda, now=self.now)
        try:
            with self._counted():
                self._ask(lambda client: client.update_meeting(zoom_id, spec))
            # Where it cannot be read back now, that is done again, and not the change.
            self._keep(sent=self._wish.as_sent, verified_at=None)
            found = self._ask(lambda client: client.meeting(zoom_id))
            self._accept(found)
        except (ZoomMeetingGone, ZoomUserUnknown):
            self._forget_deleted()

    @property
    def _zoom_id(self) -> int:
        assert self.meeting.zoom_id is not None, "these steps are for meetings at Zoom"
        return self.meeting.zoom_id

    @property
    def _wish(self) -> WantedMeeting:
        assert isinstance(self.wish, WantedMeeting), "these steps are for wanted meetings"
        return self.wish


def _was_never_heard(error: ZoomError | ZoomlinkError) -> bool:
    """Whether a call failed before Zoom did or weighed anything: unsent, or turned away."""
    if isinstance(error, ZoomError):
        return error.is_temporary and not error.outcome_unknown
    return True


def delete(client: ZoomClient, zoom_id: int) -> None:
    """Delete a meeting; one that still runs is ended first. Gone already is as good."""
    try:
        client.delete_meeting(zoom_id)
    except ZoomMeetingRunning:
        client.end_meeting(zoom_id)
        client.delete_meeting(zoom_id)


def _as_sent(
    found: ZoomMeeting, wish: Wish, overruled: Mapping[str, list[bool | str]]
) -> dict[str, Any]:
    """What Zoom has, in the form that is compared with ``wish``.

    Of the settings only those count that are wished: others are left to the host. Nor those
    that stand as Zoom ``overruled`` this wish before.
    """
    has = compared(found.settings)
    wished = compared(wish.held_as.settings) if isinstance(wish, WantedMeeting) else {}
    still = {
        name for name, value in wished.items() if overruled.get(name) == [value, has.get(name)]
    }
    sent: dict[str, Any] = {
        "topic": found.topic,
        "starts_at": found.starts_at.isoformat() if found.starts_at else "",
        "duration_minutes": found.duration_minutes,
        "settings": {n: value if n in still else has.get(n) for n, value in wished.items()},
    }
    return sent | ({OVERRULED: {name: overruled[name] for name in still}} if still else {})
