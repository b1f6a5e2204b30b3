"""The staff side speaks in the company's time."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from booking.models import Company


class CompanyTimeMiddleware:
    """Shows and reads every time under /admin/ in the company's zone, whatever the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(reverse("admin:index")):
            return self.get_response(request)
        with timezone.override(Company.objects.current().zone):
            return self.get_response(request)
