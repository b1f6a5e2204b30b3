"""Which web pages' scripts may read answers (CORS): those of the pages that a key names."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from web.keys.actions import is_allowed_origin
from web.keys.requests import key_of

_SENT = "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-None-Match"
_READ = "ETag, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"
_KEPT_SECONDS = 600


def let_page_ask(request: HttpRequest, response: HttpResponse) -> None:
    """Answer a preflight. It carries no key, so it is enough that some key is for its page."""
    origin = request.headers.get("Origin")
    if origin is None or "Access-Control-Request-Method" not in request.headers:
        return
    if is_allowed_origin(origin):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = response["Allow"]
        response["Access-Control-Allow-Headers"] = _SENT
        response["Access-Control-Max-Age"] = str(_KEPT_SECONDS)


def let_page_read(request: HttpRequest, response: HttpResponse) -> None:
    """Let the page whose key was sent read the answer, also a refusal."""
    patch_vary_headers(response, ["Origin"])
    key, origin = key_of(request), request.headers.get("Origin")
    if key is not None and origin is not None:  # a key is taken only from its own pages
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = _READ
