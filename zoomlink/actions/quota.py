"""The creations and changes that Zoom grants each host a day."""

from datetime import datetime

from zoomlink.models import ZoomConnection


def claim_write(connection: ZoomConnection, host_id: str, *, soon: bool, now: datetime) -> None:
    """Placeholder until the counting lands."""


def note_limit_reached(connection: ZoomConnection, host_id: str, now: datetime) -> None:
    """Placeholder until the counting lands."""
