"""Which of our own links people get: one source for pages, mails, reports and API."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Q, QuerySet

from booking import features
from booking.links import meeting_url
from booking.models import Booking, Session
from zoomlink.actions.conditions import FEATURE
from zoomlink.models import MeetingSettings, ProviderMeeting, ZoomConnection

CLIENT, PROVIDER = "client", "provider"


@dataclass(frozen=True)
class MeetingLink:
    """An absolute address of ours, and the session's time (aware)."""

    url: str
    starts_at: datetime
    ends_at: datetime


def links_for(bookings: Iterable[Booking], *, viewer: str) -> dict[int, MeetingLink]:
    """The link of each booking, by its id, for CLIENT or PROVIDER; no key where there is none.

    A link needs the feature, an online service, a provider who can be met online, and a
    confirmed booking; it does not need Zoom to have answered yet. Bookings come with
    session, service and provider loaded; the number of queries does not grow with them.
    """
    confirmed = [b for b in bookings if b.is_confirmed and b.session.is_active]
    able = _sessions_with_links(booking.session for booking in confirmed)
    return {
        booking.pk: _link(booking.session, _token(booking, viewer))
        for booking in confirmed
        if booking.session_id in able
    }


def host_links_for(sessions: Iterable[Session]) -> dict[int, MeetingLink]:
    """The provider's link of each active session, by its id; as ``links_for``."""
    active = [session for session in sessions if session.is_active]
    able = _sessions_with_links(active)
    return {s.pk: _link(s, s.host_token) for s in active if s.pk in able}


def _token(booking: Booking, viewer: str) -> str:
    return booking.join_token if viewer == CLIENT else booking.session.host_token


def _link(session: Session, token: str) -> MeetingLink:
    return MeetingLink(meeting_url(token), session.starts_at, session.ends_at)


def _sessions_with_links(sessions: Iterable[Session]) -> set[int]:
    online = [session for session in sessions if session.service.is_online_meeting]
    able = _providers_met_online({session.provider_id for session in online})
    return {session.pk for session in online if session.provider_id in able}


def _providers_met_online(provider_ids: set[int]) -> set[int]:
    """Nobody without the feature: it is asked in the same query."""
    if not provider_ids:
        return set()
    able = met_online().filter(features.condition(FEATURE), provider__in=provider_ids)
    return set(able.values_list("provider_id", flat=True))


def met_online() -> QuerySet[ProviderMeeting]:
    """Choices that lead somewhere: an own link, or a Zoom user of the connected account.

    Where there is a fallback room, whoever meets by Zoom is led there if need be.
    """
    is_at_zoom = Q(zoom_user__is_missing=False) & Exists(ZoomConnection.objects.connected())
    has_fallback = Exists(MeetingSettings.objects.exclude(fallback_link=""))
    return ProviderMeeting.objects.filter(
        Q(engine=ProviderMeeting.OWN_LINK)
        | Q(engine=ProviderMeeting.ZOOM) & (is_at_zoom | Q(has_fallback))
    )
