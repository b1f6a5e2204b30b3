"""Manage > Opening hours, Special days, Time off."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from booking.models import SpecialDay, TimeOff, WorkingHours
from web.desk.access import SEE_ALL_BOOKINGS
from web.desk.admin.fields import WALL_TIMES


class WorkingHoursInline(TabularInline):
    model = WorkingHours
    extra = 0
    fields = ["weekday", "starts", "ends"]
    formfield_overrides = WALL_TIMES
    ordering = ["weekday", "starts"]
    verbose_name_plural = _("Working hours (none: the company's opening hours)")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:  # a table's cells have no labels of their own
            field.widget.attrs["aria-label"] = field.label
        return field


@admin.register(WorkingHours)
class WorkingHoursAdmin(ModelAdmin):
    """The company's opening hours; a provider's stand on the provider's page."""

    list_display = ["weekday", "starts", "ends"]
    list_display_links = ["weekday"]
    ordering = ["weekday", "starts"]
    fields = ["weekday", ("starts", "ends")]
    formfield_overrides = WALL_TIMES

    def get_queryset(self, request):
        return super().get_queryset(request).filter(provider=None)


@admin.register(SpecialDay)
class SpecialDayAdmin(ModelAdmin):
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
            field.empty_label = _("The whole company")
        if db_field.name == "starts":
            field.help_text = _("Leave both times empty to close the whole day.")
        return field

    @admin.display(description=_("Whose"))
    def whose(self, day: SpecialDay) -> str:
        return str(day.provider or _("The whole company"))

    @admin.display(description=_("Hours"))
    def hours(self, day: SpecialDay) -> str:
        return str(_("Closed")) if day.is_closed else f"{day.starts:%H:%M}–{day.ends:%H:%M}"


@admin.register(TimeOff)
class TimeOffAdmin(ModelAdmin):
    """Absences; whoever sees only their own bookings manages only their own time."""

    list_display = ["provider", "starts_at", "ends_at", "note"]
    list_filter = ["provider"]
    ordering = ["-starts_at"]
    fieldsets = [
        (
            None,
            {
                "fields": ["provider", "starts_at", "ends_at", "note"],
                "description": _("Dates and times are the company's."),
            },
        )
    ]

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("provider")
        if request.user.has_perm(SEE_ALL_BOOKINGS):
            return rows
        return rows.filter(provider__user=request.user)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if not request.user.has_perm(SEE_ALL_BOOKINGS):
            field.queryset = field.queryset.filter(user=request.user)
        return field
