"""The OpenAPI document: what ninja knows, and what holds for every operation."""

from collections.abc import Iterator

from ninja import NinjaAPI

from web.api.problems import MEDIA_TYPE

_PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
_REFUSALS = {
    401: "The key opens nothing",
    403: "The key is not for this, or not for this place",
    406: "Nothing but JSON is answered",
    429: "Too many requests",
}
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "zk_…",
    "description": "A key made at Settings → API keys. Without one everything is open that the "
    "booking site lets anybody do; with a wrong or revoked one nothing is.",
}
_RATE_HEADERS = {
    "RateLimit-Limit": "How many such requests may be made in a minute.",
    "RateLimit-Remaining": "How many are left in this one.",
    "RateLimit-Reset": "How many seconds it still lasts.",
}
_RETRY_AFTER = {"Retry-After": "How many seconds to wait."}
# What the answer to a booking is good for: the token in it names the booking.
_LINKS = {
    operation: {"operationId": operation, "parameters": {"token": "$response.body#/token"}}
    for operation in ("getBooking", "cancelBooking", "rescheduleBooking")
}
_MAY_BE_KEPT = ("listServices", "listProviders", "listConsents")


class DocumentedAPI(NinjaAPI):
    """Describes refusals with their own media type, keys, limits, and what follows a booking."""

    def get_openapi_schema(self, **options):
        document = super().get_openapi_schema(**options)
        document["components"]["securitySchemes"] = {"key": _KEY}
        document["security"] = [{}, {"key": []}]
        for operation in _operations_of(document):
            _complete(operation)
        return document


def _operations_of(document: dict) -> Iterator[dict]:
    for operations in document["paths"].values():
        yield from operations.values()


def _complete(operation: dict) -> None:
    responses = operation["responses"]
    for status, description in _REFUSALS.items():
        responses[status] = {"description": description, "content": dict(_PROBLEM)}
    for status, response in responses.items():
        response["headers"] = _described(_RATE_HEADERS, "integer")
        if status >= 400:
            response["content"] = {MEDIA_TYPE: response["content"].pop("application/json")}
    responses[429]["headers"] |= _described(_RETRY_AFTER, "integer")
    responses[401]["headers"] |= _described({"WWW-Authenticate": "How to say who asks."}, "string")
    if operation["operationId"] == "createBooking":
        responses[201]["links"] = _LINKS
    if operation["operationId"] in _MAY_BE_KEPT:
        _describe_etag(operation)


def _describe_etag(operation: dict) -> None:
    known = {"name": "If-None-Match", "in": "header", "required": False}
    known |= {"schema": {"type": "string"}, "description": "The ETag of an answer one has."}
    operation["parameters"].append(known)
    operation["responses"][200]["headers"] |= _described({"ETag": "Of this answer."}, "string")
    operation["responses"][304] = {"description": "It is as it was"}


def _described(headers: dict[str, str], kind: str) -> dict[str, dict]:
    return {
        name: {"description": description, "schema": {"type": kind}}
        for name, description in headers.items()
    }
