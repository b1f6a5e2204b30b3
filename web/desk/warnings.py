"""What staff must hear before a client does."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import features
from booking.memory import recall
from booking.models import Booking, Session, User
from web.desk.access import CONNECT_ZOOM, may_manage_webhooks
from web.desk.navigation import ONLINE_MEETINGS
from webhooks.kinds import FEATURE as WEBHOOKS
from webhooks.models import Endpoint
from zoomlink.models import MeetingSettings, ProviderMeeting, ZoomConnection

Told = dict[str, str]
_NOT_CONNECTED = "none"


def meeting_banner(user: User) -> Told | None:
    """Say that coming online bookings have no meeting because Zoom is not connected, or None.

    Asked once in a request. ``url`` is the page where it is mended, empty for those who may
    not connect Zoom; they are told no more than they need.
    """
    if not features.is_on(ONLINE_MEETINGS):
        return None
    state = recall("meeting-banner", lambda: _state_that_matters(timezone.now()))
    if state is None:
        return None
    has_fallback = bool(MeetingSettings.objects.current().fallback_link)
    if user.has_perm(CONNECT_ZOOM):
        text = _what_is_wrong(state)
        if has_fallback:
            text = " ".join((text, _("Their people are led to the fallback room.")))
        return {"text": text, "url": reverse("desk:online-meetings")}
    if has_fallback:
        return None
    text = _("Online meetings are not available at present.")
    if state == ZoomConnection.LOST:
        text = _("Online meetings are not available at present; an administrator has been told.")
    return {"text": text, "url": ""}


def webhook_banner(user: User) -> Told | None:
    """Say which programs are told of nothing any more, to who can mend it; or None."""
    if not (features.is_on(WEBHOOKS) and may_manage_webhooks(user)):
        return None
    names = list(Endpoint.objects.paused().in_order().values_list("name", flat=True))
    if not names:
        return None
    text = _("Webhooks are paused, nothing is sent: %(names)s.") % {"names": ", ".join(names)}
    return {"text": text, "url": reverse("desk:webhooks")}


def _state_that_matters(now: datetime) -> str | None:
    """The state in which Zoom gives no links, if any coming booking needs one; one query."""
    confirmed = Booking.objects.confirmed().filter(session=OuterRef("pk"))
    in_force = ZoomConnection.objects.filter(is_current=True).values("state")
    without = (
        Session.objects.active()
        .filter(
            ~Exists(ZoomConnection.objects.connected()),
            Exists(confirmed),
            starts_at__gt=now,
            service__is_online_meeting=True,
        )
        .exclude(provider__meeting_choice__engine=ProviderMeeting.OWN_LINK)
    )
    for state in without.values_list(Subquery(in_force[:1]), flat=True)[:1]:
        return state or _NOT_CONNECTED
    return None


def _what_is_wrong(state: str) -> str:
    if state == ZoomConnection.LOST:
        return _("Zoom needs reconnecting: online bookings get no new meetings until then.")
    if state == ZoomConnection.LEAVING:
        return _("Zoom is being logged out: online bookings are kept, but without a meeting.")
    return _("Zoom is not connected: online bookings are kept, but without a meeting.")


def why_no_link(user: User, session: Session) -> Told | None:
    """Say why an online session without a link has none; None where none is needed.

    The session comes with its provider and service.
    """
    if not (features.is_on(ONLINE_MEETINGS) and session.service.is_online_meeting):
        return None
    url = reverse("desk:online-meetings") if user.has_perm(CONNECT_ZOOM) else ""
    return {"text": " ".join((_("No link at present."), _reason(session))), "url": url}


def _reason(session: Session) -> str:
    connection = ZoomConnection.objects.current()
    if connection is None or not connection.is_connected:
        return _what_is_wrong(connection.state if connection else _NOT_CONNECTED)
    facts = {"provider": session.provider.name}
    choice = ProviderMeeting.objects.filter(provider=session.provider_id).first()
    if choice is None or choice.engine == ProviderMeeting.NONE:
        return _("It is not chosen yet how %(provider)s meets clients online.") % facts
    if choice.zoom_user_id is None:
        return _("No Zoom user is chosen for %(provider)s.") % facts
    return _("The Zoom user of %(provider)s is no longer at Zoom.") % facts
