from django.apps import AppConfig


class ZoomlinkConfig(AppConfig):
    name = "zoomlink"
