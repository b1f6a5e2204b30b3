"""Checks of single values, shared by models and forms."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.zones import is_zone

# The most that any rule looks ahead or back: much more would leave the calendar.
YEAR_MINUTES = 366 * 24 * 60
LONGEST_HORIZON_DAYS = 3650
MOST_A_DAY = 24 * 60  # bookings
MOST_PLACES = 10_000
LAST_POSITION = 1_000_000
TEN_YEARS = timedelta(days=3653)
DAY_MINUTES = 24 * 60

validate_colour = RegexValidator(
    r"^#[0-9a-fA-F]{6}$", _("Write a colour as # and six hexadecimal digits, such as #2f6f4f.")
)


def validate_timezone(name: str) -> None:
    """Refuse what is not the name of a zone in the IANA time zone database."""
    if not is_zone(name):
        raise ValidationError(
            _("“%(name)s” is not a time zone. Choose one such as Europe/Kyiv."),
            params={"name": name},
            code="unknown_timezone",
        )


def validate_whole_minutes(time) -> None:
    """Refuse a wall time with seconds: hours and grids are counted in minutes."""
    if time.second or time.microsecond:
        raise ValidationError(_("Give hours and minutes only."), code="not_whole_minutes")


def require_near(**days: date) -> None:
    """Raise ValidationError at each field whose date nobody plans for, such as the year 2206."""
    today = timezone.now().date()
    far = ValidationError(_("Choose a date within ten years from today."), code="too_far_off")
    errors = {name: far for name, day in days.items() if abs(day - today) > TEN_YEARS}
    if errors:
        raise ValidationError(errors)


def above_limits(row: object, limits: Mapping[str, int]) -> dict[str, ValidationError]:
    """Return an error for each field of ``row`` whose number is above its limit.

    The limits are ours, not the database's: SQLite would keep numbers that PostgreSQL refuses.
    """
    errors = {}
    for name, limit in limits.items():
        number = getattr(row, name)
        if isinstance(number, int) and number > limit:
            errors[name] = ValidationError(
                MaxValueValidator.message, code="max_value", params={"limit_value": limit}
            )
    return errors


def require_bookable(notice_minutes: object, horizon_days: object, *, at: str) -> None:
    """Raise ValidationError at the field ``at`` when the notice reaches beyond the horizon.

    What is no number has its own error already.
    """
    if not (isinstance(notice_minutes, int) and isinstance(horizon_days, int)):
        return
    if 0 <= horizon_days < notice_minutes // DAY_MINUTES:
        never = _("Nothing could ever be booked: bookings open only %(days)s days ahead.")
        refusal = ValidationError(never, code="never_bookable", params={"days": horizon_days})
        raise ValidationError({at: refusal})
