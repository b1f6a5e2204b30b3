"""The staff side's menu: what this person may open, and nothing else."""

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from booking import features
from booking.models import Company
from notifications.kinds import FLEXIBLE
from web.desk.access import (
    CHANGE_COMPANY,
    CHANGE_TEMPLATES,
    CONNECT_ZOOM,
    EXPORT_BOOKINGS,
    MANAGE_WEBHOOKS,
    SEE_API_KEYS,
    SEE_BOOKINGS,
    SEE_MESSAGES,
    may_manage_webhooks,
    visible_messages,
    waiting_bookings,
)
from web.embedding import FEATURE as EMBEDDING
from webhooks.kinds import FEATURE as WEBHOOKS

Item = dict[str, object]
ONLINE_MEETINGS = "online-meetings"
_NOT_YET_OLD = timedelta(days=7)  # messages that did not arrive, of which the menu reminds


def company_name(request: HttpRequest) -> str:
    """What stands under the product's name."""
    return Company.objects.current().name


class Menu:
    """Collects the entries that the person of ``request`` may open."""

    def __init__(self, request: HttpRequest):
        self.request = request
        self.groups: list[dict[str, object]] = []

    def group(self, title: str | Promise | None = None) -> None:
        """Begin a group; one that stays empty is not drawn."""
        self.items: list[Item] = []
        self.groups.append({"title": title, "separator": bool(self.groups), "items": self.items})

    def entry(
        self, title: str | Promise, icon: str, url_name: str, permission: str, feature: str = ""
    ) -> Item | None:
        """Add a page if its permission is held and its feature, if any, is on."""
        if not self.request.user.has_perm(permission) or (feature and not features.is_on(feature)):
            return None
        link = reverse(url_name)
        is_active = self.request.path.startswith(link)
        item: Item = {"title": title, "icon": icon, "link": link, "active": is_active}
        self.items.append(item)
        return item


def navigation(request: HttpRequest) -> list[dict[str, object]]:
    """Return Unfold's description of the sidebar for this request."""
    menu = Menu(request)
    menu.group()
    _add_calendar(menu)
    _add_reports(menu)
    _add_messages(menu)
    _add_manage(menu)
    _add_settings(menu)
    return [group for group in menu.groups if group["items"]]


def _add_calendar(menu: Menu) -> None:
    menu.entry(_("Calendar"), "calendar_month", "desk:calendar", SEE_BOOKINGS)
    pending = menu.entry(_("Pending bookings"), "hourglass_top", "desk:pending", SEE_BOOKINGS)
    if pending is not None:
        waiting = waiting_bookings(menu.request.user, timezone.now()).count()
        pending.update(badge=waiting, badge_variant="warning")


def _add_reports(menu: Menu) -> None:
    menu.group(_("Reports"))
    menu.entry(_("Booking details"), "list_alt", "desk:reports-bookings", SEE_BOOKINGS)
    menu.entry(
        pgettext_lazy("report", "Online video meetings"),
        "videocam",
        "desk:reports-online-meetings",
        SEE_BOOKINGS,
        ONLINE_MEETINGS,
    )
    menu.entry(_("Utilisation"), "bar_chart", "desk:reports-utilisation", SEE_BOOKINGS)
    menu.entry(_("Exports"), "download", "desk:exports", EXPORT_BOOKINGS)


def _add_messages(menu: Menu) -> None:
    sent = menu.entry(_("Sent messages"), "outbox", "desk:messages", SEE_MESSAGES)
    if sent is not None:
        lost = visible_messages(menu.request.user).lost_since(timezone.now() - _NOT_YET_OLD)
        sent.update(badge=lost.count(), badge_variant="danger")


def _add_manage(menu: Menu) -> None:
    menu.group(_("Manage"))
    menu.entry(
        _("Services"), "concierge", "admin:booking_service_changelist", "booking.view_service"
    )
    menu.entry(
        _("Classes"), "groups", "admin:desk_class_changelist", "booking.view_service", "classes"
    )
    menu.entry(
        _("Class sessions"),
        "event_repeat",
        "desk:sessions",
        SEE_BOOKINGS,
        "classes",
    )
    menu.entry(
        _("Categories"), "category", "admin:booking_category_changelist", "booking.view_category"
    )
    menu.entry(
        _("Providers"), "badge", "admin:booking_provider_changelist", "booking.view_provider"
    )
    menu.entry(_("Clients"), "person", "admin:booking_client_changelist", "booking.view_client")
    menu.entry(_("Opening hours"), "schedule", "desk:hours", SEE_BOOKINGS)
    menu.entry(
        _("Special days"),
        "event_busy",
        "admin:booking_specialday_changelist",
        "booking.view_specialday",
    )
    menu.entry(
        _("Time off"), "beach_access", "admin:booking_timeoff_changelist", "booking.view_timeoff"
    )
    menu.entry(_("Labels"), "label", "admin:booking_label_changelist", "booking.view_label")
    menu.entry(_("Outside the rules"), "rule", "desk:outside-rules", SEE_BOOKINGS)
    menu.entry(_("Free or not?"), "help", "desk:why", SEE_BOOKINGS)


def _add_settings(menu: Menu) -> None:
    menu.group(_("Settings"))
    menu.entry(_("Custom Features"), "extension", "desk:features", "booking.view_feature")
    menu.entry(
        _("Online video meetings"),
        "video_settings",
        "desk:online-meetings",
        CONNECT_ZOOM,
        ONLINE_MEETINGS,
    )
    menu.entry(
        _("Email and SMS settings"),
        "edit_notifications",
        "desk:message-settings",
        CHANGE_TEMPLATES,
    )
    menu.entry(_("Flexible notifications"), "tune", "desk:flexible", CHANGE_TEMPLATES, FLEXIBLE)
    menu.entry(_("Embedding"), "code_blocks", "desk:embedding", CHANGE_COMPANY, EMBEDDING)
    if may_manage_webhooks(menu.request.user):
        menu.entry(_("Webhooks"), "webhook", "desk:webhooks", MANAGE_WEBHOOKS, WEBHOOKS)
    menu.entry(_("Company"), "storefront", "desk:company", "booking.view_company")
    menu.entry(
        _("Consents"),
        "fact_check",
        "admin:booking_consent_changelist",
        "booking.view_company",
    )
    menu.entry(_("API keys"), "key", "desk:api-keys", SEE_API_KEYS)
    menu.entry(_("Users"), "manage_accounts", "admin:booking_user_changelist", "booking.view_user")
    menu.entry(
        _("Sign-in and security"), "shield_lock", "desk:sign-in-security", "booking.change_user"
    )


def account(request: HttpRequest) -> list[Item]:
    """What stands under one's own name, before the way out."""
    return [
        {"title": _("Two-factor sign-in"), "link": reverse("desk:second-factor")},
        {"title": _("Change password"), "link": reverse("admin:password_change")},
    ]
