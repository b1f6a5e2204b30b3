"""Addresses of the booking site's pages, inside whichever instance answers a request.

The same pages stand at the site's own addresses and, for other people's pages, under
/embed/. ``{% url 'site:…' %}`` keeps to the instance by itself; this does the same in Python.
"""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

SITE = "site"
EMBEDDED = "embed"
PREFIX = "/embed/"
# What the frame was opened with: without cookies nothing else remembers it.
KEPT_IN_FRAME = ("zone", "language", "colour", "theme")


def address(request: HttpRequest, name: str, *args: object, **query: object) -> str:
    """Return the address of the page ``site:name`` for whoever sent the request.

    Inside a frame it carries on what the frame was opened with.
    """
    page = reverse(f"site:{name}", args=args, current_app=instance_of(request))
    carried = {**kept_by(request), **query}
    return f"{page}?{urlencode(carried)}" if carried else page


def outside(name: str, *args: object) -> str:
    """Return the address of a page at the site itself, for links that leave a frame."""
    return reverse(f"site:{name}", args=args, current_app=SITE)


def instance_of(request: HttpRequest) -> str:
    """The instance namespace a request is answered in."""
    return EMBEDDED if is_embedded(request) else SITE


def is_embedded(request: HttpRequest) -> bool:
    """Whether the page is one for frames; told by its address, so pages of errors know, too."""
    return request.path_info.startswith(PREFIX)


def kept_by(request: HttpRequest) -> dict[str, str]:
    """What every link inside a frame carries on; nothing outside of one."""
    if not is_embedded(request):
        return {}
    return {name: request.GET[name] for name in KEPT_IN_FRAME if request.GET.get(name)}
