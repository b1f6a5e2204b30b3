"""Who asks: somebody without a key, a web page of the company's, or one of its servers."""

from django.http import HttpRequest
from django.utils import timezone

from web.api.problems import Problem
from web.keys import actions
from web.keys.models import ApiKey
from web.keys.requests import is_from_server, key_of

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Zustrich"'}


def key_sent_with(request: HttpRequest) -> ApiKey | None:
    """The key that a request carries; None where it has no Authorization header.

    Raises Problem: 401 for any that opens nothing, whatever is wrong with it; 403 for one
    that is used where it does not belong.
    """
    sent = request.headers.get("Authorization")
    if sent is None:
        return None
    scheme, _, secret = sent.partition(" ")
    key = actions.use(secret.strip(), now=timezone.now()) if scheme.lower() == "bearer" else None
    if key is None:
        raise _unauthorized("This key opens nothing here.")
    _require_its_place(key, request.headers.get("Origin"))
    return key


def require_server(request: HttpRequest) -> None:
    """Raises Problem for anybody but a server of the company's."""
    if key_of(request) is None:
        raise _unauthorized("This needs the key of a server.")
    if not is_from_server(request):
        raise Problem(403, "forbidden", "The key of a web page may not read bookings.")


def _require_its_place(key: ApiKey, origin: str | None) -> None:
    """Programs send no Origin, browsers do: there a secret is a secret no longer."""
    if origin is None:
        return
    if key.is_for_server:
        raise Problem(
            403,
            "secret_key_in_browser",
            "This key is secret and belongs on a server. It was sent from a web page: revoke it, "
            "and make one for a web page.",
        )
    if origin not in key.origins:
        raise Problem(403, "origin_not_allowed", "This key is not for pages of this origin.")


def _unauthorized(detail: str) -> Problem:
    return Problem(401, "unauthorized", detail, headers=_CHALLENGE)
