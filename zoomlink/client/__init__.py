"""HTTP to Zoom: typed answers, one family of errors. Pure: no Django, no clock, no database.

``TokenEndpoint`` speaks OAuth, ``ZoomClient`` the REST API. What is assumed of Zoom stands here
and in ``tests/contract``, nowhere else, so that it can be corrected in one place.
"""

from zoomlink.client.answers import (
    MeetingSettings,
    MeetingSpec,
    Passcode,
    Tokens,
    ZoomMeeting,
    ZoomUser,
)
from zoomlink.client.errors import (
    ZoomAccessNotShared,
    ZoomAppMisconfigured,
    ZoomCodeRejected,
    ZoomError,
    ZoomGrantDead,
    ZoomInvalid,
    ZoomMeetingGone,
    ZoomMeetingRunning,
    ZoomNotPermitted,
    ZoomRateLimited,
    ZoomRefused,
    ZoomScopeMissing,
    ZoomTokenExpired,
    ZoomUnavailable,
    ZoomUserUnknown,
)
from zoomlink.client.links import is_join_link, is_room_link, is_start_link, origin_of
from zoomlink.client.rest import ZoomClient
from zoomlink.client.tokens import TokenEndpoint
from zoomlink.client.transport import Deadline

__all__ = [
    "Deadline",
    "MeetingSettings",
    "MeetingSpec",
    "Passcode",
    "TokenEndpoint",
    "Tokens",
    "ZoomAccessNotShared",
    "ZoomAppMisconfigured",
    "ZoomClient",
    "ZoomCodeRejected",
    "ZoomError",
    "ZoomGrantDead",
    "ZoomInvalid",
    "ZoomMeeting",
    "ZoomMeetingGone",
    "ZoomMeetingRunning",
    "ZoomNotPermitted",
    "ZoomRateLimited",
    "ZoomRefused",
    "ZoomScopeMissing",
    "ZoomTokenExpired",
    "ZoomUnavailable",
    "ZoomUser",
    "ZoomUserUnknown",
    "is_join_link",
    "is_room_link",
    "is_start_link",
    "origin_of",
]
