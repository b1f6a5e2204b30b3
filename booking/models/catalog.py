"""What can be booked."""

from datetime import timedelta
from decimal import Decimal
from functools import cache

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.models.company import Company
from booking.models.people import Provider
from booking.validators import (
    LAST_POSITION,
    LONGEST_HORIZON_DAYS,
    MOST_A_DAY,
    MOST_PLACES,
    YEAR_MINUTES,
    above_limits,
    require_bookable,
    validate_colour,
)

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 1435
LIMITS = {
    "capacity": MOST_PLACES,
    "horizon_days": LONGEST_HORIZON_DAYS,
    "daily_maximum": MOST_A_DAY,
    "position": LAST_POSITION,
}


class CategoryQuerySet(models.QuerySet["Category"]):
    def in_order(self):
        return self.order_by("position", "name", "pk")


class Category(models.Model):
    """A heading under which services stand on the booking site."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self):
        return self.name

    def clean(self):
        if errors := above_limits(self, {"position": LAST_POSITION}):
            raise ValidationError(errors)


class ServiceQuerySet(models.QuerySet["Service"]):
    def active(self):
        return self.filter(is_active=True)

    def listed(self):
        """Services shown on the booking site; the others are reached by their link."""
        return self.active().filter(is_listed=True)

    def in_order(self):
        return self.order_by("position", "name", "pk")

    def active_by_id(self, pk: int) -> "Service | None":
        """One active service; the company is read along, and remembered for the request."""
        is_id = 0 < pk <= models.BigIntegerField.MAX_BIGINT
        return self._active_with_company("id", pk) if is_id else None

    def active_by_slug(self, slug: str) -> "Service | None":
        """As ``active_by_id``."""
        return self._active_with_company("slug", slug)

    def _active_with_company(self, column: str, named: int | str) -> "Service | None":
        rows = self.raw(f"{_with_company()} AND service.{column} = %s", [named])
        found: Service | None = next(iter(rows), None)
        if found is not None:
            Company.objects.was_read_with(found, _OF_COMPANY)
        return found


_OF_COMPANY = "company_"
# Read along, so that nobody looks for questions and boxes to tick where there are none.
_ASKS = (
    "EXISTS (SELECT 1 FROM booking_question AS question WHERE question.is_active "
    "AND question.service_id = service.id) AS has_questions, "
    "EXISTS (SELECT 1 FROM booking_consent AS consent WHERE consent.is_active) AS has_consents"
)


@cache
def _with_company() -> str:
    names = [field.column for field in Company._meta.concrete_fields]
    columns = ", ".join(f"company.{name} AS {_OF_COMPANY}{name}" for name in names)
    return (
        f"SELECT service.*, {columns}, {_ASKS} FROM booking_service AS service "  # nosec B608
        "LEFT JOIN booking_company AS company ON TRUE "  # there is one at most
        "WHERE service.is_active"
    )


class Service(models.Model):
    """An appointment with one client, or a class with several places."""

    APPOINTMENT, CLASS = "appointment", "class"
    KINDS = [(APPOINTMENT, _("Appointment")), (CLASS, _("Class"))]

    kind = models.CharField(_("kind"), max_length=12, choices=KINDS, default=APPOINTMENT)
    name = models.CharField(_("name"), max_length=150)
    slug = models.SlugField(_("address on the booking site"), max_length=80, unique=True)
    description = models.TextField(_("description"), blank=True)
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        related_name="services",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    picture = models.ImageField(_("picture"), upload_to="services/", blank=True)
    duration_minutes = models.PositiveSmallIntegerField(
        _("duration, minutes"),
        default=30,
        validators=[MinValueValidator(SHORTEST_MINUTES), MaxValueValidator(LONGEST_MINUTES)],
    )
    buffer_before_minutes = models.PositiveSmallIntegerField(
        _("kept free before, minutes"), default=0, validators=[MaxValueValidator(LONGEST_MINUTES)]
    )
    buffer_after_minutes = models.PositiveSmallIntegerField(
        _("kept free after, minutes"), default=0, validators=[MaxValueValidator(LONGEST_MINUTES)]
    )
    last_may_skip_buffer_after = models.BooleanField(
        _("the last booking of the day may skip the time after"), default=False
    )
    capacity = models.PositiveSmallIntegerField(
        _("places"), default=1, validators=[MinValueValidator(1)]
    )
    grid_minutes = models.PositiveSmallIntegerField(
        _("a start time every … minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_("Leave empty to use the company's."),
    )
    notice_minutes = models.PositiveIntegerField(
        _("book at least … minutes before"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(YEAR_MINUTES)],
        help_text=_("Leave empty to use the company's."),
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("book at most … days ahead"),
        null=True,
        blank=True,
        help_text=_("Leave empty to use the company's."),
    )
    daily_maximum = models.PositiveSmallIntegerField(
        _("at most … bookings a day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("With all providers together. Leave empty for no limit."),
    )
    needs_approval = models.BooleanField(
        _("staff approve each booking"),
        default=False,
        help_text=_("The time is kept free for the client meanwhile."),
    )
    ignores_hours = models.BooleanField(
        _("round the clock"),
        default=False,
        help_text=_("Offered at any hour of every day, except in time off."),
    )
    price = models.DecimalField(
        _("price shown"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="UAH")
    colour = models.CharField(
        _("colour"), max_length=7, default="#2f6f4f", validators=[validate_colour]
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    is_listed = models.BooleanField(_("listed on the booking site"), default=True)
    is_online_meeting = models.BooleanField(_("online meeting"), default=False)
    providers = models.ManyToManyField(
        Provider, verbose_name=_("providers"), related_name="services", blank=True
    )

    objects = ServiceQuerySet.as_manager()

    # Whether something is asked of whoever books it; looked for, unless it was read along.
    has_questions: bool = True
    has_consents: bool = True

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    duration_minutes__gte=SHORTEST_MINUTES, duration_minutes__lte=LONGEST_MINUTES
                ),
                name="service_duration_within_a_day",
            ),
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="service_has_places"),
            models.CheckConstraint(
                condition=models.Q(grid_minutes__isnull=True)
                | models.Q(grid_minutes__gte=1, grid_minutes__lte=1440),
                name="service_grid_within_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(daily_maximum__isnull=True) | models.Q(daily_maximum__gte=1),
                name="service_daily_maximum_positive",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("site:service", args=[self.slug])

    def clean(self):
        errors = above_limits(self, LIMITS)
        if isinstance(self.price, Decimal) and self.price < 0:
            errors["price"] = ValidationError(_("A price is not negative."), code="min_value")
        if errors:
            raise ValidationError(errors)
        self._require_bookable()

    def _require_bookable(self) -> None:
        """Hold notice against horizon, each the service's own or else the company's."""
        if self.notice_minutes is None and self.horizon_days is None:
            return  # the company's page has seen to it
        notice, horizon = self.notice_minutes, self.horizon_days
        company = Company.objects.current()
        require_bookable(
            company.notice_minutes if notice is None else notice,
            company.horizon_days if horizon is None else horizon,
            at="horizon_days" if notice is None else "notice_minutes",
        )

    @property
    def is_class(self) -> bool:
        return self.kind == self.CLASS

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.duration_minutes)

    @property
    def buffer_before(self) -> timedelta:
        return timedelta(minutes=self.buffer_before_minutes)

    @property
    def buffer_after(self) -> timedelta:
        return timedelta(minutes=self.buffer_after_minutes)
