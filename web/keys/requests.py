"""Which key a request came with: set by the API, asked by whoever books for it."""

from django.http import HttpRequest

from web.keys.models import ApiKey


def key_of(request: HttpRequest) -> ApiKey | None:
    """The key of an API request; None without one, and for every page."""
    return getattr(request, "api_key", None)


def is_from_server(request: HttpRequest) -> bool:
    """Whether a server of the company asks, which answers itself for whom it books."""
    key = key_of(request)
    return key is not None and key.is_for_server
