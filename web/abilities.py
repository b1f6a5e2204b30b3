"""What people may do, in words: each ability is a handful of permissions that belong together.

Roles are made of them (*Settings > Roles*), and a person may have some beside their roles.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Ability:
    """Has whoever has all of ``permissions``, of which to change implies to see."""

    key: str
    name: Promise
    permissions: frozenset[str]

    def is_within(self, held: Iterable[str]) -> bool:
        return self.permissions <= with_implied(held)


def with_implied(permissions: Iterable[str]) -> set[str]:
    """Add to each ``change_…`` the ``view_…`` that Django grants with it."""
    held = set(permissions)
    return held | {name.replace(".change_", ".view_") for name in held if ".change_" in name}


def _ability(key: str, name: Promise, *permissions: str) -> Ability:
    return Ability(key, name, frozenset(permissions))


def _all_of(*models: str) -> Iterator[str]:
    for model in models:
        yield from (f"booking.{verb}_{model}" for verb in ("add", "change", "delete", "view"))


GROUPS: list[tuple[Promise, list[Ability]]] = [
    (
        _("Bookings"),
        [
            _ability(
                "see", _("See bookings: their own"), "booking.view_booking", "booking.view_session"
            ),
            _ability("see-all", _("See the bookings of all providers"), "booking.see_all_bookings"),
            _ability("book", _("Book for clients"), "booking.add_booking"),
            _ability("change", _("Move, cancel and approve"), "booking.change_booking"),
            _ability("label", _("Set labels of bookings"), "booking.label_booking"),
            _ability("override", _("Book outside the rules"), "booking.override_rules"),
            _ability("export", _("Export bookings"), "booking.export_bookings"),
        ],
    ),
    (
        _("Clients"),
        [
            _ability("see-clients", _("See clients"), "booking.view_client"),
            _ability(
                "change-clients",
                _("Add, change and merge clients"),
                "booking.add_client",
                "booking.change_client",
            ),
            _ability("delete-clients", _("Delete clients"), "booking.delete_client"),
        ],
    ),
    (
        _("Services, providers and hours"),
        [
            _ability(
                "see-catalogue",
                _("See services and providers"),
                "booking.view_service",
                "booking.view_provider",
            ),
            _ability(
                "services",
                _("Manage services, classes, categories and labels"),
                *_all_of("service", "servicehours", "category", "label"),
            ),
            _ability("change-providers", _("Change providers"), "booking.change_provider"),
            _ability(
                "providers",
                _("Add and delete providers"),
                "booking.add_provider",
                "booking.delete_provider",
            ),
            _ability(
                "hours",
                _("Manage hours and special days"),
                *_all_of("workinghours", "specialday"),
            ),
            _ability("time-off", _("Manage time off"), *_all_of("timeoff")),
        ],
    ),
    (
        _("Messages"),
        [
            _ability("messages", _("See sent messages"), "notifications.view_message"),
            _ability(
                "links",
                _("See meeting links and codes in messages"),
                "notifications.view_message_links",
            ),
            _ability("resend", _("Send messages again"), "notifications.change_message"),
            _ability(
                "texts",
                _("Change message texts"),
                "notifications.view_messagetemplate",
                "notifications.change_messagetemplate",
            ),
        ],
    ),
    (
        _("Company"),
        [
            _ability("zoom", _("Connect Zoom"), "zoomlink.manage_online_meetings"),
            _ability(
                "webhooks",
                _("Manage webhooks"),
                "webhooks.change_endpoint",
                "webhooks.view_endpoint",
            ),
            _ability(
                "features",
                _("Enable and disable features"),
                "booking.view_feature",
                "booking.change_feature",
            ),
            _ability(
                "company",
                _("Change the company and its rules"),
                "booking.view_company",
                "booking.change_company",
                "booking.view_event",
            ),
            _ability(
                "api-keys",
                _("Make and revoke API keys"),
                "api.add_apikey",
                "api.change_apikey",
                "api.view_apikey",
            ),
            _ability("users", _("Manage users"), *_all_of("user")),
        ],
    ),
]
ABILITIES = {ability.key: ability for _title, listed in GROUPS for ability in listed}
