"""The booking site's place among Django's apps."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "web.site"
    label = "site"
