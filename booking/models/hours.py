"""When the company and its providers work: rules in wall time, time off in instants.

A row without a provider speaks of the company. Wall times are those of the
provider's zone, or the company's where the provider has none; a service's own times
are the company's.
"""

from collections.abc import Collection, Iterable
from datetime import time

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from booking.models.catalog import Service
from booking.models.people import Provider
from booking.validators import require_near, validate_whole_minutes


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Stretch(models.Model):
    """Part of a day, ``[starts, ends)`` in wall time; midnight as an end closes the day."""

    starts = models.TimeField(_("from"), validators=[validate_whole_minutes])
    ends = models.TimeField(
        _("until"), validators=[validate_whole_minutes], help_text=_("00:00 is midnight.")
    )

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.get_weekday_display()} {self.hours}"

    def clean(self):
        require_later_end(self.starts, self.ends)

    def validate_unique(self, exclude=None):
        """Refuse a minute of the week that another row has already."""
        super().validate_unique(exclude)
        if not _lacks(exclude, "weekday", "starts", "ends"):
            require_apart(self, self.siblings().exclude(pk=self.pk))

    def siblings(self) -> models.QuerySet:
        """Stored rows of the same owner and weekday, this one among them."""
        raise NotImplementedError

    @property
    def hours(self) -> str:
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    @property
    def minutes(self) -> tuple[int, int]:
        """Minutes from midnight, the end within 1..1440."""
        start = self.starts.hour * 60 + self.starts.minute
        return start, self.ends.hour * 60 + self.ends.minute or 1440


ENDS_LATER = models.Q(ends__gt=models.F("starts")) | models.Q(ends=time(0))


def require_later_end(starts, ends) -> None:
    """Raise ValidationError at ``ends`` unless it is later; midnight closes the day."""
    is_midnight = ends == time(0)
    if starts is not None and ends is not None and ends <= starts and not is_midnight:
        raise ValidationError(
            {"ends": ValidationError(_("The end must be later than the start."), "ends_early")}
        )


def require_apart(row, others: Iterable) -> None:
    """Raise ValidationError at ``starts`` naming the one of ``others`` that ``row`` overlaps."""
    start, end = row.minutes
    for other in others:
        other_start, other_end = other.minutes
        if start < other_end and other_start < end:
            overlaps = ValidationError(
                _("Overlaps %(hours)s."), code="overlaps", params={"hours": other.hours}
            )
            raise ValidationError({"starts": overlaps})


def _lacks(exclude: Collection[str] | None, *names: str) -> bool:
    """Whether one of the fields is missing or wrong already, so that rows cannot be compared."""
    return bool(set(names) & set(exclude or ()))


class WorkingHours(Stretch):
    """A weekly stretch; several a day leave a break between them."""

    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        related_name="working_hours",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
    )
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday.choices)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [
            models.CheckConstraint(condition=ENDS_LATER, name="working_hours_end_later"),
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6), name="working_hours_weekday"
            ),
        ]

    def siblings(self):
        return WorkingHours.objects.filter(provider_id=self.provider_id, weekday=self.weekday)


class ServiceHours(Stretch):
    """A weekly stretch, in the company's zone, in which a service takes place.

    A service with such stretches is offered only where its whole duration, buffers
    aside, lies inside one of them; a service without any, at all working hours.
    """

    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        related_name="service_hours",
        on_delete=models.CASCADE,
    )
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday.choices)

    class Meta:
        verbose_name = _("times of a service")
        verbose_name_plural = _("times of a service")
        constraints = [
            models.CheckConstraint(condition=ENDS_LATER, name="service_hours_end_later"),
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6), name="service_hours_weekday"
            ),
        ]

    def siblings(self):
        return ServiceHours.objects.filter(service_id=self.service_id, weekday=self.weekday)


class SpecialDay(models.Model):
    """A date that differs from its weekday: closed, or open from–until.

    Several rows of one date are several stretches. A provider's rows win over the
    company's on the same date.
    """

    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        related_name="special_days",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
    )
    date = models.DateField(_("date"))
    starts = models.TimeField(_("from"), null=True, blank=True, validators=[validate_whole_minutes])
    ends = models.TimeField(_("until"), null=True, blank=True, validators=[validate_whole_minutes])
    note = models.CharField(_("note"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts__isnull=True, ends__isnull=True)
                | (models.Q(starts__isnull=False, ends__isnull=False) & ENDS_LATER),
                name="special_day_closed_or_whole",
            )
        ]
        indexes = [models.Index(fields=["date"], name="special_day_date")]

    def __str__(self):
        return f"{self.date:%Y-%m-%d}"

    def clean(self):
        require_later_end(self.starts, self.ends)
        if (self.starts is None) != (self.ends is None):
            missing = "starts" if self.starts is None else "ends"
            both = _("Give both times, or neither to close the whole day.")
            raise ValidationError({missing: ValidationError(both, "half_given")})
        if self.date is not None:
            require_near(date=self.date)

    def validate_unique(self, exclude=None):
        """Refuse a row that says twice, or otherwise, what another one says of the date."""
        super().validate_unique(exclude)
        if _lacks(exclude, "provider", "date", "starts", "ends"):
            return
        same_day = SpecialDay.objects.filter(provider_id=self.provider_id, date=self.date)
        others = same_day.exclude(pk=self.pk).order_by("starts")
        if any(other.is_closed for other in others):
            closed = _("This day is already closed.")
            raise ValidationError({"date": ValidationError(closed, code="closed")})
        if self.is_closed and others:
            open_then = _("This day already has hours: %(hours)s. Delete them to close it.")
            hours = ", ".join(other.hours for other in others)
            refusal = ValidationError(open_then, code="open", params={"hours": hours})
            raise ValidationError({"date": refusal})
        if not self.is_closed:
            require_apart(self, others)

    @property
    def hours(self) -> str:
        return str(_("Closed")) if self.is_closed else f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    @property
    def is_closed(self) -> bool:
        return self.starts is None

    @property
    def minutes(self) -> tuple[int, int]:
        """Minutes from midnight, the end within 1..1440; only of an open stretch."""
        assert self.starts is not None
        assert self.ends is not None
        start = self.starts.hour * 60 + self.starts.minute
        return start, self.ends.hour * 60 + self.ends.minute or 1440


class TimeOff(models.Model):
    """An absence or blocked time, ``[starts_at, ends_at)``; without a provider, of everybody."""

    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        related_name="time_off",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="time_off_ends_later"
            )
        ]
        indexes = [models.Index(fields=["provider", "ends_at"], name="time_off_of_provider")]

    def __str__(self):
        starts_at, ends_at = localtime(self.starts_at), localtime(self.ends_at)
        return self.note or f"{starts_at:%Y-%m-%d %H:%M}–{ends_at:%Y-%m-%d %H:%M %Z}"

    def clean(self):
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            too_early = ValidationError(_("The end must be later than the start."), "ends_early")
            raise ValidationError({"ends_at": too_early})
        moments = {"starts_at": self.starts_at, "ends_at": self.ends_at}
        require_near(**{name: moment.date() for name, moment in moments.items() if moment})
