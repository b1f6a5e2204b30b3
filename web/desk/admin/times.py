"""Manage > Special days, Time off; and the times of a service. Hours: web.desk.views.hours."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ModelForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import PaginationInlineFormSet

from booking.models import ServiceHours, SpecialDay, TimeOff
from booking.models.hours import require_apart
from web.desk.access import SEE_ALL_BOOKINGS
from web.desk.admin.fields import WALL_TIMES, MomentField
from web.desk.admin.rules import RulesMixin
from web.desk.templatetags.desk import moment

WHOLE_COMPANY = _("The whole company")


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


class ServiceHoursInline(StretchInline):
    model = ServiceHours
    verbose_name_plural = _("Only at these times (none: all working hours)")


@admin.register(SpecialDay)
class SpecialDayAdmin(RulesMixin, ModelAdmin):
    list_display = ["date", "whose", "hours", "note"]
    list_filter = ["provider"]
    ordering = ["-date", "provider", "starts"]
    date_hierarchy = "date"
    fields = ["provider", "date", ("starts", "ends"), "note"]
    formfield_overrides = WALL_TIMES

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("provider")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "provider":
            field.empty_label = WHOLE_COMPANY
        if db_field.name == "starts":
            field.help_text = _("Leave both times empty to close the whole day.")
        return field

    @admin.display(description=_("Whose"))
    def whose(self, day: SpecialDay) -> str:
        return str(day.provider or WHOLE_COMPANY)

    @admin.display(description=_("Hours"))
    def hours(self, day: SpecialDay) -> str:
        return day.hours


@admin.register(TimeOff)
class TimeOffAdmin(RulesMixin, ModelAdmin):
    """Absences; whoever sees only their own bookings manages only their own time."""

    list_display = ["whose", "begins", "finishes", "note"]
    list_filter = ["provider"]
    ordering = ["-starts_at"]
    formfield_overrides = {models.DateTimeField: {"form_class": MomentField}}

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
