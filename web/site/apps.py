"""The booking site's place among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from booking.features import FeatureSpec, register
from web.embedding import FEATURE


class SiteConfig(AppConfig):
    name = "web.site"
    label = "site"

    def ready(self) -> None:
        register(
            FeatureSpec(
                key=FEATURE,
                name=_("Embedding"),
                description=_(
                    "The booking site inside any other page, in a frame or behind a button, "
                    "by one line of script."
                ),
                settings_url_name="desk:embedding",
            )
        )
