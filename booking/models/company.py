"""The one company of this installation."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from booking.memory import forget, keep, recall
from booking.validators import (
    LONGEST_HORIZON_DAYS,
    YEAR_MINUTES,
    above_limits,
    require_bookable,
    validate_colour,
    validate_timezone,
)

_CURRENT = "company"

# Minutes: whoever is offered a place has to see the message first.
SHORTEST_OFFER = 15


def first_timezone() -> str:
    return settings.COMPANY_TIME_ZONE


def first_language() -> str:
    return settings.LANGUAGE_CODE


class CompanyManager(models.Manager["Company"]):
    def current(self) -> "Company":
        """Return the company, read once in a request; before anybody named it, one with
        the first values."""
        return recall(_CURRENT, self._read)

    def was_read_with(self, other: models.Model, prefix: str) -> None:
        """Let this request know the company, whose columns ``other`` carries by a prefix."""
        names = [field.attname for field in self.model._meta.concrete_fields]
        columns = [getattr(other, prefix + name) for name in names]
        if getattr(other, f"{prefix}id") is not None:
            keep(_CURRENT, self.model.from_db(self.db, names, columns))

    def _read(self) -> "Company":
        return self.filter(pk=Company.THE_ONE).first() or Company(pk=Company.THE_ONE)


class Company(models.Model):
    """Names, zone and the rules that hold unless a service says otherwise."""

    THE_ONE = 1

    name = models.CharField(_("name"), max_length=150, default="My company")
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    description = models.TextField(_("description"), blank=True)
    logo = models.ImageField(_("logo"), upload_to="company/", blank=True)
    site_colour = models.CharField(
        _("colour of the booking site"),
        max_length=7,
        default="#1d6b57",
        validators=[validate_colour],
    )
    booked_text = models.TextField(
        _("shown once somebody has booked"),
        blank=True,
        help_text=_("How to find you, or what to bring."),
    )
    policy = models.TextField(
        _("terms"),
        blank=True,
        help_text=_("Your rules for cancelling, and what you do with people's data."),
    )
    shows_hours = models.BooleanField(_("show opening hours on the booking site"), default=True)
    timezone = models.CharField(
        _("time zone"), max_length=64, default=first_timezone, validators=[validate_timezone]
    )
    language = models.CharField(_("language"), max_length=10, default=first_language)
    grid_minutes = models.PositiveSmallIntegerField(
        _("a start time every … minutes"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
    )
    notice_minutes = models.PositiveIntegerField(
        _("book at least … minutes before"),
        default=60,
        validators=[MaxValueValidator(YEAR_MINUTES)],
    )
    horizon_days = models.PositiveSmallIntegerField(_("book at most … days ahead"), default=60)
    cancel_until_minutes = models.PositiveIntegerField(
        _("clients may cancel until … minutes before"),
        default=0,
        validators=[MaxValueValidator(YEAR_MINUTES)],
    )
    reschedule_until_minutes = models.PositiveIntegerField(
        _("clients may move a booking until … minutes before"),
        default=0,
        validators=[MaxValueValidator(YEAR_MINUTES)],
    )
    offer_minutes = models.PositiveSmallIntegerField(
        _("a place offered from a waiting list is kept for … minutes"),
        default=120,
        validators=[MinValueValidator(SHORTEST_OFFER), MaxValueValidator(7 * 1440)],
    )
    proof_above = models.PositiveIntegerField(
        _("confirm by e-mail above … bookings an hour from one address"),
        null=True,
        blank=True,
        help_text=_(
            "Above that the time is held until the client follows a link in a mail. 0 asks "
            "everybody. Empty: as the installation says."
        ),
    )
    proof_minutes = models.PositiveSmallIntegerField(
        _("a time held for that is free again after … minutes"),
        default=15,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
    )
    embed_origins = models.TextField(_("pages that may show the booking site"), blank=True)
    hides_first_steps = models.BooleanField(
        _("hide the list of first steps"), default=False, editable=False
    )

    objects = CompanyManager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("company")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="company_is_one"),
            models.CheckConstraint(
                condition=models.Q(grid_minutes__gte=1, grid_minutes__lte=1440),
                name="company_grid_within_a_day",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.pk = self.THE_ONE
        super().save(*args, **kwargs)
        forget(_CURRENT)

    def clean(self):
        errors = above_limits(self, {"horizon_days": LONGEST_HORIZON_DAYS})
        if errors:
            raise ValidationError(errors)
        require_bookable(self.notice_minutes, self.horizon_days, at="notice_minutes")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
