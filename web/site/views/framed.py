"""What only other people's pages ask for: the script, and what was booked in their frame."""

import json
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import conditional_page, require_safe

from booking import features
from booking.models import Company
from web.embedding import FEATURE
from web.privacy import private
from web.site.standing import standing_of
from web.site.views.manage import about, booking_behind

_SCRIPT = (Path(__file__).parents[1] / "embed.js").read_text(encoding="utf-8")
SCRIPT_SECONDS = 300  # a change of it reaches other people's pages after that


@require_safe
@conditional_page
def script(request: HttpRequest) -> HttpResponse:
    """The one script that puts a frame, or a button, into somebody's page.

    404 while *Embedding* is off. Any page may load it; what it can show, frames decide.
    """
    if not features.is_on(FEATURE):
        raise Http404
    body = f"{_SCRIPT.rstrip().removesuffix(';')}({json.dumps(_texts())});\n"
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={SCRIPT_SECONDS}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _texts() -> dict[str, dict[str, str]]:
    """What the script says around the frame, by language."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts[language] = {
                "title": _("Book a time"),
                "close": _("Close"),
                "loading": _("The booking page is loading…"),
                "outside": _("Book on our own page"),
            }
    return texts


@private
@require_safe
def booked(request: HttpRequest, token: str) -> HttpResponse:
    """What was booked; moving and cancelling is the work of its page outside the frame."""
    found, company = booking_behind(token), Company.objects.current()
    context = {
        **about(request, found, company),
        "standing": standing_of(found, company, now=timezone.now()),
    }
    return render(request, "site/frame_booked.html", context)
