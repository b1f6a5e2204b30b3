"""The booking site inside other people's pages: who may show it, and forms without cookies.

A browser may withhold every cookie from a frame, so pages under /embed/ neither need nor
set one: what a cookie says elsewhere stands in the query, and forms are guarded by a signed
token and the Origin header instead of Django's pair of cookie and field.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from booking import features
from booking.links import new_token
from booking.models import Company
from web.embedding import FEATURE
from web.site.addresses import EMBEDDED, is_embedded

FORM_SECONDS = 12 * 3600  # as long as somebody may leave a form open
TOKEN_FIELD = "csrfmiddlewaretoken"  # nosec B105: a name; what {% csrf_token %} writes
_READING = ("GET", "HEAD", "OPTIONS")

View = Callable[..., HttpResponse]


class EmbeddingMiddleware:
    """Keeps cookies out of pages under /embed/, and lets those show them whom the company lists.

    Stands outside all that reads or writes a cookie, and inside the CSP's middleware.
    """

    def __init__(self, get_response: View):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_embedded(request):
            return self.get_response(request)
        request.current_app = EMBEDDED  # also where no route is found that would say so
        # The language is read from this very cookie; nobody signed in is known here.
        request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: request.GET.get("language", "")}
        response = self.get_response(request)
        response.cookies.clear()
        return _framed(request, response) if features.is_on(FEATURE) else response


def _framed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let our own pages and those of the listed origins show an answer."""
    del response.headers["X-Frame-Options"]
    ancestors = ["'self'", *Company.objects.current().embed_origins.split()]
    return csp_replace({"frame-ancestors": ancestors})(lambda _request: response)(request)


def embedded(view: View) -> View:
    """A page of the booking flow under /embed/: 404 while the feature is off.

    Answers 403 to a form that did not come from the very page of this site, and 422 to one that
    was open for too long, with all that was typed to be sent once more.
    """

    @csrf_exempt
    @wraps(view)
    def in_frame(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not features.is_on(FEATURE):
            raise Http404
        if request.method not in _READING:
            try:
                _require_own_form(request)
            except signing.SignatureExpired:
                return render(
                    request, "site/frame_late.html", {"given": _given(request)}, status=422
                )
            except signing.BadSignature:
                return render(request, "site/frame_refused.html", status=403)
        return view(request, *args, **kwargs)

    return in_frame


def form_token(request: HttpRequest) -> str:
    """Return what a form on this page is sent back with, good for FORM_SECONDS."""
    return _signer(request).sign(new_token())


def _require_own_form(request: HttpRequest) -> None:
    """Raise BadSignature unless a form was drawn by the same page, and sent from this site.

    The Origin header is written by the browser and told with every POST; one that is
    missing, ``null`` or another site's is refused. Raises SignatureExpired for a form that is
    in order, but was drawn long ago.
    """
    if request.headers.get("Origin") not in _own_origins(request):
        raise signing.BadSignature
    _signer(request).unsign(request.POST.get(TOKEN_FIELD, ""), max_age=FORM_SECONDS)


def _given(request: HttpRequest) -> list[tuple[str, str]]:
    """All that was typed, without the token."""
    fields = ((name, request.POST.getlist(name)) for name in request.POST if name != TOKEN_FIELD)
    return [(name, value) for name, values in fields for value in values]


def _signer(request: HttpRequest) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"web.site form in a frame: {request.path_info}")


def _own_origins(request: HttpRequest) -> tuple[str, str]:
    """As the browser asked for us, and as we are called."""
    site = urlsplit(settings.SITE_URL)
    return f"{request.scheme}://{request.get_host()}", f"{site.scheme}://{site.netloc}"
