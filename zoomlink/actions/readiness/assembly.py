"""Looking at every condition, in a number of queries that does not grow."""

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from booking import features
from booking.models import Provider, Service, Session
from zoomlink.actions.collisions import collisions
from zoomlink.actions.conditions import FEATURE
from zoomlink.actions.quota import next_day, quota_of_day
from zoomlink.actions.readiness.general import general_checks, heard_events
from zoomlink.actions.readiness.pairs import Facts, choice_of, pairs_of
from zoomlink.actions.readiness.reports import Check, HostCalls, Level, Mend, Readiness
from zoomlink.models import Meeting, ProviderMeeting, ZoomConnection, ZoomUser

MOST_TROUBLED = 20


def check_readiness(*, now: datetime) -> Readiness:
    """Say how every condition of online meetings stands at ``now`` (aware). Zoom is not asked."""
    if not features.is_on(FEATURE):
        text = _("Online video meetings are switched off: nobody gets a link.")
        return Readiness([Check(Level.BROKEN, text, Mend.FEATURES)])
    services, connection = list(_online_services()), ZoomConnection.objects.current()
    users = _users(services)
    facts = Facts(
        connection=connection,
        used=quota_of_day(connection, now) if connection else {},
        collisions=collisions(now) if users else {},
        now=now,
    )
    heard = heard_events()
    without_zoom = Level.BROKEN if users else Level.READY if services else Level.WARNING
    return Readiness(
        general=list(general_checks(connection, heard, without_zoom=without_zoom, now=now)),
        pairs=[pair for service in services for pair in pairs_of(service, facts)],
        calls=_calls(facts, users),
        resets_at=next_day(now),
        troubled=list(_troubled(now)[:MOST_TROUBLED]),
        heard=heard,
    )


def _online_services() -> QuerySet[Service]:
    choice = "meeting_choice__zoom_user"
    providers = Provider.objects.active().in_order().select_related(choice)
    online = Service.objects.active().filter(is_online_meeting=True).in_order()
    return online.prefetch_related(Prefetch("providers", queryset=providers))


def _users(services: list[Service]) -> list[ZoomUser | None]:
    """The Zoom user of everybody who meets by Zoom; None where none is chosen."""
    choices = [choice_of(provider) for service in services for provider in service.providers.all()]
    return [c.zoom_user for c in choices if c is not None and c.engine == ProviderMeeting.ZOOM]


def _calls(facts: Facts, users: list[ZoomUser | None]) -> list[HostCalls]:
    """Of whoever may host meetings, and whoever did today; most used first."""
    if facts.connection is None:
        return []
    names = {user.zoom_id: str(user) for user in users if user is not None}
    if others := set(facts.used) - set(names):
        known = ZoomUser.objects.filter(connection=facts.connection, zoom_id__in=others)
        names |= {host: host for host in others} | {user.zoom_id: str(user) for user in known}
    rows = [HostCalls(name, facts.used.get(host, 0)) for host, name in names.items()]
    return sorted(rows, key=lambda row: (-row.used, row.host))


def _troubled(now: datetime) -> QuerySet[Meeting]:
    """Coming meetings that failed, or that wait for another attempt; soonest first."""
    return (
        Meeting.objects.filter(Q(state=Meeting.FAILED) | ~Q(last_error=""))
        .filter(session__ends_at__gt=now, session__status=Session.ACTIVE)
        .select_related("session__service", "session__provider")
        .defer("join_url")
        .order_by("session__starts_at", "pk")
    )
