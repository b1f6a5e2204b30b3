"""Manage > Services, Classes, Categories and Labels."""

from functools import partial
from itertools import count

from django.contrib import admin
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from booking import features
from booking.models import Booking, Category, Label, Service
from web.desk.admin.asking import QuestionInline
from web.desk.admin.deletion import DeactivationMixin, DeletionMixin
from web.desk.admin.fields import ChoicesMixin
from web.desk.admin.pictures import PicturesMixin
from web.desk.admin.reviews import ReviewedMixin
from web.desk.admin.rules import RulesMixin
from web.desk.admin.times import ServiceHoursInline, cloned_id
from web.desk.models import Class
from web.desk.navigation import ONLINE_MEETINGS
from web.desk.wishes_forms import WISHES, ServiceWishesForm
from zoomlink.actions import save_service_settings

ABOUT_FIELDS = ["name", "slug", "description", "category", "picture", "is_active"]
PRICE_FIELDS = ("price", "currency")
NOTICE_FIELDS = ("notice_minutes", "horizon_days")
# What a copy is not given: an address and a picture of its own; online is off by default.
NOT_COPIED = {"id", "name", "slug", "picture", "kind", "is_online_meeting"}
BUFFER_FIELDS = ("buffer_before_minutes", "buffer_after_minutes")


class CatalogAdmin(
    RulesMixin, DeactivationMixin, ReviewedMixin, PicturesMixin, ChoicesMixin, ModelAdmin
):
    """One page for what both kinds have; each kind adds its own words."""

    kind: str
    online_label = ""
    session_field = "service"
    search_fields = ["name"]
    list_filter = ["is_active", "category", "providers"]
    ordering = ["position", "name", "pk"]
    prepopulated_fields = {"slug": ["name"]}
    list_filter_submit = False
    change_form_template = "admin/booking/service/change_form.html"
    inlines = [QuestionInline]

    def get_changeform_initial_data(self, request):
        """With ``?clone=<id>`` the form for a new one begins as that one stands."""
        initial = super().get_changeform_initial_data(request)
        original = self._original(request)
        return initial | _copy_of(original) if original else initial

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        original = None if obj.pk or request.method == "POST" else self._original(request)
        if original:
            kwargs["initial"] = inline.copied_from(original)
        return kwargs

    def _original(self, request) -> Service | None:
        pk = cloned_id(request)
        return self.get_queryset(request).filter(pk=pk).first() if pk else None

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
            more += WISHES if self._shows_wishes(request, obj) else ()
        return [
            (None, {"fields": [*ABOUT_FIELDS, *self.own_fields]}),
            (_("Providers"), {"fields": ["providers"]}),
            (_("Time"), {"fields": self.time_fields}),
            (_("When it can be booked"), {"fields": self.offer_fields}),
            (_("More options"), {"fields": more}),
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if self._shows_wishes(request, obj):
            kwargs["form"] = ServiceWishesForm
        return super().get_form(request, obj, change=change, **kwargs)

    def _shows_wishes(self, request, obj) -> bool:
        """To those who may change them: they are fields of the form, not of the service."""
        may_save = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        return may_save and features.is_on(ONLINE_MEETINGS)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "is_online_meeting":
            field.label = self.online_label
            field.help_text = _("Clients and providers get links to a video meeting.")
        if db_field.name == "category":
            field.empty_label = _("No category")
        return field

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        obj.kind = self.kind
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        wishes = getattr(form, "wishes", None)
        if wishes:
            # The action has a transaction of its own, and needs the service to be there.
            save = partial(
                save_service_settings,
                service_id=form.instance.pk,
                changes=wishes,
                now=timezone.now(),
                actor=request.user,
            )
            transaction.on_commit(save)

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
    own_fields = [PRICE_FIELDS]
    time_fields = ["duration_minutes", BUFFER_FIELDS, "last_may_skip_buffer_after"]
    offer_fields = [
        "grid_minutes",
        NOTICE_FIELDS,
        "daily_maximum",
        "needs_approval",
        "ignores_hours",
    ]
    inlines = [ServiceHoursInline, QuestionInline]
    empty_title = _("What can clients book?")
    empty_text = _(
        "A service is what one client books with one provider: how long it takes, what it "
        "costs, who gives it. It stands on the booking page as soon as it is saved."
    )


@admin.register(Class)
class ClassAdmin(CatalogAdmin):
    """Guarded by the permissions of services; absent while *Classes* is off.

    Its sessions are scheduled one by one: hours, grid and daily maximum mean nothing here.
    """

    kind = Service.CLASS
    online_label = _("Enable as online meeting class")
    empty_title = _("Which classes are there?")
    empty_text = _(
        "A class has several places. Say here what it is and how many may come; its dates are "
        "scheduled under Class sessions."
    )
    own_fields = ["capacity", PRICE_FIELDS]
    time_fields = ["duration_minutes", BUFFER_FIELDS]
    offer_fields = [NOTICE_FIELDS, "needs_approval"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "capacity":
            field.help_text = _("Of new sessions; those already scheduled keep theirs.")
        return field

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


@admin.register(Category)
class CategoryAdmin(DeletionMixin, ModelAdmin):
    """Headings of the booking site. A service outlives its category."""

    empty_title = _("No headings yet")
    empty_text = _("With many services, headings help clients to find theirs on the booking page.")

    list_display = ["name", "number_of_services", "position"]
    search_fields = ["name"]
    ordering = ["position", "name", "pk"]
    fields = ["name", "position"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(services_in_it=Count("services"))

    def stays_without(self, objs):
        number = Service.objects.filter(category__in=objs).count()
        return {str(_("Services that stay, without a category")): number} if number else {}

    @admin.display(description=_("Services"), ordering="services_in_it")
    def number_of_services(self, category) -> int:
        return category.services_in_it


@admin.register(Label)
class LabelAdmin(DeletionMixin, ChoicesMixin, ModelAdmin):
    """Words that staff put on bookings. A booking outlives its label."""

    empty_title = _("No labels yet")
    empty_text = _(
        "A coloured word of your own on a booking, such as Regular or Call back. Clients do "
        "not see it; the calendar takes its colour."
    )

    list_display = ["name", "swatch", "number_of_bookings", "position"]
    search_fields = ["name"]
    ordering = ["position", "name", "pk"]
    fields = ["name", "colour", "position"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(bookings_with_it=Count("booking"))

    def stays_without(self, objs):
        number = Booking.objects.filter(label__in=objs).count()
        return {str(_("Bookings that stay, without this label")): number} if number else {}

    @admin.display(description=_("Colour"))
    def swatch(self, label: Label) -> str:
        return format_html('<span class="z-swatch" style="--z-swatch: {}"></span>', label.colour)

    @admin.display(description=_("Bookings"), ordering="bookings_with_it")
    def number_of_bookings(self, label) -> int:
        return label.bookings_with_it


def _copy_of(original: Service) -> dict[str, object]:
    """First values of a copy, under a name and an address that are free."""
    names = [field.name for field in Service._meta.concrete_fields if field.name not in NOT_COPIED]
    address = original.slug[:70]
    taken = set(Service.objects.filter(slug__startswith=address).values_list("slug", flat=True))
    free = next(slug for number in count(2) if (slug := f"{address}-{number}") not in taken)
    return {
        **{name: original.serializable_value(name) for name in names},
        "name": _("%(name)s (copy)") % {"name": original.name[:140]},
        "slug": free,
        "providers": list(original.providers.all()),
    }
