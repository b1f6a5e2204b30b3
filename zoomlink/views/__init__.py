"""The way to Zoom and back, the page behind every meeting link, and Zoom's own calls."""

from zoomlink.views.connection import authorize, callback, logout
from zoomlink.views.meeting import meeting, meeting_enter, meeting_status
from zoomlink.views.webhook import webhook

__all__ = [
    "authorize",
    "callback",
    "logout",
    "meeting",
    "meeting_enter",
    "meeting_status",
    "webhook",
]
