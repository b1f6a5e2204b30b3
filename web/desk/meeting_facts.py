"""What stands beside the providers for meetings: suggestions, and what goes without."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count

from booking.models import Provider
from zoomlink.actions import booked_at_zoom
from zoomlink.models import ZoomUser


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


def sessions_without_user(now: datetime) -> dict[int, int]:
    """How many coming sessions lack a meeting, by providers whose Zoom user is missing."""
    stranded = booked_at_zoom(now).filter(provider__meeting_choice__zoom_user__is_missing=True)
    return dict(stranded.values_list("provider").annotate(Count("pk")))
