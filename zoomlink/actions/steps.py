"""What is to be done next so that Zoom and a session agree, and doing it."""

import enum
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TypeVar

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
from zoomlink.wanted import Verdict, WantedMeeting

T = TypeVar("T")
Wish = WantedMeeting | Verdict


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
    if connection is None or not connection.is_connected:
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
    if meeting.state == Meeting.UNLINKED:
        return Step.VERIFY
    # Zoom ignores a start in the past: what has begun is left as it is.
    if wish.as_sent != meeting.sent and wish.starts_at > now:
        return Step.CHANGE
    return None


class StepTaker:
    """Takes steps for one meeting, keeping each result under the claim it was given.

    A worker that overran its lease finds its claim replaced, and stores nothing.
    """

    def __init__(
        self, meeting: Meeting, wish: Wish, connection: ZoomConnection | None, *, now: datetime
    ):
        self.meeting, self.wish, self.connection, self.now = meeting, wish, connection, now

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
        self._keep(
            state=Meeting.ABSENT,
            connection=None,
            zoom_id=None,
            host_id="",
            join_url="",
            sent={},
            is_uncertain=False,
        )

    def _adopt(self, found: ZoomMeeting, sent: Mapping[str, str | int]) -> None:
        self._keep(
            state=Meeting.READY,
            connection=self.connection,
            zoom_id=found.id,
            host_id=found.host_id,
            join_url=found.join_url,
            sent=sent,
            is_uncertain=False,
            last_error="",
        )

    def _ask(self, operation: Callable[[ZoomClient], T]) -> T:
        return ask_zoom(operation, now=self.now)

    def _create(self) -> None:
        """Note the intention first: who dies in the call leaves a trace to look after."""
        assert isinstance(self.wish, WantedMeeting)
        wish, meeting = self.wish, self.meeting
        intention = {"is_uncertain": True, "host_id": wish.host_id, "connection": self.connection}
        if not self._keep(**intention):
            raise ClaimLost
        spec = wish.spec(meeting.agenda, now=self.now)
        try:
            made = self._ask(lambda client: client.create_meeting(wish.host_id, spec))
        except (ZoomError, ZoomlinkError) as error:
            if not getattr(error, "outcome_unknown", False):
                self._keep(is_uncertain=False)
            raise
        self._adopt(made, wish.as_sent)

    def _look(self) -> None:
        """Find what an unfinished creation left among the host's meetings."""
        meeting = self.meeting
        try:
            listed = self._ask(lambda client: client.meetings_of(meeting.host_id))
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
        self._read(self._zoom_id)

    def _read(self, zoom_id: int) -> None:
        """Take over what Zoom has. The rows of its lists would not do: they lack the passcode."""
        try:
            found = self._ask(lambda client: client.meeting(zoom_id))
        except (ZoomMeetingGone, ZoomUserUnknown):
            self._forget()
        else:
            self._adopt(found, _as_sent(found))

    def _delete(self) -> None:
        with suppress(ZoomUserUnknown):  # whoever left Zoom took their meetings along
            self._ask(partial(delete, zoom_id=self._zoom_id))
        self._forget()

    def _change(self) -> None:
        """Change, and read back: the join link may be another one afterwards."""
        assert isinstance(self.wish, WantedMeeting)
        wish, zoom_id = self.wish, self._zoom_id
        spec = wish.spec(self.meeting.agenda, now=self.now)

        def change(client: ZoomClient) -> ZoomMeeting:
            client.update_meeting(zoom_id, spec)
            return client.meeting(zoom_id)

        try:
            self._adopt(self._ask(change), wish.as_sent)
        except (ZoomMeetingGone, ZoomUserUnknown):
            self._forget()

    @property
    def _zoom_id(self) -> int:
        assert self.meeting.zoom_id is not None, "these steps are for meetings at Zoom"
        return self.meeting.zoom_id


def delete(client: ZoomClient, zoom_id: int) -> None:
    """Delete a meeting; one that still runs is ended first. Gone already is as good."""
    try:
        client.delete_meeting(zoom_id)
    except ZoomMeetingRunning:
        client.end_meeting(zoom_id)
        client.delete_meeting(zoom_id)


def _as_sent(found: ZoomMeeting) -> dict[str, str | int]:
    """What Zoom has, in the form that is compared with what is wanted."""
    return {
        "topic": found.topic,
        "starts_at": found.starts_at.isoformat() if found.starts_at else "",
        "duration_minutes": found.duration_minutes,
    }
