"""What stands beside the providers for meetings: suggestions, collisions, what goes without."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from booking.models import Booking, Provider, Session
from zoomlink.models import ProviderMeeting, ZoomUser

LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Collision:
    """Sessions of several providers that want one Zoom user at the same time."""

    sessions: int
    first_at: datetime


def suggested_users(
    providers: Iterable[Provider], users: Iterable[ZoomUser]
) -> dict[int, ZoomUser]:
    """The Zoom user whose e-mail is the provider's, or that of who signs in as the provider.

    By the provider's id; nobody who is no longer at Zoom. Providers come with their users.
    """
    by_email = {user.email.casefold(): user for user in users if not user.is_missing}
    found = {}
    for provider in providers:
        own = [provider.email, provider.user.email if provider.user else ""]
        matching = [by_email[email.casefold()] for email in own if email.casefold() in by_email]
        if matching:
            found[provider.pk] = matching[0]
    return found


def collisions(now: datetime) -> dict[int, Collision]:
    """What collides in the next days, by the id of the Zoom user; one query."""
    coming = _sessions_by_zoom(now).filter(starts_at__lt=now + LOOK_AHEAD)
    at_the_same_time = coming.filter(
        provider__meeting_choice__zoom_user=OuterRef("provider__meeting_choice__zoom_user"),
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    ).exclude(provider=OuterRef("provider"))
    counted = (
        coming.filter(Exists(at_the_same_time))
        .values_list("provider__meeting_choice__zoom_user")
        .annotate(Count("pk"), Min("starts_at"))
    )
    return {user: Collision(sessions, first_at) for user, sessions, first_at in counted}


def sessions_without_user(now: datetime) -> dict[int, int]:
    """How many coming sessions lack a meeting, by providers whose Zoom user is missing."""
    stranded = _sessions_by_zoom(now).filter(provider__meeting_choice__zoom_user__is_missing=True)
    return dict(stranded.values_list("provider").annotate(Count("pk")))


def _sessions_by_zoom(now: datetime) -> QuerySet[Session]:
    """Coming online sessions that somebody has booked, of providers who meet by Zoom."""
    confirmed = Booking.objects.confirmed().filter(session=OuterRef("pk"))
    return Session.objects.active().filter(
        Exists(confirmed),
        starts_at__gt=now,
        service__is_online_meeting=True,
        provider__meeting_choice__engine=ProviderMeeting.ZOOM,
    )
