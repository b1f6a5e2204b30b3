"""Webhooks' place among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from booking.features import FeatureSpec, register


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self):
        register(
            FeatureSpec(
                key="webhooks",
                name=_("Webhooks"),
                description=_(
                    "Other programs hear of each booking the moment it is made, moved or "
                    "cancelled, with its meeting link: n8n, Zapier, your own."
                ),
                settings_url_name="desk:webhooks",
            )
        )
