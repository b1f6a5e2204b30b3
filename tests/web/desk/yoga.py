"""Sessions of a class, and people in them."""

from datetime import date, time

from django.utils import timezone

from booking import actions
from booking.models import Booking, Session
from tests import factories


def weekly(service, provider, first=date(2026, 11, 30), last=date(2026, 12, 14)) -> list[Session]:
    rule = actions.SeriesRule(weekdays=(0,), starts=time(12), first_on=first, last_on=last)
    made = actions.schedule_series(
        service_id=service.pk, provider_id=provider.pk, rule=rule, now=timezone.now()
    )
    return list(made.sessions)


def come(session, *names) -> list[Booking]:
    return [
        actions.book(
            service_id=session.service_id,
            session_id=session.pk,
            client=factories.details(name),
            now=timezone.now(),
        )
        for name in names
    ]


def days() -> list[str]:
    starts = Session.objects.order_by("starts_at").values_list("starts_at", flat=True)
    return [f"{start:%m-%d}" for start in starts]
