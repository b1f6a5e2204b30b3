"""Every refusal of the API as a problem document (RFC 9457)."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

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

# Of our operations: it stands first in the path of what is not on the top of an address or body.
_PARAMETER = "wanted"


class Problem(Exception):
    """A refusal; ``code`` is stable for programs, ``members`` are those beyond the standard's."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        **members: object,
    ):
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.members = headers, members

    @classmethod
    def not_found(cls) -> "Problem":
        """The same for every wrong token, and it repeats none."""
        return cls(404, "not_found", "There is nothing at this address.")

    @classmethod
    def unforeseen(cls) -> "Problem":
        """A fault of ours, of which nothing is told."""
        return cls(500, "internal_error", "Something went wrong here; it has been noted.")

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
    return JsonResponse(
        document, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers
    )


def handle_with(api: NinjaAPI) -> None:
    """Answer whatever an operation of ``api`` raises."""
    api.add_exception_handler(Exception, _unforeseen)
    for kind, problem_of in _FORESEEN.items():
        api.add_exception_handler(kind, _handler(problem_of))


def _handler(problem_of: Callable) -> Callable[[HttpRequest, Exception], HttpResponse]:
    def handle(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer(problem_of(error))

    return handle


def _unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("An answer of the API failed", exc_info=error)
    return answer(Problem.unforeseen())


def _invalid(error: ValidationError) -> Problem:
    return Problem(
        422,
        "invalid",
        "Some fields are at fault; errors names them.",
        errors=[_field_at_fault(each) for each in error.errors],
    )


def _field_at_fault(error: dict) -> dict[str, str]:
    source, *path = error["loc"]
    if source == "body" or path[0] == _PARAMETER:
        path = path[1:]
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
    RequestDataTooBig: lambda _error: Problem(413, "too_large", "The body is too large."),
    SuspiciousOperation: _unread,
    UnreadablePostError: _unread,
}
