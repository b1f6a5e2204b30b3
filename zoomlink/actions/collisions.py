"""Sessions of several providers that want one Zoom user at the same time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from booking.models import Booking, Session
from zoomlink.models import ProviderMeeting

LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Collision:
    """How many sessions collide, and when (aware) the first of them begins."""

    sessions: int
    first_at: datetime


def collisions(now: datetime) -> dict[int, Collision]:
    """What collides in the next days, by the id of the Zoom user; one query."""
    coming = booked_at_zoom(now).filter(starts_at__lt=now + LOOK_AHEAD)
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


def booked_at_zoom(now: datetime) -> QuerySet[Session]:
    """Coming online sessions that somebody has booked, of providers who meet by Zoom."""
    confirmed = Booking.objects.confirmed().filter(session=OuterRef("pk"))
    return Session.objects.active().filter(
        Exists(confirmed),
        starts_at__gt=now,
        service__is_online_meeting=True,
        provider__meeting_choice__engine=ProviderMeeting.ZOOM,
    )
