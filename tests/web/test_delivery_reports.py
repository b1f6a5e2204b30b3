"""Reports of gateways by webhook: who is believed, what is noted, and what is never told."""

import base64
import hashlib
import hmac
from datetime import timedelta
from itertools import permutations

import pytest
from django.core.cache import cache

from config.mail import mail_settings
from notifications.actions import note_report
from notifications.channels import sms
from notifications.models import Message
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SECRET = "a-long-and-secret-word"
TWILIO_TOKEN = "tWilio-t0ken"
IN_URL = f"/sms/report/?secret={SECRET}"


def sent(channel, gateway_id="m-1") -> Message:
    """A message that a gateway took."""
    booking = factories.book_one(factories.service(factories.provider()))
    message = booking.messages.filter(channel=channel).first()
    Message.objects.filter(pk=message.pk).update(
        state=Message.SENT, gateway_id=gateway_id, to_address="somebody"
    )
    return message


@pytest.fixture
def text():
    factories.company()
    return sent("sms")


@pytest.fixture
def mail():
    factories.company()
    return sent("email")


@pytest.fixture
def generic(settings):
    settings.SMS_URL = "https://gateway.example/"
    settings.SMS_REPORT_SECRET = SECRET
    return settings


@pytest.fixture
def twilio(settings):
    settings.SITE_URL = "https://book.example"
    settings.SMS_URL = f"twilio://AC12:{TWILIO_TOKEN}@/?from=%2B15550100"
    return settings


@pytest.fixture
def postmark(settings):
    settings.EMAIL_REPORT_SECRET = f"postmark:{SECRET}"
    url = "postmark://KEY@/"
    for name, value in mail_settings(url, report_secret=settings.EMAIL_REPORT_SECRET).items():
        setattr(settings, name, value)
    return settings


def basic(user_and_password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(user_and_password.encode()).decode()}"}


def signed(form: dict[str, str], token=TWILIO_TOKEN) -> dict[str, str]:
    words = "https://book.example/sms/report/twilio/" + "".join(
        f"{name}{form[name]}" for name in sorted(form)
    )
    digest = hmac.new(token.encode(), words.encode(), hashlib.sha1).digest()
    return {"X-Twilio-Signature": base64.b64encode(digest).decode()}


def fate(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.delivery, message.delivery_detail


@pytest.mark.parametrize("order", list(permutations(["delivered", "undelivered", "complained"])))
def test_graver_report_stays_in_whatever_order_they_come(mail, order):
    for minutes, delivery in enumerate(order):
        now = NOW + timedelta(minutes=minutes)
        for _repeat in range(2):
            note_report(
                channel="email", gateway_id="m-1", delivery=delivery, detail=delivery, now=now
            )

    assert fate(mail) == ("complained", "complained")
    assert mail.delivery_at == NOW + timedelta(minutes=order.index("complained"))
    assert mail.state == Message.SENT


def test_report_of_another_channel_or_unknown_or_nameless_changes_nothing(mail):
    known = {"delivery": "delivered", "now": NOW}

    assert not note_report(channel="sms", gateway_id="m-1", **known)
    assert not note_report(channel="email", gateway_id="m-2", **known)
    assert not note_report(channel="email", gateway_id="", **known)
    assert not Message.objects.exclude(delivery="").exists()


@pytest.mark.parametrize(
    ("form", "noted"),
    [
        ({"MessageSid": "m-1", "MessageStatus": "sent"}, ("", "")),
        ({"MessageSid": "m-1", "MessageStatus": "delivered"}, ("delivered", "")),
        (
            {"MessageSid": "m-1", "MessageStatus": "undelivered", "ErrorCode": "30003"},
            ("undelivered", "30003"),
        ),
    ],
)
def test_twilio_is_believed_with_its_signature_only(client, twilio, text, form, noted):
    path = "/sms/report/twilio/"

    foreign = client.post(path, form, headers=signed(form, token="another"))
    unsigned = client.post(path, form)
    changed = client.post(path, {**form, "MessageSid": "m-2"}, headers=signed(form))
    assert [each.status_code for each in (foreign, unsigned, changed)] == [403, 403, 403]
    assert fate(text) == ("", "")

    genuine = client.post(path, form, headers=signed(form))

    assert (genuine.status_code, genuine.content) == (204, b"")
    assert fate(text) == noted


@pytest.mark.parametrize(
    ("body", "fields", "noted"),
    [
        ({"id": "m-1", "status": "DELIVRD"}, "id=id,status=status", "delivered"),
        ([{"id": "x"}, {"id": "m-1", "status": "failed"}], "id=id,status=status", "undelivered"),
        ({"sms": {"no": "m-1", "is": "expired"}}, "id=sms.no,status=sms.is", "undelivered"),
        ({"id": "m-1", "status": "buffered"}, "id=id,status=status", ""),
        ({"id": None, "status": {}}, "id=id,status=status", ""),
        (["no object", 5, None], "id=id,status=status", ""),
    ],
)
def test_gateways_report_is_read_where_the_settings_say(client, generic, text, body, fields, noted):
    generic.SMS_REPORT_FIELDS = fields

    answer = client.post(
        "/sms/report/",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {SECRET}"},
    )

    assert answer.status_code == 204
    assert fate(text)[0] == noted


def test_gateways_report_as_a_form_with_the_secret_in_its_address(client, generic, text):
    generic.SMS_REPORT_DELIVERED = ["1"]

    assert client.post(IN_URL, {"id": "m-1", "status": "1"}).status_code == 204

    assert fate(text) == ("delivered", "1")


def test_postmarks_bounce_is_noted_with_its_words(client, postmark, mail):
    bounce = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "MessageID": "m-1",
        "Description": "The server was unable to deliver your message.",
        "Details": "550 no such user",
        "Email": "cleo@client.example",
        "BouncedAt": "2026-11-23T12:00:00Z",
    }
    post = {"data": bounce, "content_type": "application/json"}

    refused = client.post("/mail/report/", **post, headers=basic(f"postmark:{SECRET}x"))
    assert (refused.status_code, fate(mail)) == (403, ("", ""))
    taken = client.post("/mail/report/", **post, headers=basic(f"postmark:{SECRET}"))

    assert taken.status_code == 204
    assert fate(mail) == ("undelivered", "550 no such user")


@pytest.mark.parametrize("path", ["/mail/report/", "/sms/report/", "/sms/report/twilio/"])
def test_page_is_not_there_until_it_is_set_up(client, path):
    assert client.post(path).status_code == 404
    assert client.get(path).status_code == 404


def test_page_of_another_gateway_is_not_there(client, twilio):
    twilio.SMS_REPORT_SECRET = SECRET

    assert sms.is_twilio()
    assert client.post(IN_URL, {"id": "m-1"}).status_code == 404


def test_report_needs_no_csrf_token_but_post_and_a_likely_size(client, generic, text):
    client.handler.enforce_csrf_checks = True

    assert client.get(IN_URL).status_code == 405
    assert client.post(IN_URL, {"id": "m-1", "status": "x" * 300_000}).status_code == 413
    assert client.post(IN_URL, b"{", content_type="application/json").status_code == 400
    deep = b"[" * 200_000
    assert client.post(IN_URL, deep, content_type="application/json").status_code == 400
    assert client.post(IN_URL, {"id": "m-2", "status": "delivered"}).status_code == 204
    assert fate(text) == ("", "")


def test_too_many_without_proof_are_held_up_and_the_true_ones_pass(client, generic, text, caplog):
    generic.RATE_LIMIT_PER_MINUTE = 2
    cache.clear()

    refused = [client.post("/sms/report/?secret=guess").status_code for _each in range(3)]
    taken = client.post(IN_URL, {"id": "m-1", "status": "delivered"})

    assert refused == [403, 403, 429]
    assert taken.status_code == 204
    assert SECRET not in caplog.text
