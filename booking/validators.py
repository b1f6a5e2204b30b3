"""Checks of single values, shared by models and forms."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

# The most that any rule looks ahead or back: much more would leave the calendar.
YEAR_MINUTES = 366 * 24 * 60

validate_colour = RegexValidator(
    r"^#[0-9a-fA-F]{6}$", _("Write a colour as # and six hexadecimal digits, such as #2f6f4f.")
)


def validate_timezone(name: str) -> None:
    """Refuse what is not the name of a zone in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Choose one such as Europe/Kyiv."),
            params={"name": name},
            code="unknown_timezone",
        )


def validate_whole_minutes(time) -> None:
    """Refuse a wall time with seconds: hours and grids are counted in minutes."""
    if time.second or time.microsecond:
        raise ValidationError(_("Give hours and minutes only."), code="not_whole_minutes")
