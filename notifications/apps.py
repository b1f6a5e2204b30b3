"""Messages' place among Django's apps."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from booking.features import FeatureSpec, register
from notifications.kinds import FLEXIBLE


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Messages")

    def ready(self):
        import_module("notifications.checks")  # it needs the models, which now are there
        register(
            FeatureSpec(
                key=FLEXIBLE,
                name=_("Flexible notifications"),
                description=_(
                    "Other words, or none, in messages about a service, from a provider, or for "
                    "the one with the other."
                ),
                settings_url_name="desk:flexible",
            )
        )
