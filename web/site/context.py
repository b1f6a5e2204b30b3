"""What every template of the site knows of the frame it may be shown in."""

import re
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from web.site.addresses import is_embedded
from web.site.embedding import form_token

THEMES = ("light", "dark", "auto")


@dataclass(frozen=True)
class Frame:
    """How a page under /embed/ looks; ``theme`` is light where nobody asked otherwise.

    ``colour`` is ``#rrggbb``, or empty for the company's.
    """

    theme: str
    colour: str

    @property
    def follows_system(self) -> bool:
        return self.theme == "auto"

    @property
    def scheme(self) -> str:
        """The page's colour scheme: a frame is transparent only where it is the outer page's."""
        return "light dark" if self.follows_system else self.theme


def frame(request: HttpRequest) -> dict[str, object]:
    """The frame, and forms' token in place of the one that wants a cookie; else nothing."""
    if not is_embedded(request):
        return {"frame": None}
    asked = request.GET.get("theme", "")
    look = Frame(asked if asked in THEMES else THEMES[0], _colour(request.GET.get("colour", "")))
    return {"frame": look, "csrf_token": SimpleLazyObject(lambda: form_token(request))}


def _colour(asked: str) -> str:
    return asked if re.fullmatch("#[0-9a-fA-F]{6}", asked) else ""
