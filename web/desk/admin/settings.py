"""Settings > Company."""

from copy import copy

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from booking import features
from booking.models import Company
from web.desk.admin.fields import ChoicesMixin
from web.desk.admin.reviews import ReviewedMixin
from web.desk.admin.rules import RulesMixin

NOTICE_FIELDS = ("notice_minutes", "horizon_days")
CUT_OFF_FIELDS = ("cancel_until_minutes", "reschedule_until_minutes")


@admin.register(Company)
class CompanyAdmin(RulesMixin, ReviewedMixin, ChoicesMixin, ModelAdmin):
    """One form: there is one company, and before it was saved it has the first values."""

    def get_fieldsets(self, request, obj=None):
        rules = ["grid_minutes", NOTICE_FIELDS, CUT_OFF_FIELDS]
        if features.is_on(features.WAITING_LIST):
            rules.append("offer_minutes")
        return [
            (None, {"fields": ["name", "description", ("email", "phone"), "address"]}),
            (_("Time and language"), {"fields": ["timezone", "language"]}),
            (_("Rules, unless a service has its own"), {"fields": rules}),
        ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("desk:company"))

    def get_object(self, request, object_id, from_field=None):
        return copy(Company.objects.current())  # what is typed must not pass for what is kept

    def response_post_save_change(self, request, obj):
        return HttpResponseRedirect(reverse("desk:company"))
