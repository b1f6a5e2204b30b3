"""Whether and how a session should have a Zoom meeting. Pure: facts in, a verdict out."""

import enum
from dataclasses import dataclass
from datetime import datetime

from zoomlink.client import MeetingSettings, MeetingSpec

LONGEST_TOPIC = 200


@dataclass(frozen=True)
class SessionFacts:
    """What a session says of its meeting; times are aware."""

    topic: str
    starts_at: datetime
    ends_at: datetime
    is_active: bool
    has_confirmed_booking: bool


@dataclass(frozen=True)
class Conditions:
    """What must hold besides. ``host_id`` is the provider's Zoom user, "" where none is chosen."""

    is_feature_on: bool
    is_service_online: bool
    meets_by_zoom: bool
    host_id: str


class Verdict(enum.Enum):
    """NO_MEETING: delete it. LEAVE_ALONE: neither make, change nor delete one now."""

    NO_MEETING = "no meeting"
    LEAVE_ALONE = "leave alone"


@dataclass(frozen=True)
class WantedMeeting:
    """A meeting of ``host_id`` at Zoom."""

    host_id: str
    topic: str
    starts_at: datetime
    duration_minutes: int

    @property
    def as_sent(self) -> dict[str, str | int]:
        """The part that is compared with what Zoom last accepted, as JSON."""
        return {
            "topic": self.topic,
            "starts_at": self.starts_at.isoformat(),
            "duration_minutes": self.duration_minutes,
        }

    def spec(self, agenda: str, *, now: datetime) -> MeetingSpec:
        """The request to Zoom. A session that already runs gets a meeting that starts now."""
        return MeetingSpec(
            topic=self.topic,
            starts_at=max(self.starts_at, now.replace(microsecond=0)),
            duration_minutes=self.duration_minutes,
            agenda=agenda,
            # Our own page is the waiting room; a client who is let through must not
            # then stand before a second door that only the host can open.
            settings=MeetingSettings(join_before_host=True, waiting_room=False),
        )


def wanted(session: SessionFacts, conditions: Conditions) -> WantedMeeting | Verdict:
    """Say what Zoom should have for a session under these conditions.

    While the feature is off nothing is made or changed, but what was cancelled is
    still deleted.
    """
    if not (session.is_active and session.has_confirmed_booking):
        return Verdict.NO_MEETING
    if not conditions.is_feature_on:
        return Verdict.LEAVE_ALONE
    if not (conditions.is_service_online and conditions.meets_by_zoom and conditions.host_id):
        return Verdict.NO_MEETING
    return WantedMeeting(
        host_id=conditions.host_id,
        topic=session.topic[:LONGEST_TOPIC],
        starts_at=session.starts_at,
        duration_minutes=_whole_minutes(session),
    )


def _whole_minutes(session: SessionFacts) -> int:
    return max(1, round((session.ends_at - session.starts_at).total_seconds() / 60))
