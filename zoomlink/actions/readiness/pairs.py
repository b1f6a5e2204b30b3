"""What each online service lacks with each of its providers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Provider, Service
from zoomlink.actions.collisions import Collision
from zoomlink.actions.quota import LIMIT
from zoomlink.actions.readiness.reports import NEARLY_USED, Check, Level, Mend, Pair, written
from zoomlink.models import ProviderMeeting, ZoomConnection, ZoomUser

BASIC_MINUTES = 40  # after which Zoom ends a meeting whose host has no licence


@dataclass(frozen=True)
class Facts:
    """What was read once for all pairs: calls by Zoom's id of the host, collisions by ours."""

    connection: ZoomConnection | None
    used: dict[str, int]
    collisions: dict[int, Collision]
    now: datetime


def choice_of(provider: Provider) -> ProviderMeeting | None:
    return getattr(provider, "meeting_choice", None)


def pairs_of(service: Service, facts: Facts) -> Iterator[Pair]:
    """A service comes with its active providers, they with their choices."""
    providers = list(service.providers.all())
    if not providers:
        text = _("Nobody offers this service.")
        yield Pair(service, None, [Check(Level.WARNING, text, Mend.SERVICE)])
    for provider in providers:
        yield Pair(service, provider, _checks(service, provider, facts))


def _checks(service: Service, provider: Provider, facts: Facts) -> list[Check]:
    choice = choice_of(provider)
    if choice is None or choice.engine == ProviderMeeting.NONE:
        text = _("No way of meeting is chosen for this provider: clients get no link.")
        return [Check(Level.BROKEN, text, Mend.PROVIDERS)]
    if choice.engine == ProviderMeeting.OWN_LINK:
        return [Check(Level.READY, _("Meets by an own link."))]
    user = choice.zoom_user
    missing = _missing(user, facts.connection)
    if missing is not None:
        return [missing]
    assert user is not None, "who is missing was told"
    ready = Check(Level.READY, _("Meets by Zoom as %(user)s.") % {"user": user})
    return list(_shortcomings(service, user, facts)) or [ready]


def _missing(user: ZoomUser | None, connection: ZoomConnection | None) -> Check | None:
    """Why Zoom can have no meeting of this provider; None where it can."""
    if connection is None or not connection.is_connected:
        return Check(Level.BROKEN, _("Meets by Zoom, which is not connected."), Mend.CONNECTION)
    if user is None:
        text = _("Meets by Zoom, but no Zoom user is chosen: no meetings are made.")
        return Check(Level.BROKEN, text, Mend.PROVIDERS)
    if user.is_missing:
        text = _("Zoom no longer offers the user %(user)s: no meetings are made.")
        return Check(Level.BROKEN, text % {"user": user}, Mend.PROVIDERS)
    return None


def _shortcomings(service: Service, user: ZoomUser, facts: Facts) -> Iterator[Check]:
    """What is not well with a Zoom user who can be met."""
    if not user.is_licensed and service.duration_minutes > BASIC_MINUTES:
        text = _(
            "%(user)s is a Basic user: Zoom ends the meetings after 40 minutes, and this service "
            "takes %(minutes)s minutes. Give the user a licence at Zoom, then refresh the users "
            "here."
        )
        names = {"user": user, "minutes": service.duration_minutes}
        yield Check(Level.WARNING, text % names, Mend.USERS)
    if collision := facts.collisions.get(user.pk):
        yield Check(Level.WARNING, _colliding(user, collision), Mend.PROVIDERS)
    used = facts.used.get(user.zoom_id, 0)
    if used >= NEARLY_USED:
        text = _("Of the %(limit)s new or changed meetings a day, %(user)s has used %(used)s.")
        yield Check(Level.WARNING, text % {"limit": LIMIT, "user": user, "used": used})


def _colliding(user: ZoomUser, collision: Collision) -> str:
    text = ngettext(
        "Another provider uses %(user)s too, who can host one meeting at a time: %(n)s session of "
        "the next 14 days collides, on %(first)s.",
        "Another provider uses %(user)s too, who can host one meeting at a time: %(n)s sessions of "
        "the next 14 days collide, the first on %(first)s.",
        collision.sessions,
    )
    first = written(collision.first_at)
    return text % {"user": user, "n": collision.sessions, "first": first}
