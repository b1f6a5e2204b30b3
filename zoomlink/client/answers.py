"""What is asked of Zoom and what it answers, as our own types."""

import enum
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Self

from zoomlink.client.links import is_api_origin, is_join_link

SCHEDULED = 2
# Without those that are taken for one another.
LETTERS, DIGITS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"

# The account's own defaults would mail guests and alternative hosts, or put everybody into the
# host's personal room. "Settings" in Zoom's Meetings API reference, create a meeting.
FIXED_SETTINGS = {
    "use_pmi": False,
    "registrants_email_notification": False,
    "registrants_confirmation_email": False,
    "email_notification": False,
    "alternative_hosts_email_notification": False,
}


@dataclass(frozen=True)
class Tokens:
    """A pair of tokens.

    ``expires_in`` is in seconds from now. ``api_url`` is the regional base of the REST API, as
    ``https://api-eu.zoom.us/v2``, and None where Zoom named none or one that is not Zoom's.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    scopes: frozenset[str]
    api_url: str | None

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """Read the token endpoint's answer.

        Raises KeyError, TypeError or ValueError when something is missing.
        """
        return cls(
            access_token=_required_text(body["access_token"]),
            refresh_token=_required_text(body["refresh_token"]),
            expires_in=int(body["expires_in"]),
            scopes=frozenset(str(body.get("scope") or "").split()),
            api_url=_api_url(str(body.get("api_url") or "")),
        )


@dataclass(frozen=True)
class MeetingSettings:
    """Settings of one meeting; those left at None follow the host's own defaults at Zoom."""

    host_video: bool | None = None
    participant_video: bool | None = None
    mute_upon_entry: bool | None = None
    join_before_host: bool | None = None
    jbh_time: int | None = None
    waiting_room: bool | None = None
    auto_recording: str | None = None
    meeting_authentication: bool | None = None
    auto_start_meeting_summary: bool | None = None

    @classmethod
    def from_json(cls, body: object) -> Self:
        """Read what Zoom has under ``settings``; what it does not say is None."""
        told = body if isinstance(body, Mapping) else {}
        return cls(**{each.name: told.get(each.name) for each in fields(cls)})

    def as_json(self) -> dict[str, bool | int | str]:
        """Return the object to send under ``settings``."""
        chosen = {name: value for name, value in asdict(self).items() if value is not None}
        return {**FIXED_SETTINGS, **chosen}


class Passcode(enum.StrEnum):
    """Whether a new meeting has a passcode: as the host's settings at Zoom say, always or never."""

    AS_AT_ZOOM = "zoom"
    ALWAYS = "always"
    NEVER = "never"

    def as_json(self) -> dict[str, str | bool]:
        """Return the fields that a creation sends ("Create a meeting" in Zoom's reference).

        A passcode is 10 characters at most, of letters, digits and ``@-_*``; accounts may
        demand letters and digits, and refuse runs.
        """
        if self is Passcode.ALWAYS:
            return {"password": new_passcode()}
        return {"default_password": False} if self is Passcode.NEVER else {}


def new_passcode() -> str:
    """Return 10 random characters, letters and digits in turn: no run, no word, 34 bits."""
    pairs = (secrets.choice(LETTERS) + secrets.choice(DIGITS) for _pair in range(5))
    return "".join(pairs)


@dataclass(frozen=True)
class MeetingSpec:
    """A meeting as it should be. ``starts_at`` is aware; Zoom keeps whole seconds.

    Texts are sent as they are: Zoom takes 200 characters of topic and 2000 of agenda. The
    ``passcode`` is decided when a meeting is created, and left alone by updates.
    """

    topic: str
    starts_at: datetime
    duration_minutes: int
    agenda: str = ""
    settings: MeetingSettings = field(default_factory=MeetingSettings)
    passcode: Passcode = Passcode.AS_AT_ZOOM

    def __post_init__(self) -> None:
        if self.starts_at.utcoffset() is None:
            raise ValueError("starts_at needs a time zone")

    def as_json(self) -> dict[str, Any]:
        """Return the body of a create or an update: always scheduled, always UTC."""
        return {
            "topic": self.topic,
            "type": SCHEDULED,
            "start_time": self.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "duration": self.duration_minutes,
            "agenda": self.agenda,
            "settings": self.settings.as_json(),
        }


@dataclass(frozen=True)
class ZoomUser:
    """A user of the connected account. ``type`` 1 is Basic, 2 Licensed; texts may be empty."""

    id: str
    account_id: str
    email: str
    name: str
    type: int
    status: str
    timezone: str

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """Read a user. Raises KeyError, TypeError or ValueError without id, e-mail or type."""
        email = _required_text(body["email"])
        return cls(
            id=_required_text(body["id"]),
            account_id=_text(body, "account_id"),
            email=email,
            name=_name(body) or email,
            type=int(body["type"]),
            status=_text(body, "status"),
            timezone=_text(body, "timezone"),
        )


@dataclass(frozen=True)
class ZoomMeeting:
    """A meeting as Zoom has it. Start links are never part of it.

    ``join_url`` is empty when what Zoom gave is no link to follow. ``status`` is ``waiting`` or
    ``started``, and empty where Zoom does not say (after creating, and in lists). ``type`` 2 is
    scheduled, 1 instant. Lists cut the agenda to 250 characters and lack the settings.
    """

    id: int
    uuid: str
    host_id: str
    topic: str
    type: int
    starts_at: datetime | None
    duration_minutes: int
    join_url: str = field(repr=False)
    agenda: str
    status: str
    settings: MeetingSettings = field(default_factory=MeetingSettings)

    @classmethod
    def from_json(cls, body: Mapping[str, Any], trusted_origins: Collection[str]) -> Self:
        """Read a meeting. Raises KeyError, TypeError or ValueError without an id."""
        join_url = _text(body, "join_url")
        return cls(
            id=int(body["id"]),
            uuid=_text(body, "uuid"),
            host_id=_text(body, "host_id"),
            topic=_text(body, "topic"),
            type=int(body.get("type") or 0),
            starts_at=_moment(_text(body, "start_time")),
            duration_minutes=int(body.get("duration") or 0),
            join_url=join_url if is_join_link(join_url, trusted_origins) else "",
            agenda=_text(body, "agenda"),
            status=_text(body, "status"),
            settings=MeetingSettings.from_json(body.get("settings")),
        )


def _api_url(origin: str) -> str | None:
    if not is_api_origin(origin):
        return None
    return f"{origin.rstrip('/').removesuffix('/v2')}/v2"


def _name(body: Mapping[str, Any]) -> str:
    parts = f"{_text(body, 'first_name')} {_text(body, 'last_name')}"
    return _text(body, "display_name") or parts.strip()


def _text(body: Mapping[str, Any], key: str) -> str:
    return str(body.get(key) or "")


def _required_text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is missing")
    return value


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.utcoffset() is not None else None
