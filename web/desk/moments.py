"""Dates and wall times that staff typed or that stand in an address."""

from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def moment_in_company_time(day: date, wall_time: time) -> datetime:
    """Return the instant at which the company's clocks show this; of two, the first.

    Raises ValidationError for a time that the clocks skip.
    """
    zone = timezone.get_current_timezone()
    moment = datetime.combine(day, wall_time, tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).time() != wall_time:
        raise ValidationError(_("The clocks are put forward then: this time does not exist."))
    return moment


def start_of(day: date) -> datetime:
    """Return the company's midnight at which ``day`` begins."""
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def date_or(text: str | None, otherwise: date) -> date:
    """Read an ISO date; anything else gives ``otherwise``."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
