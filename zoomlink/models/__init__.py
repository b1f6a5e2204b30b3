"""What is known of Zoom: the connection, its users, who is who, and the meetings."""

from zoomlink.models.attendance import MeetingVisit, Participation
from zoomlink.models.connection import ZoomConnection, ZoomUser
from zoomlink.models.mapping import ProviderMeeting
from zoomlink.models.meetings import Meeting, MeetingQuerySet
from zoomlink.models.records import Audit, HostDay, Trial, WebhookDelivery
from zoomlink.models.settings import AS_AT_ZOOM, MeetingSettings, ServiceMeetingSettings

__all__ = [
    "AS_AT_ZOOM",
    "Audit",
    "HostDay",
    "Meeting",
    "MeetingQuerySet",
    "MeetingSettings",
    "MeetingVisit",
    "Participation",
    "ProviderMeeting",
    "ServiceMeetingSettings",
    "Trial",
    "WebhookDelivery",
    "ZoomConnection",
    "ZoomUser",
]
