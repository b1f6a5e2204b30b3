"""What stands in the way of a tile that was put somewhere, in words."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.availability import explain
from booking.errors import BookingError, SlotNotOffered, SlotTaken
from booking.explanations import explained
from booking.models import Booking, Provider, Session, User
from web.desk.access import visible_sessions
from web.desk.moments import describe

MOST = 3


def obstacles(
    user: User,
    refusal: BookingError,
    moved: Session,
    *,
    provider: Provider,
    starts_at: datetime,
    length: timedelta,
    now: datetime,
) -> list[str]:
    """What the rule was judged by, and the sessions in the way that ``user`` may see."""
    if not isinstance(refusal, SlotTaken | SlotNotOffered):
        return []
    lines = []
    if isinstance(refusal, SlotNotOffered):
        answers = explain(moved.service, provider, starts_at, now=now, length=length)
        about = [answer for answer in answers if answer.rule == refusal.reason]
        lines = [line.text for line in explained(about, timezone.get_current_timezone())]
    before, after = moved.buffers
    taken = visible_sessions(user).taking_time(now).filter(provider=provider).exclude(pk=moved.pk)
    there = taken.occupying(starts_at - before, starts_at + length + after)
    return [*lines, *map(_named, there.select_related("service").order_by("starts_at")[:MOST])]


def _named(session: Session) -> str:
    """``Lesson, Cleo: Tue, 24 Nov 2026, 12:00–12:30``; a class has nobody's name."""
    what = session.service.name
    if not session.service.is_class:
        first = Booking.objects.taking_seats().filter(session=session).select_related("client")
        what = ", ".join([what, *(str(booking.client) for booking in first[:1])])
    return _("%(what)s: %(when)s") % {"what": what, "when": describe(session)}
