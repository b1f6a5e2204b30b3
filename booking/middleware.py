"""One reading of the company and its feature switches for each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from booking.memory import remembered


class MemoryMiddleware:
    """Lets all that asks for the same thing in a request share one query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with remembered():
            return self.get_response(request)
