"""Telling people who open a link from programs that do so for them."""

import re

from django.http import HttpRequest

# Messengers, mail gateways and search engines that fetch a link to show or judge it.
_ROBOTS = re.compile(
    "bot|crawl|spider|preview|scan|facebookexternalhit|whatsapp|viber|skype|python|curl|wget|java/",
    re.IGNORECASE,
)
# Where browsers say why they load a page, and what they say when nobody looks at it yet.
_PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_AHEAD_OF_TIME = re.compile("prefetch|prerender|preview")


def is_opened_by_a_person(request: HttpRequest) -> bool:
    """Say whether somebody looks at the answer, as far as the request tells.

    Browsers say that they go to a page (Fetch Metadata, W3C; over https) and that they merely
    load it ahead of time. Robots say who they are, or send no such headers; one that poses as
    a browser passes for a person, so a visit far from its meeting means little.
    """
    if request.method != "GET":
        return False
    if any(_AHEAD_OF_TIME.search(_said(request, name)) for name in _PURPOSES):
        return False
    if _said(request, "Sec-Fetch-Dest") not in ("", "document"):
        return False
    browser = request.headers.get("User-Agent", "")
    return bool(browser) and not _ROBOTS.search(browser)


def _said(request: HttpRequest, header: str) -> str:
    return request.headers.get(header, "").lower()
