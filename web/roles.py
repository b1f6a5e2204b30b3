"""The five roles as groups, each with what it may do on a new installation.

A group that exists is left alone: the owner may have changed it.
"""

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.db.models import Model

_OURS = ("booking", "zoomlink", "notifications", "webhooks", "api")
_CATALOGUE = (
    "category",
    "service",
    "servicehours",
    "provider",
    "client",
    "workinghours",
    "specialday",
    "timeoff",
    "label",
)

_VIEWER = [
    "booking.view_booking",
    "booking.see_all_bookings",
    "booking.label_booking",
    "booking.view_session",
    "booking.view_client",
    "booking.view_service",
    "booking.view_provider",
]
_JUNIOR = [
    "booking.view_booking",
    "booking.add_booking",
    "booking.change_booking",
    "booking.label_booking",
    "booking.export_bookings",
    "booking.view_session",
    "booking.view_client",
    "booking.view_service",
    "booking.view_provider",
    *(f"booking.{verb}_timeoff" for verb in ("add", "change", "delete", "view")),  # their own
]
_SENIOR = [
    *_JUNIOR,
    "booking.see_all_bookings",
    "booking.override_rules",
    "booking.add_client",
    "booking.change_client",
    "booking.change_provider",
    *(f"booking.{verb}_workinghours" for verb in ("add", "change", "delete", "view")),
    *(f"booking.{verb}_specialday" for verb in ("add", "change", "delete", "view")),
    "notifications.view_message",
]
_ADMINISTRATOR = [
    *_SENIOR,
    *(
        f"booking.{verb}_{name}"
        for name in _CATALOGUE
        for verb in ("add", "change", "delete", "view")
    ),
    "booking.view_event",
    "booking.view_company",
    "booking.change_company",
    "booking.view_feature",
    "booking.change_feature",
    "zoomlink.manage_online_meetings",
    "notifications.change_message",
    "notifications.view_message_links",
    "notifications.view_messagetemplate",
    "notifications.change_messagetemplate",
    "api.add_apikey",
    "api.change_apikey",
    "api.view_apikey",
    "webhooks.change_endpoint",
    "webhooks.view_endpoint",
]
_OWNER = [
    *_ADMINISTRATOR,
    *(f"booking.{verb}_user" for verb in ("add", "change", "delete", "view")),
]

ROLES = {
    "owner": _OWNER,
    "administrator": _ADMINISTRATOR,
    "senior": _SENIOR,
    "junior": _JUNIOR,
    "viewer": _VIEWER,
}


def install_roles(**_signal) -> None:
    """Write the groups that are missing (a receiver of ``post_migrate``)."""
    # Looked up by name: this module is loaded before the models are.
    groups = apps.get_model("auth", "Group").objects
    missing = set(ROLES) - set(groups.values_list("name", flat=True))
    if not missing:
        return
    for label in _OURS:
        _write_permissions(apps.get_app_config(label))
    known = _known_permissions()
    for role in ROLES:
        if role in missing:
            groups.create(name=role).permissions.set(known[name] for name in ROLES[role])


def _write_permissions(app: AppConfig) -> None:
    """Django writes an app's permissions after migrating it; ours may not be written yet."""
    create_permissions(app, verbosity=0)


def _known_permissions() -> dict[str, Model]:
    """Permissions of our apps by their name, such as ``booking.view_booking``."""
    rows = apps.get_model("auth", "Permission").objects.filter(content_type__app_label__in=_OURS)
    return {
        f"{row.content_type.app_label}.{row.codename}": row
        for row in rows.select_related("content_type")
    }
