"""What every request of the API passes on its way in, and every answer on its way out."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import set_response_etag
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt

from web.api import cors, limits
from web.api.access import key_sent_with
from web.api.problems import MEDIA_TYPE, Problem, answer

View = Callable[..., HttpResponse]


def behind_the_door(view: View, *, is_public: bool = False) -> View:
    """Say who asks, count it, answer HEAD and OPTIONS, which ninja does not; refuse by problems.

    Nothing is indexed or told to others, and only what ``is_public`` may be kept, to be asked
    for again by its ETag: a token may be in the address. No cookie lets anybody in, so that
    nothing can be forged with one. ``request.api_key`` is the key, or None.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            standing = _let_in(request)
            response = _of_any_method(view, request, *args, **kwargs)
        except Problem as problem:
            standing, response = None, answer(problem)
        if is_public and response.status_code == HTTPStatus.OK:
            response = _unless_known(request, response)
        _add_headers(request, response, is_public=is_public)
        for name, text in standing.headers.items() if standing else ():
            response[name] = text
        return response

    return csrf_exempt(answered)


@behind_the_door
def nothing_here(request: HttpRequest) -> HttpResponse:
    """What every address answers that is not of the API."""
    return answer(Problem.not_found())


@behind_the_door
def too_many_misses(request: HttpRequest) -> HttpResponse:
    """What every address with a token answers to a sender that named too many wrong ones."""
    return answer(limits.too_many({}))


def _let_in(request: HttpRequest) -> limits.Standing | None:
    """Raises Problem; who is refused for the key is counted all the same."""
    refusal, request.api_key = None, None
    try:
        request.api_key = key_sent_with(request)
    except Problem as problem:
        refusal = problem
    standing = limits.count(request)
    if refusal is not None:
        raise refusal
    _require_json_accepted(request)
    _require_length(request)
    return standing


def _require_json_accepted(request: HttpRequest) -> None:
    wanted = request.headers.get("Accept", "").strip()
    kinds = ("application/json", MEDIA_TYPE)
    if wanted and not any(request.accepts(kind) for kind in kinds):
        raise Problem(406, "not_acceptable", "All answers are application/json.")


def _require_length(request: HttpRequest) -> None:
    """Servers pass on what they were told, and Django stumbles over what is no number."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise Problem(400, "bad_request", "Content-Length is not a number.")


def _of_any_method(view: View, request: HttpRequest, *args, **kwargs) -> HttpResponse:
    method = request.method
    request.method = "GET" if method == "HEAD" else method
    response = view(request, *args, **kwargs)
    request.method = method  # so that whoever serves leaves the body out
    if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return response
    known = set(response["Allow"].replace(" ", "").split(",")) | {"OPTIONS"}
    return _of_methods(request, ", ".join(sorted(known | ({"HEAD"} if "GET" in known else set()))))


def _of_methods(request: HttpRequest, methods: str) -> HttpResponse:
    """What an address allows: the answer to OPTIONS, and to what it does not allow."""
    if request.method == "OPTIONS":
        response = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": methods})
        del response["Content-Type"]
        cors.let_page_ask(request, response)
        return response
    refusal = f"Allowed here: {methods}."
    return answer(Problem(405, "method_not_allowed", refusal, headers={"Allow": methods}))


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 to who has it already."""
    set_response_etag(response)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if not {response["ETag"], f"W/{response['ETag']}", "*"}.intersection(known):
        return response
    return HttpResponseNotModified(headers={"ETag": response["ETag"]})


def _add_headers(request: HttpRequest, response: HttpResponse, *, is_public: bool) -> None:
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-cache" if is_public else "no-store"
    cors.let_page_read(request, response)
