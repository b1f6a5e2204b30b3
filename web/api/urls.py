"""The API's addresses, below /api/v1/."""

from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from web.api import bookings, catalog, problems


class PublicAPI(NinjaAPI):
    """Describes refusals in its document with their own media type."""

    def get_openapi_schema(self, **options):
        document = super().get_openapi_schema(**options)
        for operations in document["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if status >= 400:
                        response["content"] = {
                            problems.MEDIA_TYPE: response["content"].pop("application/json")
                        }
        return document


api = PublicAPI(
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


def _answering(pattern: URLPattern) -> URLPattern:
    return URLPattern(pattern.pattern, problems.as_problems(pattern.callback), name=pattern.name)


app_name = "api"
urlpatterns = [
    path("", problems.nothing_here),
    *(_answering(pattern) for pattern in api.urls[0]),
    re_path("", problems.nothing_here),
]
