"""Webhook signatures, over the bytes as they came."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from zoomlink.signature import challenge_answer, is_genuine

pytestmark = pytest.mark.no_database

SECRET = "webhook-secret"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
# Escaped and raw letters side by side: no JSON writer makes these bytes again.
BODY = '{"event":"meeting.started", "payload":{"topic":"\\ud83d\\ude00 зустріч"}}'.encode()


def signed(body=BODY, stamp=STAMP, secret=SECRET):
    message = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def genuine(**changes):
    delivery = {"secret": SECRET, "timestamp": STAMP, "signature": signed(), "body": BODY}
    return is_genuine(**{**delivery, **changes}, now=NOW)


def test_signed_delivery_is_genuine():
    assert genuine()


def test_known_vector_is_genuine():
    # Worked out once by `openssl dgst -sha256 -hmac webhook-secret`, not by Python.
    signature = "v0=9d4b4361104d2d4110fda61d27bae0b18a419f7ab82818c864f27a7c84a92e3a"

    assert genuine(body=b'{"event":"x"}', signature=signature)


@pytest.mark.parametrize("position", [0, len(BODY) // 2, len(BODY) - 1])
def test_one_flipped_bit_is_not(position):
    body = bytearray(BODY)
    body[position] ^= 1

    assert not genuine(body=bytes(body))


@pytest.mark.parametrize(
    "change",
    [
        {"signature": None},
        {"signature": ""},
        {"signature": signed().removeprefix("v0=")},
        {"signature": signed().upper()},
        {"signature": signed() + "0"},
        {"signature": "v0=підпис"},
        {"signature": signed(secret="client-secret")},
        {"timestamp": None},
        {"timestamp": ""},
        {"timestamp": "now"},
        {"timestamp": "-1"},
        {"timestamp": "9" * 30},
        {"timestamp": "١٧٩٥٣٤٨٨٠٠"},
        {"timestamp": str(int(STAMP) + 1)},
        {"secret": "another"},
    ],
)
def test_anything_else_is_not(change):
    assert not genuine(**change)


def test_nothing_is_genuine_without_a_secret():
    assert not genuine(secret="", signature=signed(secret=""))


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(minutes=5), True),
        (timedelta(minutes=5, seconds=1), False),
        (-timedelta(minutes=5), True),
        (-timedelta(minutes=5, seconds=1), False),
    ],
)
def test_stamp_is_good_for_five_minutes(age, expected):
    stamp = str(int((NOW - age).timestamp()))

    assert genuine(timestamp=stamp, signature=signed(stamp=stamp)) is expected


def test_challenge_is_answered_with_the_token_and_its_hash():
    encrypted = hmac.new(SECRET.encode(), b"plain-1", hashlib.sha256).hexdigest()

    answer = challenge_answer(secret=SECRET, plain_token="plain-1")

    assert answer == {"plainToken": "plain-1", "encryptedToken": encrypted}
