"""What can go wrong with Zoom, by what the caller can do about it."""

from datetime import datetime
from typing import TypedDict, Unpack


class Circumstances(TypedDict, total=False):
    """What every error of Zoom's carries beside its text."""

    status: int | None
    code: int | str | None
    tracking_id: str | None
    outcome_unknown: bool


class ZoomError(Exception):
    """Zoom did not do what was asked.

    The text is fit for staff and logs: it holds no token, passcode or link. ``status`` is the HTTP
    status, ``code`` Zoom's number (or the OAuth error name), ``tracking_id`` what Zoom's support
    asks for. ``outcome_unknown``: the request may have been carried out all the same.
    ``is_temporary``: the same wish may succeed later without anybody changing a setting.
    """

    is_temporary = False

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        code: int | str | None = None,
        tracking_id: str | None = None,
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.tracking_id = tracking_id
        self.outcome_unknown = outcome_unknown


class ZoomRefused(ZoomError):
    """Zoom said no, for a reason that has no class of its own."""


class ZoomUnavailable(ZoomError):
    """No usable answer: timeout, no connection, a failure of Zoom's own, or not JSON."""

    is_temporary = True


class ZoomRateLimited(ZoomError):
    """Too many calls.

    ``retry_at`` (aware, UTC) is None where Zoom does not say; ``daily`` limits end at 00:00 UTC.
    ``of_host``: not the account's limit, but that of 100 meetings a day for one host.
    """

    is_temporary = True

    def __init__(
        self,
        message: str = "",
        *,
        retry_at: datetime | None = None,
        daily: bool = False,
        of_host: bool = False,
        **facts: Unpack[Circumstances],
    ) -> None:
        super().__init__(message, **facts)
        self.retry_at = retry_at
        self.daily = daily
        self.of_host = of_host


class ZoomTokenExpired(ZoomError):
    """The access token has expired or was replaced: refresh once, ask once more."""

    is_temporary = True


class ZoomGrantDead(ZoomError):
    """The refresh token is used, revoked or out of date: somebody must authorise again."""


class ZoomCodeRejected(ZoomError):
    """The authorisation code is used, too old or not ours: start the authorisation again."""


class ZoomAppMisconfigured(ZoomError):
    """Client id, secret or redirect address are not those of the app at Zoom."""


class ZoomAccessNotShared(ZoomError):
    """The token reaches only what belongs to the person who authorised."""


class ZoomScopeMissing(ZoomError):
    """The app lacks a scope; ``scopes`` are those Zoom named. No refresh helps."""

    def __init__(
        self,
        message: str = "",
        *,
        scopes: frozenset[str] = frozenset(),
        **facts: Unpack[Circumstances],
    ) -> None:
        super().__init__(message, **facts)
        self.scopes = scopes


class ZoomUserUnknown(ZoomError):
    """No such user in this Zoom account (or none any more)."""


class ZoomMeetingGone(ZoomError):
    """The meeting was deleted or has expired."""


class ZoomMeetingRunning(ZoomError):
    """The meeting is in progress; end it first, which takes Zoom a moment."""

    is_temporary = True


class ZoomInvalid(ZoomError):
    """Zoom does not accept a value; ``fields`` names those it pointed at."""

    def __init__(
        self,
        message: str = "",
        *,
        fields: tuple[str, ...] = (),
        **facts: Unpack[Circumstances],
    ) -> None:
        super().__init__(message, **facts)
        self.fields = fields


class ZoomNotPermitted(ZoomError):
    """The account, its plan or the host's role does not allow it."""
