"""The staff side's place among Django's apps."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "web.desk"
    label = "desk"
