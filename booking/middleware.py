"""One reading of the feature switches for each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from booking import features


class FeaturesMiddleware:
    """Lets every ``features.is_on`` of a request share one query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with features.remembered():
            return self.get_response(request)
