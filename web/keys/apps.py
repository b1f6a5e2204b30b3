"""The keys' place among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeysConfig(AppConfig):
    name = "web.keys"
    label = "api"
    verbose_name = _("API")
