"""Manage > Services and Manage > Classes."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from booking import features
from booking.models import Service
from web.desk.admin.fields import ChoicesMixin
from web.desk.admin.reviews import ReviewedMixin
from web.desk.models import Class
from web.desk.navigation import ONLINE_MEETINGS

TIME_FIELDS = (
    "duration_minutes",
    ("buffer_before_minutes", "buffer_after_minutes"),
    "last_may_skip_buffer_after",
)
OFFER_FIELDS = ("grid_minutes", ("notice_minutes", "horizon_days"), "ignores_hours")


class CatalogAdmin(ReviewedMixin, ChoicesMixin, ModelAdmin):
    """One page for what both kinds have; each kind adds its own words."""

    kind: str
    online_label = ""
    search_fields = ["name"]
    list_filter = ["is_active", "providers"]
    ordering = ["position", "name", "pk"]
    prepopulated_fields = {"slug": ["name"]}
    list_filter_submit = False

    def get_queryset(self, request):
        own_kind = super().get_queryset(request).filter(kind=self.kind)
        return own_kind.prefetch_related("providers")

    def get_list_display(self, request):
        columns = ["name", "length", "provider_names", "is_active"]
        return [*columns, "is_online_meeting"] if features.is_on(ONLINE_MEETINGS) else columns

    def get_fieldsets(self, request, obj=None):
        more = ["is_listed", "position", "colour"]
        if features.is_on(ONLINE_MEETINGS):
            more.append("is_online_meeting")
        return [
            (None, {"fields": ["name", "slug", "description", "is_active", *self.own_fields]}),
            (_("Providers"), {"fields": ["providers"]}),
            (_("Time"), {"fields": TIME_FIELDS}),
            (_("When it can be booked"), {"fields": OFFER_FIELDS}),
            (_("More options"), {"fields": more}),
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "is_online_meeting":
            field.label = self.online_label
            field.help_text = _("Clients and providers get links to a video meeting.")
        return field

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        obj.kind = self.kind
        super().save_model(request, obj, form, change)

    @display(description=_("Duration"), ordering="duration_minutes")
    def length(self, service: Service) -> str:
        return _("%(minutes)s min") % {"minutes": service.duration_minutes}

    @display(description=_("Providers"))
    def provider_names(self, service: Service) -> str:
        return ", ".join(str(provider) for provider in service.providers.all()) or "—"


@admin.register(Service)
class ServiceAdmin(CatalogAdmin):
    kind = Service.APPOINTMENT
    online_label = _("Enable as online meeting service")
    own_fields = [("price", "currency")]


@admin.register(Class)
class ClassAdmin(CatalogAdmin):
    """Guarded by the permissions of services; absent while *Classes* is off."""

    kind = Service.CLASS
    online_label = _("Enable as online meeting class")
    own_fields = ["capacity", ("price", "currency")]

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return self._may(request, "view") or self._may(request, "change")

    def has_add_permission(self, request):
        return self._may(request, "add")

    def has_change_permission(self, request, obj=None):
        return self._may(request, "change")

    def has_delete_permission(self, request, obj=None):
        return self._may(request, "delete")

    def _may(self, request, verb: str) -> bool:
        return features.is_on("classes") and request.user.has_perm(f"booking.{verb}_service")
