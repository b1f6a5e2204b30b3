"""Whether and how a session should have a Zoom meeting. Pure: facts in, a verdict out."""

import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from zoomlink.client import MeetingSettings, MeetingSpec, Passcode

LONGEST_TOPIC = 200


@dataclass(frozen=True)
class SessionFacts:
    """What a session says of its meeting; times are aware."""

    topic: str
    starts_at: datetime
    ends_at: datetime
    is_active: bool
    has_confirmed_booking: bool
    is_started_by_host: bool = False


@dataclass(frozen=True)
class HeldAs:
    """How a meeting is held. ``auto_recording`` None follows the host's own setting at Zoom."""

    # Our own page is the waiting room; a client who is let through must not
    # then stand before a second door that only the host can open.
    waiting_room: bool = False
    join_before_host: bool = True
    auto_recording: str | None = None
    passcode: Passcode = Passcode.AS_AT_ZOOM

    @property
    def settings(self) -> MeetingSettings:
        """What is sent to Zoom, where a waiting room rules out joining before the host."""
        return MeetingSettings(
            join_before_host=self.join_before_host and not self.waiting_room,
            waiting_room=self.waiting_room,
            auto_recording=self.auto_recording,
        )


@dataclass(frozen=True)
class Conditions:
    """What must hold besides.

    ``host_id`` is the provider's Zoom user, "" where none is chosen or the one chosen is
    gone. ``lead`` is how long before its start a meeting is made, None for at booking.
    ``is_leaving``: the connection is being given up, and what is to come deleted before.
    """

    is_feature_on: bool
    is_service_online: bool
    meets_by_zoom: bool
    host_id: str
    held_as: HeldAs = field(default_factory=HeldAs)
    lead: timedelta | None = None
    is_leaving: bool = False

    @property
    def is_met_at_zoom(self) -> bool:
        return self.is_service_online and self.meets_by_zoom and bool(self.host_id)


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
    held_as: HeldAs = field(default_factory=HeldAs)

    @property
    def as_sent(self) -> dict[str, Any]:
        """The part that is compared with what Zoom last accepted, as JSON.

        Not the passcode: it is decided once, and a new one would cost everybody the link.
        """
        return {
            "topic": self.topic,
            "starts_at": self.starts_at.isoformat(),
            "duration_minutes": self.duration_minutes,
            "settings": compared(self.held_as.settings),
        }

    def spec(self, agenda: str, *, now: datetime) -> MeetingSpec:
        """The request to Zoom. A session that already runs gets a meeting that starts now."""
        return MeetingSpec(
            topic=self.topic,
            starts_at=max(self.starts_at, now.replace(microsecond=0)),
            duration_minutes=self.duration_minutes,
            agenda=agenda,
            settings=self.held_as.settings,
            passcode=self.held_as.passcode,
        )


def compared(settings: MeetingSettings) -> dict[str, bool | str]:
    """The settings that are ours to decide, as JSON; without what is left to the host's own."""
    ours = {
        "waiting_room": settings.waiting_room,
        "join_before_host": settings.join_before_host,
        "auto_recording": settings.auto_recording,
    }
    return {name: value for name, value in ours.items() if value is not None}


def wanted(
    session: SessionFacts, conditions: Conditions, *, now: datetime
) -> WantedMeeting | Verdict:
    """Say what Zoom should have for a session under these conditions at ``now`` (aware).

    While the feature is off nothing is made or changed, but what was cancelled is still
    deleted. A meeting in which people may sit is not taken away for a change of settings.
    """
    if not (session.is_active and session.has_confirmed_booking):
        return Verdict.NO_MEETING
    unwanted = Verdict.NO_MEETING if now < session.starts_at else Verdict.LEAVE_ALONE
    if conditions.is_leaving:
        return unwanted
    if not conditions.is_feature_on:
        return Verdict.LEAVE_ALONE
    if not conditions.is_met_at_zoom or not _is_time(session, conditions.lead, now):
        return unwanted
    return WantedMeeting(
        host_id=conditions.host_id,
        topic=session.topic[:LONGEST_TOPIC],
        starts_at=session.starts_at,
        duration_minutes=_whole_minutes(session),
        held_as=conditions.held_as,
    )


def _is_time(session: SessionFacts, lead: timedelta | None, now: datetime) -> bool:
    return lead is None or session.is_started_by_host or now >= session.starts_at - lead


def _whole_minutes(session: SessionFacts) -> int:
    return max(1, round((session.ends_at - session.starts_at).total_seconds() / 60))
