"""Zoom's own calls: signed ones are heard, all others are not."""

import hashlib
import hmac
import json
import time
from datetime import UTC, timedelta

import pytest

from booking.models import Event
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW
from zoomlink import actions, tasks
from zoomlink.models import ZoomConnection

pytestmark = pytest.mark.django_db

SECRET = "a webhook secret"
PATH = "/zoom/webhook/"


@pytest.fixture(autouse=True)
def at_once(settings):
    """A worker that does its work on the spot."""
    settings.ZOOM_WEBHOOK_SECRET = SECRET
    tasks.note_removal.app.conf.task_always_eager = True
    yield
    tasks.note_removal.app.conf.task_always_eager = False


def deliver(client, event, *, secret=SECRET, age=0, tamper=lambda body: body, leave_out=()):
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


def removal(*, at=NOW + HOUR, **changes):
    current = ZoomConnection.objects.first()
    payload = {
        "account_id": current.account_id,
        "user_id": current.user_id,
        "client_id": "test-client",
        "deauthorization_time": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "signature": "of no use",
        "user_data_retention": None,
        **changes,
    }
    return {"event": "app_deauthorized", "event_ts": 1, "payload": payload}


def test_the_challenge_is_answered_even_while_disconnected(client):
    event = {"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}

    answer = deliver(client, event)

    encrypted = hmac.new(SECRET.encode(), b"abc", hashlib.sha256).hexdigest()
    assert answer.json() == {"plainToken": "abc", "encryptedToken": encrypted}


def test_a_removal_at_zoom_ends_the_connection_and_is_told_once(client, lesson):
    booking = scene.book(lesson)
    scene.sync(booking)

    answers = [deliver(client, removal()).status_code for _repeat in range(3)]

    assert answers == [204, 204, 204]
    current = ZoomConnection.objects.current()
    assert (current.state, current.access_token, current.refresh_token) == ("lost", "", "")
    assert current.lost_reason == "The app was removed at Zoom."
    assert scene.meeting_of(booking).state == "unlinked"
    assert Event.objects.filter(kind=Event.ZOOM_CONNECTION_LOST).count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"at": NOW - timedelta(seconds=1)},
        {"account_id": "another"},
        {"user_id": "another"},
        {"client_id": "another"},
    ],
)
def test_a_removal_of_something_else_or_from_before_changes_nothing(client, lesson, changes):
    assert deliver(client, removal(**changes)).status_code == 204

    assert ZoomConnection.objects.current().is_connected


def test_the_echo_of_our_own_logout_changes_nothing(client, lesson):
    event = removal()
    actions.disconnect(actor=None, now=NOW)

    assert deliver(client, event).status_code == 204
    assert not Event.objects.filter(kind=Event.ZOOM_CONNECTION_LOST).exists()


def test_any_other_event_is_taken_note_of(client):
    assert deliver(client, {"event": "meeting.started", "payload": {}}).status_code == 204


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"tamper": lambda body: body[:-1] + b" "}, 401),
        ({"secret": "another secret"}, 401),
        ({"age": 600}, 401),
        ({"age": -600}, 401),
        ({"leave_out": ["x-zm-signature"]}, 400),
        ({"leave_out": ["x-zm-request-timestamp"]}, 400),
    ],
)
def test_what_is_not_signed_freshly_is_refused(client, lesson, wrong, status):
    assert deliver(client, removal(), **wrong).status_code == status

    assert ZoomConnection.objects.current().is_connected


def test_without_a_secret_nothing_is_believed(client, lesson, settings):
    settings.ZOOM_WEBHOOK_SECRET = ""

    assert deliver(client, removal(), secret="").status_code == 401
    assert ZoomConnection.objects.current().is_connected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b"null",
        b"{}",
        b'{"event": "endpoint.url_validation"}',
        b'{"event": "endpoint.url_validation", "payload": {"plainToken": 7}}',
        b'{"event": "app_deauthorized", "payload": {"client_id": "test-client"}}',
        b'{"event": "app_deauthorized", "payload": null}',
        b"\xff\xfe",
    ],
)
def test_a_signed_body_that_says_nothing_is_refused(client, zoom, body):
    assert deliver(client, body).status_code == 400


def test_a_time_that_is_none_is_refused(client, lesson):
    assert deliver(client, removal(deauthorization_time="yesterday")).status_code == 400


def test_the_bytes_count_and_not_their_meaning(client):
    """Written again by a JSON library, this body would have another signature."""
    body = '{"event":"meeting.created", "payload":{"topic":"Зустріч \\ud83d\\ude00 😀"}}'.encode()

    assert deliver(client, body).status_code == 204


def test_get_is_not_allowed(client):
    assert client.get(PATH).status_code == 405
