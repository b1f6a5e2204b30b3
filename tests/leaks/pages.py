"""Every answer of the product in the process of a test, as whoever asked receives it."""

from collections.abc import Callable, Iterable, Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tests.leaks.canaries import API_KEY, note
from tests.leaks.headers import read_headers
from zoomlink import oauth

NEW_KEY = "/admin/api-keys/new/"


class ReadAnswers:
    """The outermost middleware of a test run: nothing is added to an answer after it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        where = f"the answer to {request.method} {request.path} ({response.status_code})"
        note(response.cookies.output(), f"a cookie of {where}")
        read_headers(response.items(), response.status_code, where, oauth.trusted_origins())
        if response.streaming:
            response.streaming_content = _read_parts(response.streaming_content, where)
        else:
            is_new_key = request.path == NEW_KEY and request.method == "POST"
            shown_once = API_KEY if is_new_key else ""
            note(response.content.decode(errors="replace"), where, but=shown_once)
        return response


def _read_parts(parts: Iterable[bytes], where: str) -> Iterator[bytes]:
    for part in parts:
        note(part.decode(errors="replace"), where)
        yield part
