"""What the settings page says of the connection to Zoom."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from booking.models import Event
from zoomlink.actions import meetings_to_come
from zoomlink.models import ZoomConnection


@dataclass(frozen=True)
class Parting:
    """How the last *Logout* ended: whether Zoom confirmed it, what was left there."""

    event: Event

    @property
    def is_revoked(self) -> bool | None:
        """None where it was not noted."""
        return self.event.details.get("is_revoked")

    @property
    def left_behind(self) -> int:
        """Meetings of coming sessions that were not deleted at Zoom."""
        return self.event.details.get("left_behind", 0)


@dataclass(frozen=True)
class ConnectionCard:
    """The connection in force, if any, and what can be done about it now."""

    connection: ZoomConnection | None
    parting: Parting | None
    is_configured: bool
    to_delete: int = 0
    meant_to_delete: int = 0

    @classmethod
    def of(cls, connection: ZoomConnection | None, *, now: datetime) -> "ConnectionCard":
        to_delete = meant = 0
        if connection is not None and connection.is_leaving:
            to_delete = meetings_to_come(connection, now=now).count()
            begun = _last(Event.ZOOM_LEAVING)
            meant = max(to_delete, begun.details.get("meetings", 0) if begun else 0)
        ended = _last(Event.ZOOM_DISCONNECTED) if connection is None else None
        return cls(
            connection=connection,
            parting=Parting(ended) if ended else None,
            is_configured=bool(settings.ZOOM_CLIENT_ID),
            to_delete=to_delete,
            meant_to_delete=meant,
        )

    @property
    def deleted(self) -> int:
        return self.meant_to_delete - self.to_delete

    @property
    def may_authorize(self) -> bool:
        """Nothing is connected, or it works no more."""
        is_free = self.connection is None or self.connection.state == ZoomConnection.LOST
        return is_free and self.is_configured


def _last(kind: str) -> Event | None:
    return Event.objects.filter(kind=kind).select_related("actor").order_by("-pk").first()
