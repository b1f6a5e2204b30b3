"""Telling who changes the rules which bookings no longer follow them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.availability import outside_rules
from booking.models import Booking
from web.desk.access import visible_sessions
from web.desk.admin.notices import warn_with_link


class RulesMixin:
    """For an admin page whose values decide which times are offered."""

    def changeform_view(self, request, *args, **kwargs):
        with telling_what_falls_outside(request):
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        with telling_what_falls_outside(request):
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request, *args, **kwargs):
        with telling_what_falls_outside(request):
            return super().changelist_view(request, *args, **kwargs)


@contextmanager
def telling_what_falls_outside(request: HttpRequest) -> Iterator[None]:
    """Warn of the bookings that lie outside the rules after a POST and did not before."""
    if request.method != "POST":
        yield
        return
    now = timezone.now()  # the same before and after: time alone must not make a difference
    before = {found.session.pk for found in outside_rules(now=now)}
    yield
    after = {found.session.pk for found in outside_rules(now=now)}
    if after - before:
        _warn(request, after - before)


def _warn(request: HttpRequest, session_ids: set[int]) -> None:
    sessions = visible_sessions(request.user).filter(pk__in=session_ids)
    number = Booking.objects.taking_seats().filter(session__in=sessions).count()
    if number:
        text = ngettext(
            "%(number)s booking now lies outside the rules.",
            "%(number)s bookings now lie outside the rules.",
            number,
        )
    else:
        number = sessions.count()
        text = ngettext(
            "%(number)s session of a class now lies outside the rules.",
            "%(number)s sessions of classes now lie outside the rules.",
            number,
        )
    if number:
        said = text % {"number": number}
        warn_with_link(request, said, reverse("desk:outside-rules"), _("Show them"))
