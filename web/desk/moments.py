"""Dates and wall times that staff typed, that stand in an address, or that are shown."""

from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from booking.formats import format_period
from booking.models import Session

FIRST_DAY, LAST_DAY = date(2000, 1, 10), date(2100, 1, 1)


def moment_in_company_time(day: date, wall_time: time, *, fold: int = 0) -> datetime:
    """Return the instant at which the company's clocks show this; of two, that of ``fold``.

    In UTC, since an hour later must be an hour later also when the clocks change meanwhile.

    Raises ValidationError for a time that the clocks skip.
    """
    zone = timezone.get_current_timezone()
    moment = datetime.combine(day, wall_time.replace(fold=fold), tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).time() != wall_time:
        raise ValidationError(_("The clocks are put forward then: this time does not exist."))
    return moment


def shifted_by(moment: datetime, *, days: int = 0, minutes: int = 0) -> datetime:
    """Return the instant, in UTC, at which the company's clocks show so much more than at a moment.

    Of a time that they show twice it is the one of which ``moment`` is. Raises ValidationError
    for a time that they skip.
    """
    shown = timezone.localtime(moment)
    shift = timedelta(days=days, minutes=minutes)
    if not shift:
        return moment.astimezone(UTC)
    wanted = shown.replace(tzinfo=None) + shift
    return moment_in_company_time(wanted.date(), wanted.time(), fold=shown.fold)


def start_of(day: date) -> datetime:
    """Return the company's midnight at which ``day`` begins."""
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def day_in(text: str | None) -> date | None:
    """Read an ISO date; one that the calendar cannot show gives the nearest that it can."""
    try:
        return min(max(date.fromisoformat(text or ""), FIRST_DAY), LAST_DAY)
    except ValueError:
        return None


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def describe(session: Session) -> str:
    """Day, times and zone of a session, such as for a list to choose from."""
    return format_period(
        session.starts_at,
        session.ends_at,
        timezone.get_current_timezone(),
        get_language() or "en",
    )
