"""Every answer of the product in the process of a test, as whoever asked receives it."""

from collections.abc import Callable, Collection, Iterable, Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tests.leaks.canaries import note
from zoomlink import oauth
from zoomlink.client import is_join_link, is_start_link

# What may stand in the address that takes somebody into a meeting at Zoom, and nowhere else.
PASSCODE, HOST = "zsimPWD_…", "zsimZAK_…"


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
            note(response.content.decode(errors="replace"), where)
        return response


def read_headers(
    headers: Iterable[tuple[str, str]], status: int, where: str, origins: Collection[str]
) -> None:
    """Search headers; ``origins`` beside Zoom's own are where meetings take place."""
    for name, content in headers:
        leads_on = status == 302 and name.lower() == "location"
        note(content, f"{name} of {where}", but=belongs_into(content, origins) if leads_on else "")


def belongs_into(address: str, origins: Collection[str]) -> str:
    """The kind of secret that an address at Zoom has to carry, if any."""
    if is_join_link(address, origins):
        return PASSCODE
    return HOST if is_start_link(address, origins) else ""


def _read_parts(parts: Iterable[bytes], where: str) -> Iterator[bytes]:
    for part in parts:
        note(part.decode(errors="replace"), where)
        yield part
