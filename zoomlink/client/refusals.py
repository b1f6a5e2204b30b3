"""From Zoom's answers to our errors: status first, then Zoom's number, the text last."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from requests import Response

from zoomlink.client.errors import (
    Circumstances,
    ZoomAccessNotShared,
    ZoomAppMisconfigured,
    ZoomError,
    ZoomInvalid,
    ZoomMeetingGone,
    ZoomMeetingRunning,
    ZoomNotPermitted,
    ZoomRateLimited,
    ZoomRefused,
    ZoomScopeMissing,
    ZoomTokenExpired,
    ZoomUnavailable,
    ZoomUserUnknown,
)

# Zoom's API error definitions, and its catalogue of meeting and user errors.
ERROR_OF_CODE: dict[int, type[ZoomError]] = {
    124: ZoomTokenExpired,
    200: ZoomNotPermitted,
    300: ZoomInvalid,
    1001: ZoomUserUnknown,
    1010: ZoomUserUnknown,
    1120: ZoomUserUnknown,
    3000: ZoomNotPermitted,
    3001: ZoomMeetingGone,
    3002: ZoomMeetingRunning,
    3003: ZoomNotPermitted,
    3161: ZoomNotPermitted,
    4700: ZoomScopeMissing,
    4711: ZoomScopeMissing,
}
CONFIGURATION_ERRORS = {"invalid_client", "unauthorized_client", "unsupported_grant_type"}

MESSAGE_LIMIT = 300
LINK = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
# Zoom quotes the code it rejects; nothing readable is a run of this length.
LONG_RUN = re.compile(r"[\w.~+/=-]{32,}")
SCOPES = re.compile(r"scopes?\s*:?\s*\[([^\]]*)\]", re.IGNORECASE)


def json_of(response: Response) -> Any:
    """Return the answer's JSON, or None when it has none."""
    try:
        return response.json()
    except ValueError:
        return None


def scrubbed(text: str, secrets: Collection[str] = ()) -> str:
    """Return ``text`` without links, without the given secrets and without anything like one."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "[secret]")
    return LONG_RUN.sub("[…]", LINK.sub("[link]", text))[:MESSAGE_LIMIT]


def api_error(
    response: Response, *, may_change: bool, secrets: Collection[str] = ()
) -> ZoomError | None:
    """Return what is wrong with an answer of the REST API, or None.

    ``may_change`` says whether the request asked for a change: then a failure of Zoom's own leaves
    the outcome unknown.
    """
    body = json_of(response)
    code = _code(body)
    facts = _circumstances(response, code, may_change=may_change)
    if response.status_code == 429:
        return _rate_limited(response, body, facts, secrets)
    if response.status_code == 401 and body is None:
        return ZoomTokenExpired("Zoom does not accept the access token", **_settled(facts))
    if _is_unusable(response, body):
        return ZoomUnavailable(f"Zoom gave no usable answer (HTTP {response.status_code})", **facts)
    if response.ok and not code:
        return None
    return _refusal(body, response.status_code, _settled(facts), secrets)


def token_error(
    response: Response, *, dead: type[ZoomError], secrets: Collection[str] = ()
) -> ZoomError | None:
    """Return what is wrong with an answer of the token endpoint, or None.

    ``dead`` is the error for a code or token that is no longer good: ZoomCodeRejected or
    ZoomGrantDead.
    """
    body = json_of(response)
    name = str(body["error"]) if isinstance(body, dict) and body.get("error") else None
    facts = _circumstances(response, name, may_change=True)
    if response.status_code == 429:
        return _rate_limited(response, body, facts, secrets)
    if _is_unusable(response, body) or not isinstance(body, dict):
        return ZoomUnavailable(f"Zoom gave no usable answer (HTTP {response.status_code})", **facts)
    if response.ok and name is None:
        return None
    reason = str(body.get("reason") or body.get("error_description") or name or "no reason given")
    refusal = _token_refusal(name or "", reason.lower(), dead)
    return refusal(scrubbed(reason, secrets), **_settled(facts))


def _token_refusal(name: str, reason: str, dead: type[ZoomError]) -> type[ZoomError]:
    # Zoom's OAuth error messages: 4702 and 4704 name the client, 4709 the redirect address.
    if name in CONFIGURATION_ERRORS or reason.startswith("invalid client") or "redirect" in reason:
        return ZoomAppMisconfigured
    bad_start = ("invalid token", "invalid authorization code", "refresh token invalid")
    if name == "invalid_grant" or reason.startswith(bad_start):
        return dead
    return ZoomRefused


def _refusal(body: Any, status: int, facts: Circumstances, secrets: Collection[str]) -> ZoomError:
    said = _message(body)
    message = scrubbed(said, secrets) or f"Zoom refused with HTTP {status}"
    by_code = ERROR_OF_CODE.get(_code(body) or 0)
    if by_code is ZoomScopeMissing:
        return ZoomScopeMissing(message, **facts, scopes=_scopes(said))
    # The number beside HTTP 403 is disputed, so the status goes first.
    if status == 403:
        return ZoomAccessNotShared(message, **facts)
    if by_code is ZoomInvalid:
        return ZoomInvalid(message, **facts, fields=_fields(body))
    fallback = ZoomTokenExpired if status == 401 else ZoomRefused
    return (by_code or fallback)(message, **facts)


def _is_unusable(response: Response, body: Any) -> bool:
    """Say whether the answer is a failure or a page of somebody in between, not Zoom's word."""
    if response.status_code == 204:
        return False
    return response.status_code >= 500 or 300 <= response.status_code < 400 or body is None


def _circumstances(
    response: Response, code: int | str | None, *, may_change: bool
) -> Circumstances:
    return {
        "status": response.status_code,
        "code": code,
        "tracking_id": response.headers.get("x-zm-trackingid"),
        "outcome_unknown": may_change,
    }


def _settled(facts: Circumstances) -> Circumstances:
    return {**facts, "outcome_unknown": False}


def _code(body: Any) -> int | None:
    code = body.get("code") if isinstance(body, dict) else None
    try:
        return None if code is None else int(code)
    except (TypeError, ValueError):
        return None


def _message(body: Any) -> str:
    return str(body.get("message") or "") if isinstance(body, dict) else ""


def _scopes(message: str) -> frozenset[str]:
    found = SCOPES.search(message)
    return frozenset(filter(None, re.split(r"[\s,]+", found.group(1)))) if found else frozenset()


def _fields(body: Mapping[str, Any]) -> tuple[str, ...]:
    errors = body.get("errors")
    rows = errors if isinstance(errors, list) else []
    return tuple(str(row["field"]) for row in rows if isinstance(row, dict) and row.get("field"))


def _rate_limited(
    response: Response, body: Any, facts: Circumstances, secrets: Collection[str]
) -> ZoomRateLimited:
    message = _message(body)
    kind = response.headers.get("X-RateLimit-Type", "").lower()
    # The limit of 100 meetings a day for one host comes without any header: its text tells.
    of_host = not kind and "daily rate limit" in message.lower()
    daily = of_host or kind.startswith("daily")
    retry_at = _retry_at(response.headers, daily=daily)
    text = scrubbed(message, secrets) or "Zoom asks for fewer calls"
    facts = _settled(facts)
    return ZoomRateLimited(text, **facts, retry_at=retry_at, daily=daily, of_host=of_host)


def _retry_at(headers: Mapping[str, str], *, daily: bool) -> datetime | None:
    """Read when to come back: a daily limit ends at Retry-After or at the next 00:00 UTC."""
    answered_at = _http_date(headers.get("Date", ""))
    named = _retry_after(headers.get("Retry-After", ""), answered_at)
    if named or not daily:
        return named or _unix_time(headers.get("X-RateLimit-Reset", ""))
    if answered_at is None:
        return None
    midnight = answered_at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def _retry_after(text: str, answered_at: datetime | None) -> datetime | None:
    """Read Zoom's ISO date and time, or the seconds that something in between may send."""
    if text.isdecimal():
        return answered_at + timedelta(seconds=int(text[:6])) if answered_at else None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.utcoffset() is not None else None


def _http_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (TypeError, ValueError):
        return None


def _unix_time(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
