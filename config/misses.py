"""A limit for whoever tries tokens, on all pages and operations that are opened by one."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from config.errors import is_of_the_api
from web.api import door
from web.limits import has_missed_too_often, note_miss
from web.site import limits

TOKEN = "token"  # nosec B105: what every route calls it that is opened by one


class MissesMiddleware:
    """Answers 429, to right tokens and wrong ones alike, after too many wrong ones in a minute.

    Stands innermost: the page that says so is drawn like any other.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code == HTTPStatus.NOT_FOUND and match and TOKEN in match.kwargs:
            note_miss(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if TOKEN not in kwargs or not has_missed_too_often(request):
            return None
        return door.too_many_misses(request) if is_of_the_api(request) else limits.too_many(request)
