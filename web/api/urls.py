"""The API's addresses, below /api/v1/."""

from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_safe

from web.api import bookings, catalog, door, problems
from web.api.document import DocumentedAPI

api = DocumentedAPI(
    title="Zustrich",
    version="1",
    description="Free times and bookings of one company, for programs. Times are RFC 3339 with "
    "an offset; refusals are problem documents (RFC 9457) with a stable code.",
    docs_url=None,  # a page that would load its scripts from elsewhere
    docs_decorator=require_safe,
    parser=problems.JSONOnly(),
    urls_namespace="api",
)
api.add_router("", catalog.router)
api.add_router("", bookings.router)
problems.handle_with(api)

# The names ninja gives: of what is nobody's own, and may be kept.
_PUBLIC = {"openapi-json", "list_services", "list_providers", "list_consents"}


def _answering(pattern: URLPattern) -> URLPattern:
    view = door.behind_the_door(pattern.callback, is_public=pattern.name in _PUBLIC)
    return URLPattern(pattern.pattern, view, name=pattern.name)


app_name = "api"
urlpatterns = [
    path("", door.nothing_here),
    *(_answering(pattern) for pattern in api.urls[0]),
    re_path("", door.nothing_here),
]
