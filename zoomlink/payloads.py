"""What a delivery of Zoom's says, and the part of it that is kept. Pure: JSON in, facts out.

Zoom's documentation, "Webhooks": ``event``, ``event_ts`` in milliseconds, ``payload``. Numbers come
as numbers or as text. A repetition has the same ``event_ts``, and no id of its own.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

VALIDATION = "endpoint.url_validation"
DEAUTHORIZED = "app_deauthorized"
MEETING_UPDATED, MEETING_DELETED = "meeting.updated", "meeting.deleted"
MEETING_STARTED, MEETING_ENDED = "meeting.started", "meeting.ended"
JOINED, LEFT = "meeting.participant_joined", "meeting.participant_left"
USER_ACTIVATED, USER_UPDATED = "user.activated", "user.updated"
USER_GONE = ("user.deactivated", "user.deleted", "user.disassociated")

LONGEST_ID = 64  # as the columns that they are compared with
LATEST_MILLISECONDS = 253_402_300_799_000  # the end of the year 9999
Facts = dict[str, Any]


class MalformedDelivery(ValueError):
    """A delivery lacks something that its event always has, or it cannot be read."""


@dataclass(frozen=True)
class Told:
    """One event: when it happened (aware), and what of it is kept."""

    event: str
    event_at: datetime
    facts: Facts

    @property
    def key(self) -> str:
        """The same for every repetition."""
        said = [self.event, self.event_at.isoformat(), self.facts]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def read_json(body: bytes) -> Mapping[str, Any]:
    """Return the object that a body holds. Raises MalformedDelivery."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedDelivery from error
    return _object(found)


def event_of(delivery: Mapping[str, Any]) -> str:
    """Return the name of the event. Raises MalformedDelivery."""
    return _text(delivery, "event")


def challenge_of(delivery: Mapping[str, Any]) -> str:
    """Return what is to be signed for ``endpoint.url_validation``. Raises MalformedDelivery."""
    return _text(_object(delivery.get("payload")), "plainToken", longest=1000)


def told_by(delivery: Mapping[str, Any]) -> Told | None:
    """Return what a delivery tells, or None for an event that nothing is done about.

    Raises MalformedDelivery.
    """
    event = event_of(delivery)
    read = _READERS.get(event)
    if read is None:
        return None
    payload = _object(delivery.get("payload"))
    stamp = delivery.get("event_ts", payload.get("event_ts"))  # inside it in Zoom's own types
    return Told(event, _at(stamp), {"account": _id(payload, "account_id"), **read(payload)})


def _of_removal(payload: Mapping[str, Any]) -> Facts:
    return {
        "user": _id(payload, "user_id"),
        "client": _id(payload, "client_id"),
        "removed_at": _moment(_text(payload, "deauthorization_time")).isoformat(),
    }


def _of_meeting(payload: Mapping[str, Any]) -> Facts:
    return {"meeting": _number(_object(payload.get("object")).get("id"))}


def _of_participant(payload: Mapping[str, Any]) -> Facts:
    """A stay: who leaves and comes back keeps the one id at best, and gets another ``user_id``.

    The host is told by ``id``, which only users of the account have.
    """
    meeting = _object(payload.get("object"))
    person = _object(meeting.get("participant"))
    ids = [_id(person, name) for name in ("participant_uuid", "user_id") if person.get(name)]
    if not ids:
        raise MalformedDelivery("participant")
    is_host = bool(person.get("id")) and person["id"] == meeting.get("host_id")
    return {**_of_meeting(payload), "participant": ":".join(ids)[:100], "is_host": is_host}


def _of_user(payload: Mapping[str, Any]) -> Facts:
    return {"user": _id(_object(payload.get("object")), "id")}


_READERS: dict[str, Callable[[Mapping[str, Any]], Facts]] = {
    DEAUTHORIZED: _of_removal,
    **dict.fromkeys(
        (MEETING_UPDATED, MEETING_DELETED, MEETING_STARTED, MEETING_ENDED), _of_meeting
    ),
    **dict.fromkeys((JOINED, LEFT), _of_participant),
    **dict.fromkeys((*USER_GONE, USER_ACTIVATED, USER_UPDATED), _of_user),
}


def _object(found: object) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise MalformedDelivery("object")
    return found


def _text(within: Mapping[str, Any], name: str, longest: int = LONGEST_ID) -> str:
    """Text as Zoom writes ids, tokens and times: other letters would not even be storable."""
    found = within.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= longest:
        raise MalformedDelivery(name)
    if not (found.isascii() and found.isprintable()):
        raise MalformedDelivery(name)
    return found


def _id(within: Mapping[str, Any], name: str) -> str:
    """An id, which may come as a number."""
    found = within.get(name)
    is_number = isinstance(found, int) and not isinstance(found, bool)
    return str(_number(found)) if is_number else _text(within, name)


def _number(found: object) -> int:
    """A whole number from 0 that fits into the database."""
    if isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) < 20:
        found = int(found)
    if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**63:
        return found
    raise MalformedDelivery("number")


def _at(stamp: object) -> datetime:
    milliseconds = _number(stamp)
    if milliseconds > LATEST_MILLISECONDS:
        raise MalformedDelivery("event_ts")
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedDelivery("time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
