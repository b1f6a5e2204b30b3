"""What a browser receives from the product, when both are processes of their own."""

from playwright.sync_api import BrowserContext, Error, Response

from tests.leaks.canaries import note
from tests.leaks.headers import read_headers
from zoomlink.client import origin_of

_WITH_WORDS = {"document", "fetch", "xhr"}


def read_answers(context: BrowserContext, product_url: str, zoom_url: str) -> None:
    """Search whatever the pages of ``context`` get from the product, and nothing of Zoom's."""

    def read(response: Response) -> None:
        if response.url.startswith(f"{product_url}/"):
            _read(response, {origin_of(zoom_url)})

    context.on("response", read)


def _read(response: Response, origins: set[str]) -> None:
    where = f"the answer to {response.request.method} {response.url} ({response.status})"
    read_headers(response.headers.items(), response.status, where, origins)
    if response.request.resource_type in _WITH_WORDS and not 300 <= response.status < 400:
        note(_text_of(response), where)


def _text_of(response: Response) -> str:
    try:
        return response.text()
    except Error:  # the page was left before all of it had arrived
        return ""
