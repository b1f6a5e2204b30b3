"""What staff must hear before a client does."""

from django.urls import reverse
from django.utils.translation import gettext as _

from booking import features
from booking.models import Service, User
from web.desk.access import CONNECT_ZOOM
from web.desk.navigation import ONLINE_MEETINGS
from zoomlink.models import ProviderMeeting, ZoomConnection


def meeting_warning(user: User) -> dict[str, str] | None:
    """Say that online services have no meetings because Zoom is not connected, or None.

    ``url`` is the page where it is mended, empty for those who may not.
    """
    text = _what_is_wrong() if features.is_on(ONLINE_MEETINGS) else ""
    if not text:
        return None
    url = reverse("desk:online-meetings") if user.has_perm(CONNECT_ZOOM) else ""
    return {"text": text, "url": url}


def _what_is_wrong() -> str:
    connection = ZoomConnection.objects.current()
    if connection is not None and connection.is_connected:
        return ""
    if connection is not None:
        return _("Zoom needs reconnecting: online bookings get no new meetings until then.")
    needs_zoom = Service.objects.active().filter(
        is_online_meeting=True, providers__meeting_choice__engine=ProviderMeeting.ZOOM
    )
    without_choice = Service.objects.active().filter(
        is_online_meeting=True, providers__meeting_choice=None
    )
    if needs_zoom.exists() or without_choice.exists():
        return _("Zoom is not connected: online bookings are kept, but without a meeting.")
    return ""
