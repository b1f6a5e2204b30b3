"""Manage > Providers and Clients, Settings > Users."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from booking import features
from booking.models import Client, Provider, User
from web.desk.access import (
    CONNECT_ZOOM,
    SEE_ALL_BOOKINGS,
    may_merge,
    visible_bookings,
    visible_clients,
    visible_providers,
)
from web.desk.admin.deletion import DeactivationMixin, DeletionMixin
from web.desk.admin.fields import ChoicesMixin
from web.desk.admin.pictures import PicturesMixin
from web.desk.admin.reviews import ReviewedMixin
from web.desk.admin.rules import RulesMixin
from web.desk.admin.second_factor import SecondFactorMixin
from web.desk.navigation import ONLINE_MEETINGS
from web.desk.search import bookings_like, clients_like, terms_in
from web.desk.standing import OWNER, grantable_roles, may_decide_about
from web.desk.user_forms import NewUserForm, UserForm


@admin.register(Provider)
class ProviderAdmin(
    RulesMixin, DeactivationMixin, ReviewedMixin, PicturesMixin, ChoicesMixin, ModelAdmin
):
    """Whoever sees only their own bookings finds only themselves.

    Nor do they choose who signs in as a provider: they could then see what is a colleague's.
    """

    session_field = "provider"
    empty_title = _("Who meets your clients?")
    empty_text = _(
        "A provider has hours, services and a column in the calendar. Add the people who meet "
        "clients, yourself among them."
    )
    list_display = ["name", "email", "phone", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "email", "phone"]
    ordering = ["position", "name", "pk"]
    readonly_fields = ["hours", "online_meetings", "signs_in_as"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(pk__in=visible_providers(request.user))

    def get_fieldsets(self, request, obj=None):
        may_choose = request.user.has_perm(SEE_ALL_BOOKINGS) and (
            self.has_change_permission(request, obj) or obj is None
        )
        user = "user" if may_choose else "signs_in_as"
        contact = ["name", ("email", "phone"), "description", "picture", user, "is_active"]
        more = ["timezone", "daily_maximum", "language", "colour", "position"]
        fieldsets = [(None, {"fields": contact})]
        if obj:
            fieldsets.append((_("Hours"), {"fields": ["hours"]}))
        fieldsets.append((_("More options"), {"fields": more}))
        if features.is_on(ONLINE_MEETINGS) and request.user.has_perm(CONNECT_ZOOM):
            fieldsets.append((_("Online video meetings"), {"fields": ["online_meetings"]}))
        return fieldsets

    def response_add(self, request, obj, post_url_continue=None):
        """Say what comes next: without a service nobody can be booked."""
        response = super().response_add(request, obj, post_url_continue)
        links = {
            _("Hours"): reverse("desk:hours-of", args=[obj.pk]),
            _("Services"): reverse("admin:booking_service_changelist"),
        }
        shown = format_html_join(" · ", '<a class="z-link" href="{1}">{0}</a>', links.items())
        text = _("Next: enter own hours, and tick the provider in each service they give.")
        messages.info(request, format_html("{} {}", text, shown))
        return response

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(is_staff=True).order_by("name", "email")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("signs in as"))
    def signs_in_as(self, provider: Provider) -> str:
        return str(provider.user or "—")

    @admin.display(description=_("Works"))
    def hours(self, provider: Provider) -> str:
        whose = _("Own hours") if provider.working_hours.exists() else _("The opening hours")
        link = reverse("desk:hours-of", args=[provider.pk])
        words = _("Show the week")
        return format_html('{}. <a class="z-link" href="{}">{}</a>', whose, link, words)

    @admin.display(description=_("Meets by"))
    def online_meetings(self, provider: Provider) -> str:
        return format_html(
            '<a class="z-link" href="{}#providers">{}</a>',
            reverse("desk:online-meetings"),
            _("Choose under Providers for meetings"),
        )


@admin.register(Client)
class ClientAdmin(DeletionMixin, ChoicesMixin, ModelAdmin):
    """Whoever sees only their own bookings sees only the clients in them."""

    list_display = ["page", "email", "phone", "number_of_bookings", "created_at"]
    list_display_links = None
    search_fields = ["name", "email", "phone", "bookings__code"]
    ordering = ["name", "pk"]
    fields = ["name", ("email", "phone"), "timezone", "language"]
    actions = ["merge"]

    def get_queryset(self, request):
        visible = visible_clients(request.user).values("pk")
        clients = super().get_queryset(request).filter(pk__in=visible)
        return clients.annotate(bookings_made=Count("bookings"))

    def get_search_results(self, request, queryset, search_term):
        """As quick search finds them, also by a code."""
        terms = terms_in(search_term)
        if not terms:
            return queryset, False
        of_codes = bookings_like(terms, visible_bookings(request.user)).values("client")
        named = clients_like(terms, Client.objects.all()).values("pk")
        return queryset.filter(Q(pk__in=named) | Q(pk__in=of_codes)), False

    @admin.action(description=_("Merge…"), permissions=["merge"])
    def merge(self, request, queryset):
        """To the page that asks what the one record will be."""
        ticked = urlencode([("client", pk) for pk in queryset.values_list("pk", flat=True)])
        return redirect(f"{reverse('desk:client-merge')}?{ticked}")

    def has_merge_permission(self, request) -> bool:
        return may_merge(request.user)

    @admin.display(description=pgettext_lazy("person", "name"), ordering="name")
    def page(self, client: Client) -> str:
        return format_html(
            '<a class="z-link" href="{}">{}</a>', reverse("desk:client", args=[client.pk]), client
        )

    def save_model(self, request, obj, form, change):
        if "email" in form.changed_data:
            obj.user = None  # who signs in has proved the former address, not this one
        super().save_model(request, obj, form, change)

    @admin.display(description=_("Bookings"), ordering="bookings_made")
    def number_of_bookings(self, client) -> int:
        return client.bookings_made


class RoleFilter(admin.RelatedFieldListFilter):
    """Offers the roles by the names that people read."""

    def field_choices(self, field, request, model_admin):
        return [(group.pk, role_name(group)) for group in Group.objects.order_by("pk")]


@admin.register(User)
class UserAdmin(SecondFactorMixin, DeletionMixin, DjangoUserAdmin, ModelAdmin):
    """People who sign in. Nobody is made a superuser here, and an owner stays.

    Whoever manages users decides only about people who may do no more than they may.
    """

    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "name", "roles", "signs_in_by_two_steps", "is_staff", "is_active"]
    list_filter = ["is_staff", "is_active", ("groups", RoleFilter)]
    search_fields = ["email", "name"]
    ordering = ["email"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("What they may do"), {"fields": ["is_active", "is_staff", "groups"]}),
    ]
    also_may = (_("Also may"), {"fields": ["abilities"]})
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]}),
        (_("What they may do"), {"fields": ["is_staff", "groups"]}),
    ]

    def delete_view(self, request, object_id, extra_context=None):
        way_out = _("Take “may sign in” away instead: histories keep the name of who did what.")
        return super().delete_view(
            request, object_id, {"way_out": way_out, **(extra_context or {})}
        )

    def get_queryset(self, request):
        users = super().get_queryset(request).prefetch_related("groups")
        return users if request.user.is_superuser else users.filter(is_superuser=False)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        return [*fieldsets, self.also_may]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.acting = request.user
        return form

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if "abilities" in form.fields:
            form.save_abilities()

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        kwargs["queryset"] = grantable_roles(request.user)
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.label, field.help_text = _("Roles"), ""
        field.label_from_instance = role_name
        return field

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or may_decide_about(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        if obj is None:
            return super().has_delete_permission(request)
        if obj == request.user or obj.groups.filter(name=OWNER).exists():
            return False
        may = super().has_delete_permission(request, obj)
        return may and may_decide_about(request.user, obj)

    def get_deleted_objects(self, objs, request):
        kept = [user for user in objs if not self.has_delete_permission(request, user)]
        rest = [user for user in objs if user not in kept]
        deleted, counts, missing, protected = super().get_deleted_objects(rest, request)
        return deleted, counts, missing, [*protected, *map(str, kept)]

    def stays_without(self, objs):
        number = Provider.objects.filter(user__in=objs).count()
        return {str(_("Providers that stay, but no longer sign in")): number} if number else {}

    @admin.display(description=_("Roles"))
    def roles(self, user: User) -> str:
        return ", ".join(role_name(group) for group in user.groups.all()) or "—"


def role_name(group: Group) -> str:
    names = {
        OWNER: _("Owner"),
        "administrator": _("Administrator"),
        "senior": _("Senior"),
        "junior": _("Junior (own bookings)"),
        "viewer": _("Viewer"),
    }
    return str(names.get(group.name, group.name))
