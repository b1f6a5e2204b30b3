"""Online meetings' place among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from booking.features import FeatureSpec, register


class ZoomlinkConfig(AppConfig):
    name = "zoomlink"
    verbose_name = _("Online meetings")

    def ready(self):
        register(
            FeatureSpec(
                key="online-meetings",
                name=_("Online video meetings"),
                description=_(
                    "Meet clients on Zoom: each booking of an online service gets its own link, "
                    "which waits and leads into the meeting when the time comes."
                ),
                settings_url_name="desk:online-meetings",
            )
        )
