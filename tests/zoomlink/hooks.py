"""Deliveries as Zoom sends them: signed, and heard by a worker on the spot."""

import hashlib
import hmac
import json
import time
from datetime import datetime

from zoomlink.models import ZoomConnection
from zoomlink.payloads import Told, told_by

SECRET = "a webhook secret"
PATH = "/zoom/webhook/"


def deliver(client, event, *, secret=SECRET, age=0, tamper=lambda body: body, leave_out=()):
    """Post an event, given as JSON or as bytes, with the headers of Zoom's signature."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    timestamp = str(int(time.time()) - age)
    signed = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    headers = {
        "x-zm-signature": f"v0={signed.hexdigest()}",
        "x-zm-request-timestamp": timestamp,
    }
    for name in leave_out:
        del headers[name]
    return client.post(PATH, tamper(body), content_type="application/json", headers=headers)


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def told(event: str, at: datetime, *, account: str | None = None, **of_object) -> dict:
    """An event with an ``object``, of the connected account unless told otherwise."""
    if account is None:
        account = ZoomConnection.objects.get(is_current=True).account_id
    payload = {"account_id": account, "operator": "olena@zoom.example", "object": of_object}
    return {"event": event, "event_ts": milliseconds(at), "payload": payload}


def of_meeting(what: str, meeting, at: datetime, **fields) -> dict:
    """``meeting.started`` and the like, with what Zoom adds of it."""
    fields = {
        "id": str(meeting.zoom_id),
        "uuid": "4444AAAiAAAAAiAiAiiAii==",
        "host_id": meeting.host_id,
        "topic": "Lesson – Ada",
        "join_url": "https://zoom.us/j/1?pwd=zsimPWD_x",
        "password": "zsimPWD_x",
        **fields,
    }
    return told(f"meeting.{what}", at, **fields)


def of_person(what: str, meeting, at: datetime, *, who: str, is_host=False) -> dict:
    """``participant_joined`` and ``participant_left``."""
    person = {
        "user_id": f"1677{who}",
        "participant_uuid": f"UUID-{who}==",
        "user_name": "Cleo Client",
        "email": "cleo@client.example",
        **({"id": meeting.host_id} if is_host else {"id": ""}),
    }
    return of_meeting(f"participant_{what}", meeting, at, participant=person)


def as_kept(event: dict) -> Told:
    """What our page makes of an event."""
    told = told_by(json.loads(json.dumps(event)))
    assert told is not None
    return told
