"""Manage > Special days, Time off; and the times of a service. Hours: web.desk.views.hours."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminDateWidget

from booking.formats import format_date
from booking.models import Service, ServiceHours, SpecialDay, TimeOff
from booking.models.hours import require_apart
from web.desk.access import SEE_ALL_BOOKINGS
from web.desk.admin.fields import WALL_TIMES, MomentField
from web.desk.admin.lists import ComesBackMixin, ComingDays, ComingPeriods, SoonestFirstMixin
from web.desk.admin.rules import RulesMixin
from web.desk.moments import moment_in_company_time, start_of
from web.desk.templatetags.desk import moment

WHOLE_COMPANY = _("The whole company")
MOST_DAYS = 366  # that one form closes


class StretchForm(ModelForm):
    """A row of several that are saved together."""

    def validate_unique(self):
        """Left to the formset: a stored row may be about to change or go."""


class StretchFormSet(PaginationInlineFormSet):
    """Compares the stretches of a day as they will be."""

    def clean(self):
        super().clean()
        kept: list = []
        for form in self.forms:
            row = form.instance
            if row.starts is None or not form.is_valid() or self._should_delete_form(form):
                continue
            try:
                require_apart(row, [other for other in kept if other.weekday == row.weekday])
            except ValidationError as overlap:
                form.add_error(None, overlap)
            kept.append(row)


class StretchInline(TabularInline):
    form = StretchForm
    formset = StretchFormSet
    extra = 0
    hide_title = True
    fields = ["weekday", "starts", "ends"]
    formfield_overrides = WALL_TIMES
    ordering = ["weekday", "starts"]
    verbose_name = _("stretch of the day")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:  # a table's cells have no labels of their own
            field.widget.attrs["aria-label"] = field.label
        return field


def cloned_id(request: HttpRequest) -> int | None:
    """The service that a form for a new one begins as; None where its address names none."""
    pk = request.GET.get("clone", "")
    return int(pk) if pk.isdecimal() and len(pk) < 16 else None  # a longer one no database takes


class ServiceHoursInline(StretchInline):
    model = ServiceHours
    verbose_name_plural = _("Only at these times (none: all working hours)")

    def get_extra(self, request, obj=None, **kwargs):
        """As many rows more as a copied service has times."""
        pk = cloned_id(request)
        return ServiceHours.objects.filter(service=pk).count() if pk else 0

    def copied_from(self, service: Service) -> list[dict[str, object]]:
        rows = service.service_hours.order_by("weekday", "starts")
        return list(rows.values("weekday", "starts", "ends"))


class SpecialDayForm(ModelForm):
    """A date, or each of several that follow one another and differ alike."""

    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=UnfoldAdminDateWidget,
        help_text=_("Of holidays and the like: every day until then, this one included."),
    )

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("date"), cleaned.get("last_day")
        if not first or not last:
            return cleaned
        if last < first:
            self.add_error("last_day", _("The last day comes after the first."))
        elif (last - first).days >= MOST_DAYS:
            self.add_error("last_day", _("At most a year at once."))
        return cleaned

    def validate_unique(self):
        """Look at every one of the days; what is wrong with a later one stands at the last."""
        super().validate_unique()
        if self.errors:
            return
        for row in self.later_days():
            try:
                row.clean()
                row.validate_unique()
            except ValidationError as refusal:
                told = {"day": in_words(row.date), "why": " ".join(refusal.messages)}
                self.add_error("last_day", _("%(day)s: %(why)s") % told)
                return

    def later_days(self) -> Iterator[SpecialDay]:
        """The days after the first, not saved yet."""
        first, last = self.cleaned_data["date"], self.cleaned_data.get("last_day")
        same = {name: getattr(self.instance, name) for name in ("provider", "starts", "ends")}
        for ahead in range(1, (last - first).days + 1 if last else 1):
            day = first + timedelta(days=ahead)
            yield SpecialDay(date=day, note=self.instance.note, **same)


@admin.register(SpecialDay)
class SpecialDayAdmin(SoonestFirstMixin, ComesBackMixin, RulesMixin, ModelAdmin):
    list_display = ["day", "whose", "hours", "note"]
    list_filter = [ComingDays, "provider"]
    soonest = ("date", "provider", "starts")
    date_hierarchy = "date"
    formfield_overrides = WALL_TIMES
    empty_title = _("No special days ahead")
    empty_text = _(
        "Holidays, a day with other hours, a Saturday that is open for once: enter the date, "
        "and whose it is. Every week's hours stand under Opening hours."
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("provider")

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = SpecialDayForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request, obj=None):
        days = "date" if obj else ("date", "last_day")
        return ["provider", days, ("starts", "ends"), "note"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "provider":
            field.empty_label = WHOLE_COMPANY
        if db_field.name == "starts":
            field.help_text = _("Leave both times empty to close the whole day.")
        return field

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            SpecialDay.objects.bulk_create(form.later_days())

    @admin.display(description=_("Date"), ordering="date")
    def day(self, day: SpecialDay) -> str:
        return in_words(day.date)

    @admin.display(description=_("Whose"))
    def whose(self, day: SpecialDay) -> str:
        return str(day.provider or WHOLE_COMPANY)

    @admin.display(description=_("Hours"))
    def hours(self, day: SpecialDay) -> str:
        return day.hours


def in_words(day: date) -> str:
    """``Thursday, 24 December 2026``."""
    return format_date(start_of(day), timezone.get_current_timezone(), get_language() or "en")


@admin.register(TimeOff)
class TimeOffAdmin(SoonestFirstMixin, ComesBackMixin, RulesMixin, ModelAdmin):
    """Absences; whoever sees only their own bookings manages only their own time.

    The form for a new one begins with what its address says: ``provider``, and ``starts_at``
    and ``ends_at`` such as ``2026-12-01T09:00``, in the company's time.
    """

    list_display = ["whose", "begins", "finishes", "note"]
    list_filter = [ComingPeriods, "provider"]
    soonest = ("starts_at",)
    formfield_overrides = {models.DateTimeField: {"form_class": MomentField}}
    empty_title = _("No time off ahead")
    empty_text = _(
        "Holidays of one person, an hour at the doctor's, a day when nobody works: while it "
        "lasts, nothing is offered. Bookings already made stay, and you are told which."
    )

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        for name in ("starts_at", "ends_at"):
            initial[name] = _moment_in(initial.get(name, ""))
        return initial

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("provider")
        if request.user.has_perm(SEE_ALL_BOOKINGS):
            return rows
        return rows.filter(provider__user=request.user)

    def get_fieldsets(self, request, obj=None):
        zone = timezone.get_current_timezone_name().replace("_", " ")
        told = _("Times are the company's: %(zone)s. An hour that comes twice is taken off whole.")
        fields = ["provider", "starts_at", "ends_at", "note"]
        return [(None, {"fields": fields, "description": told % {"zone": zone}})]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "ends_at":
            kwargs["is_end"] = True
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if request.user.has_perm(SEE_ALL_BOOKINGS):
            field.empty_label = WHOLE_COMPANY
        else:
            field.queryset = field.queryset.filter(user=request.user)
            field.required, field.empty_label = True, None
        return field

    @admin.display(description=_("Whose"), ordering="provider__name")
    def whose(self, absence: TimeOff) -> str:
        return str(absence.provider or WHOLE_COMPANY)

    @admin.display(description=_("From"), ordering="starts_at")
    def begins(self, absence: TimeOff) -> str:
        return moment(absence.starts_at)

    @admin.display(description=_("Until"), ordering="ends_at")
    def finishes(self, absence: TimeOff) -> str:
        return moment(absence.ends_at)


def _moment_in(text: str) -> datetime | None:
    """Read a wall time of the company's that stands in an address; None where it is none."""
    try:
        at = datetime.fromisoformat(text)
        return moment_in_company_time(at.date(), at.time())
    except (ValueError, OverflowError, ValidationError):
        return None
