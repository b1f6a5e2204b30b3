"""The staff side's place among Django's apps."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from web.roles import install_roles


class DeskConfig(AppConfig):
    name = "web.desk"
    label = "desk"
    verbose_name = _("Manage")

    def ready(self):
        post_migrate.connect(install_roles, sender=apps.get_app_config("booking"))
