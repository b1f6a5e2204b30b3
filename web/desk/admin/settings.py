"""Settings > Company."""

from copy import copy

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from booking import features
from booking.formats import format_moment
from booking.models import Company
from web.desk.admin.fields import ChoicesMixin
from web.desk.admin.pictures import PictureField, PicturesMixin
from web.desk.admin.reviews import ReviewedMixin
from web.desk.admin.rules import RulesMixin

LOGO_PIXELS = 640  # of its longest side: shown some 40 high, on fine screens
ABOUT_FIELDS = ["name", "description", ("email", "phone"), "address"]
SITE_FIELDS = ["logo", "site_colour", "shows_hours", "booked_text", "policy"]
RULE_FIELDS = ["grid_minutes", "notice_minutes", "horizon_days"]
CUT_OFF_FIELDS = ["cancel_until_minutes", "reschedule_until_minutes"]
PROOF_FIELDS = ["proof_above", "proof_minutes"]
HELP = {
    "description": _("Stands at the top of the booking page."),
    "logo": _("Shown instead of the name. JPEG, PNG or WebP, 5 MB at most; a wide one fits best."),
    "site_colour": _("Of buttons and links. It is made darker or lighter until it can be read."),
    "shows_hours": _("Beside your services, with special days that are to come."),
    "email": _("Clients answer to this address."),
    "timezone": _("Of every time on the staff side. Type to search, such as Kyiv."),
    "language": _("Of the first visit, and of messages where a client's is not known."),
    "grid_minutes": _("15: bookings may start at 9:00, 9:15, 9:30 and so on."),
    "notice_minutes": _("60 is one hour, 1440 one day, 0 until the very start."),
    "horizon_days": _("30 is about a month; the last day counts whole."),
    "cancel_until_minutes": _("60 is one hour, 1440 one day, 0 until the very start."),
    "reschedule_until_minutes": _("60 is one hour, 1440 one day, 0 until the very start."),
    "offer_minutes": _("120 is two hours. Then the next in the list is offered the place."),
}


@admin.register(Company)
class CompanyAdmin(RulesMixin, ReviewedMixin, PicturesMixin, ChoicesMixin, ModelAdmin):
    """One form: there is one company, and before it was saved it has the first values."""

    readonly_fields = ["dates", "first_steps"]
    formfield_overrides = {
        models.ImageField: {"form_class": PictureField, "longest_side": LOGO_PIXELS}
    }

    def get_fieldsets(self, request, obj=None):
        clients = [*CUT_OFF_FIELDS]
        if features.is_on(features.WAITING_LIST):
            clients.append("offer_minutes")
        return [
            (_("About"), {"fields": ABOUT_FIELDS}),
            (_("Booking site"), {"fields": SITE_FIELDS}),
            (_("Time and language"), {"fields": ["timezone", "language", "dates"]}),
            (_("Booking rules, unless a service has its own"), {"fields": RULE_FIELDS}),
            (_("What clients may do themselves"), {"fields": clients}),
            (_("Against misuse"), {"fields": PROOF_FIELDS}),
            (_("First steps"), {"fields": ["first_steps"]}),
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.help_text = HELP.get(db_field.name, field.help_text)
        return field

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

    @admin.display(description=_("Dates and times look like"))
    def dates(self, company: Company) -> str:
        return format_moment(timezone.now(), company.zone, company.language)

    @admin.display(description=_("What a new company does"))
    def first_steps(self, company: Company) -> str:
        link, words = reverse("desk:first-steps"), _("Show the list")
        return format_html('<a class="z-link" href="{}">{}</a>', link, words)
