"""The switches of features as plain rows; the page *Custom Features* is the usual way."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from booking import features
from booking.actions import set_feature
from booking.errors import FeatureRefused
from booking.models import Feature


@admin.register(Feature)
class FeatureAdmin(ModelAdmin):
    """Saves through the action, so that requirements hold and the change is recorded."""

    list_display = ["name", "key", "is_enabled"]
    ordering = ["key"]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []

    def has_delete_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return self.has_change_permission(request) and bool(_undecided())

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "key":
            return forms.ChoiceField(choices=_undecided(), widget=UnfoldAdminSelectWidget)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        # Not in the transaction that Django puts around: the action has its own.
        try:
            return self._changeform_view(request, object_id, form_url, extra_context)
        except FeatureRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        set_feature(key=obj.key, on=obj.is_enabled, now=timezone.now(), actor=request.user)
        obj.pk = Feature.objects.get(key=obj.key).pk

    @admin.display(description="")
    def name(self, feature: Feature) -> str:
        names = {spec.key: str(spec.name) for spec in features.all_specs()}
        return names.get(feature.key, feature.key)


def _undecided() -> list[tuple[str, str]]:
    decided = set(Feature.objects.values_list("key", flat=True))
    return [(spec.key, str(spec.name)) for spec in features.all_specs() if spec.key not in decided]
