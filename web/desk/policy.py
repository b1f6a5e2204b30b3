"""What the browser may load and run on the staff side."""

from collections.abc import Callable
from urllib.parse import urlsplit

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse


class DeskPolicyMiddleware:
    """Sends the staff side's own Content-Security-Policy with every page under /admin/."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.policy = build_policy(config=settings.DESK_CONTENT_SECURITY_POLICY, update=_to_zoom())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(reverse("admin:index")) and HEADER not in response:
            response[HEADER] = self.policy
        return response


def _to_zoom() -> dict[str, tuple[str, ...]]:
    # "Authorize" is a form whose answer leads to Zoom, and Chromium holds every step of
    # that way against form-action; the sign-in there moves between hosts of zoom.us.
    address = urlsplit(settings.ZOOM_OAUTH_URL)
    return {"form-action": (f"{address.scheme}://{address.netloc}", "https://*.zoom.us")}
