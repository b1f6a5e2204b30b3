"""What a client has had of bookings, and what they have next."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from booking.models import Booking, User
from web.desk.access import visible_bookings


def counts_of(bookings: QuerySet[Booking], now: datetime) -> dict[str, int]:
    """How many were made, are to come, and came, stayed away, or were cancelled."""
    lapsed = Q(state=Booking.HELD, held_until__lte=now)
    is_ahead = Q(state__in=Booking.TAKING_SEATS, session__ends_at__gt=now) & ~lapsed
    return bookings.aggregate(
        made=Count("pk"),
        coming=Count("pk", filter=is_ahead),
        came=Count("pk", filter=Q(attendance=Booking.ATTENDED)),
        stayed_away=Count("pk", filter=Q(attendance=Booking.NO_SHOW)),
        cancelled=Count("pk", filter=Q(state=Booking.CANCELLED)),
    )


def visits_beside(booking: Booking, user: User, *, now: datetime) -> dict[str, object]:
    """What ``user`` may know of the same client: counts, and the ``next`` other booking."""
    bookings = visible_bookings(user).filter(client=booking.client_id)
    others = bookings.exclude(pk=booking.pk).coming(now)
    return {
        **counts_of(bookings, now),
        "next": others.select_related("session__service").first(),
    }
