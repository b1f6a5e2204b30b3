"""Reading the body of a create or update call as strictly as Zoom does.

Limits and forms: Zoom's documentation, Meetings API, "Create a meeting".
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from zoomlink.simulator.refusals import Refusal, invalid_fields

INSTANT, SCHEDULED, NO_FIXED_TIME = 1, 2, 3

# IANA names that are missing from Zoom's own list of zones.
NOT_ZONES_OF_ZOOM = {
    *("Africa/Lagos", "America/Toronto", "Europe/Vilnius", "Europe/Kyiv"),
    *("Asia/Ho_Chi_Minh", "Asia/Yangon"),
}
DEFAULT_SETTINGS: dict[str, Any] = {
    "host_video": False,
    "participant_video": False,
    "join_before_host": False,
    "jbh_time": 0,
    "mute_upon_entry": False,
    "use_pmi": False,
    "approval_type": 2,
    "auto_recording": "none",
    "waiting_room": False,
    "registrants_email_notification": True,
    "registrants_confirmation_email": True,
    "email_notification": True,
    "alternative_hosts": "",
    "alternative_hosts_email_notification": True,
    "meeting_authentication": False,
}
KNOWN_FIELDS = (
    *("topic", "type", "duration", "timezone", "agenda", "password", "default_password"),
    *("settings", "tracking_fields"),
)
CHOICES = {
    "jbh_time": (0, 5, 10, 15),
    "approval_type": (0, 1, 2),
    "auto_recording": ("none", "local", "cloud"),
}


def read(body: Any, *, account_timezone: str) -> dict[str, Any]:
    """The known fields of a body, ``start_time`` as UTC text; unknown fields are passed over.

    Raises Refusal: 300 with the field errors, 3000 for ``schedule_for``.
    """
    if not isinstance(body, dict):
        raise Refusal(400, 300, "Request Body should be a valid JSON object.")
    errors = [
        {"field": field, "message": message}
        for field, check in CHECKS.items()
        if field in body and (message := check(body[field]))
    ]
    errors += settings_errors(body.get("settings", {}))
    if errors:
        raise invalid_fields(errors)
    if body.get("schedule_for"):
        raise Refusal(400, 3000, f"You cannot schedule a meeting for {body['schedule_for']}.")
    return _known_fields(body, account_timezone)


def _known_fields(body: dict[str, Any], account_timezone: str) -> dict[str, Any]:
    fields = {name: body[name] for name in KNOWN_FIELDS if name in body}
    if "start_time" in body:
        zone = body.get("timezone", account_timezone)
        fields["start_time"] = _in_utc(body["start_time"], zone)
    return fields


def _in_utc(start_time: str, zone: str) -> str:
    """``…Z`` is UTC whatever ``timezone`` says; without it the time is local there."""
    moment = datetime.fromisoformat(start_time.removesuffix("Z"))
    moment = moment.replace(tzinfo=UTC if start_time.endswith("Z") else ZoneInfo(zone))
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _at_most(length: int, field: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str):
            return f"The {field} must be a string."
        too_long = len(value) > length
        return f"The {field} must be at most {length} characters long." if too_long else ""

    return check


def _type_error(value: Any) -> str:
    known = (INSTANT, SCHEDULED, NO_FIXED_TIME)
    return "" if _is_integer(value) and value in known else "Invalid type."


def _start_time_error(value: Any) -> str:
    message = "The start time must be yyyy-MM-ddTHH:mm:ss or yyyy-MM-ddTHH:mm:ssZ."
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?", str(value)):
        return message
    try:
        datetime.fromisoformat(value.removesuffix("Z"))
    except ValueError:
        return message
    return ""


def _timezone_error(value: Any) -> str:
    known = value in available_timezones() and value not in NOT_ZONES_OF_ZOOM
    return "" if known else "Invalid timezone."


def _duration_error(value: Any) -> str:
    return "" if _is_integer(value) and value > 0 else "The duration must be a positive integer."


def _password_error(value: Any) -> str:
    fits = isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9@_*-]{0,10}", value)
    return "" if fits else "The passcode may have 10 characters of a-z A-Z 0-9 @ - _ *."


def _switch_error(value: Any) -> str:
    return "" if isinstance(value, bool) else "Invalid field."


def settings_errors(settings: Any) -> list[dict[str, str]]:
    """What is wrong with known settings; unknown ones are passed over."""
    if not isinstance(settings, dict):
        return [{"field": "settings", "message": "The settings must be an object."}]
    return [
        {"field": f"settings.{name}", "message": "Invalid field."}
        for name, value in settings.items()
        if name in DEFAULT_SETTINGS and not _fits(name, value)
    ]


def _fits(name: str, value: Any) -> bool:
    if name in CHOICES:
        return type(value) is type(CHOICES[name][0]) and value in CHOICES[name]
    return type(value) is type(DEFAULT_SETTINGS[name])


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


CHECKS: dict[str, Callable[[Any], str]] = {
    "topic": _at_most(200, "topic"),
    "type": _type_error,
    "start_time": _start_time_error,
    "timezone": _timezone_error,
    "duration": _duration_error,
    "agenda": _at_most(2000, "agenda"),
    "password": _password_error,
    "default_password": _switch_error,
}
