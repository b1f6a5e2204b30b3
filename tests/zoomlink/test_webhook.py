"""Zoom's own calls: signed ones are heard, all others are not."""

import hashlib
import hmac
from datetime import UTC, timedelta

import pytest

from booking.models import Event
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.hooks import PATH, SECRET
from tests.zoomlink.scene import HOUR, NOW
from zoomlink import actions
from zoomlink.models import WebhookDelivery, ZoomConnection

pytestmark = pytest.mark.django_db


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


def test_the_challenge_is_answered_even_while_disconnected(deliver):
    event = {"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}

    answer = deliver(event)

    encrypted = hmac.new(SECRET.encode(), b"abc", hashlib.sha256).hexdigest()
    assert answer.json() == {"plainToken": "abc", "encryptedToken": encrypted}


def test_the_challenge_is_answered_while_the_feature_is_off(deliver, company):
    factories.actions.set_feature(key="online-meetings", on=False, now=NOW)
    event = {"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}

    assert deliver(event).status_code == 200


def test_a_challenge_must_be_signed_itself(deliver):
    event = {"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}

    assert deliver(event, secret="another secret").status_code == 401


def test_a_removal_at_zoom_ends_the_connection_and_is_told_once(deliver, lesson):
    booking = scene.book(lesson)
    scene.sync(booking)

    answers = [deliver(removal()).status_code for _repeat in range(3)]

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
def test_a_removal_of_something_else_or_from_before_changes_nothing(deliver, lesson, changes):
    assert deliver(removal(**changes)).status_code == 204

    assert ZoomConnection.objects.current().is_connected


def test_the_echo_of_our_own_logout_changes_nothing(deliver, lesson):
    event = removal()
    actions.disconnect(actor=None, now=NOW)

    assert deliver(event).status_code == 204
    assert not Event.objects.filter(kind=Event.ZOOM_CONNECTION_LOST).exists()


def test_an_event_that_nothing_is_done_about_leaves_no_row(deliver):
    assert deliver({"event": "meeting.registration_created", "payload": {}}).status_code == 204

    assert not WebhookDelivery.objects.exists()


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
def test_what_is_not_signed_freshly_is_refused(deliver, lesson, wrong, status):
    assert deliver(removal(), **wrong).status_code == status

    assert ZoomConnection.objects.current().is_connected


def test_without_a_secret_nothing_is_believed(deliver, lesson, settings):
    settings.ZOOM_WEBHOOK_SECRET = ""

    assert deliver(removal(), secret="").status_code == 401
    assert ZoomConnection.objects.current().is_connected


DEEP = b'{"event": "meeting.started", "payload": ' + b"[" * 100_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b"null",
        b"{}",
        b'{"event": 7}',
        b'{"event": ""}',
        b'{"event": {"event": "meeting.started"}}',
        b'{"event": "endpoint.url_validation"}',
        b'{"event": "endpoint.url_validation", "payload": {"plainToken": 7}}',
        b'{"event": "endpoint.url_validation", "payload": {"plainToken": "\\ud800"}}',
        b'{"event": "app_deauthorized", "payload": {"client_id": "test-client"}}',
        b'{"event": "app_deauthorized", "payload": null}',
        b"\xff\xfe",
        DEEP,
    ],
)
def test_a_signed_body_that_says_nothing_is_refused(deliver, body):
    assert deliver(body).status_code == 400


def test_a_time_that_is_none_is_refused(deliver, lesson):
    assert deliver(removal(deauthorization_time="yesterday")).status_code == 400


def test_a_huge_body_is_not_even_read(deliver):
    event = {"event": "endpoint.url_validation", "payload": {"plainToken": "a" * 300_000}}

    assert deliver(event).status_code == 413


@pytest.mark.parametrize("size", ["many", "9" * 5000])
def test_a_size_that_is_none_is_refused(client, size):
    headers = {"x-zm-signature": "v0=1", "x-zm-request-timestamp": "1"}

    answer = client.post(PATH, b"{}", content_type="application/json", headers=headers,
                         CONTENT_LENGTH=size)  # fmt: skip

    assert answer.status_code == 400


def test_the_bytes_count_and_not_their_meaning(deliver):
    """Written again by a JSON library, this body would have another signature."""
    body = '{"event":"meeting.created", "payload":{"topic":"Зустріч \\ud83d\\ude00 😀"}}'.encode()

    assert deliver(body).status_code == 204
    for place in (0, len(body) // 2, len(body) - 1):
        flipped = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert deliver(body, tamper=lambda _body, flipped=flipped: flipped).status_code == 401


def test_get_is_not_allowed(client):
    assert client.get(PATH).status_code == 405
