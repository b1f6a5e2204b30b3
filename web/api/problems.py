"""Every refusal of the API as a problem document (RFC 9457)."""

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.parser import Parser

from web.privacy import private

MEDIA_TYPE = "application/problem+json"

logger = logging.getLogger(__name__)

# pydantic's words for what is wrong with a value, in ours; what is not here is "invalid".
_CODES = {
    "missing": "required",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "int_parsing_size": "out_of_range",
    **{own: own for own in ("required", "unknown", "out_of_range", "conflict")},
}


class Problem(Exception):
    """A refusal; ``code`` is stable for programs, ``members`` are those beyond the standard's."""

    def __init__(self, status: int, code: str, detail: str, **members: object):
        super().__init__(code)
        self.status, self.code, self.detail, self.members = status, code, detail, members

    @classmethod
    def not_found(cls) -> "Problem":
        """The same for every wrong token, and it repeats none."""
        return cls(404, "not_found", "There is nothing at this address.")

    @classmethod
    def at_field(cls, field: str, code: str, message: str, *, of: str = "invalid") -> "Problem":
        """One field is at fault; ``of`` is the code of the whole."""
        error = {"field": field, "message": message, "code": code}
        return cls(422, of, message, errors=[error])


class JSONOnly(Parser):
    """Reads no other body, whatever it may look like."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise Problem(415, "unsupported_media_type", "Send application/json.")
        return super().parse_body(request)


def answer(problem: Problem) -> HttpResponse:
    """Write a problem as the answer."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        **problem.members,
    }
    return JsonResponse(document, status=problem.status, content_type=MEDIA_TYPE)


def handle_with(api: NinjaAPI) -> None:
    """Answer whatever an operation of ``api`` raises."""
    api.add_exception_handler(Exception, _unforeseen)
    for kind, problem_of in _FORESEEN.items():
        api.add_exception_handler(kind, _handler(problem_of))


def as_problems(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer where ninja does not: HEAD, and a wrong method by a problem.

    Nothing of the API is cached, indexed or told to others: a token may be in the address.
    No cookie lets anybody in, so that nothing can be forged with one.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        method = request.method
        request.method = "GET" if method == "HEAD" else method  # ninja knows no HEAD
        response = view(request, *args, **kwargs)
        request.method = method  # so that whoever serves leaves the body out
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return _not_allowed(response["Allow"])
        return response

    return csrf_exempt(private(answered))


@as_problems
def nothing_here(request: HttpRequest) -> HttpResponse:
    """What every address answers that is not of the API."""
    return answer(Problem.not_found())


def _not_allowed(methods: str) -> HttpResponse:
    response = answer(Problem(405, "method_not_allowed", f"Allowed here: {methods}."))
    response["Allow"] = methods
    return response


def _handler(problem_of: Callable) -> Callable[[HttpRequest, Exception], HttpResponse]:
    def handle(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer(problem_of(error))

    return handle


def _unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("An answer of the API failed", exc_info=error)
    return answer(Problem(500, "internal_error", "Something went wrong here; it has been noted."))


def _invalid(error: ValidationError) -> Problem:
    return Problem(
        422,
        "invalid",
        "Some fields are at fault; errors names them.",
        errors=[_field_at_fault(each) for each in error.errors],
    )


def _field_at_fault(error: dict) -> dict[str, str]:
    source, *path = error["loc"]
    if source == "body":
        path = path[1:]  # the first is the name of our own parameter
    field = error.get("ctx", {}).get("field") or ".".join(str(part) for part in path)
    return {
        "field": field,
        "message": error["msg"],
        "code": _CODES.get(error["type"], "invalid"),
    }


def _unread(error: Exception) -> Problem:
    """Why a body was not read: ninja raises one error for whatever its parser raised."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__
    return Problem(400, "malformed", "The body is not JSON that can be read.")


_FORESEEN: dict[type[Exception], Callable[..., Problem]] = {
    Problem: lambda problem: problem,
    ValidationError: _invalid,
    HttpError: _unread,
    Throttled: lambda _error: Problem(429, "too_many_requests", "Too many changes in a minute."),
    RequestDataTooBig: lambda _error: Problem(413, "too_large", "The body is too large."),
    SuspiciousOperation: _unread,
    UnreadablePostError: _unread,
}
