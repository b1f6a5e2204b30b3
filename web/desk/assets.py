"""Addresses of the staff side's own files, for the settings of its frame."""

from django.http import HttpRequest
from django.templatetags.static import static


def stylesheet(request: HttpRequest) -> str:
    return static("desk/css/desk.css")


def search_stylesheet(request: HttpRequest) -> str:
    return static("desk/css/search.css")


def favicon(request: HttpRequest) -> str:
    return static("site/mark.svg")
