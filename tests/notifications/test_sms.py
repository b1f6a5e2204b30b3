"""SMS gateways by a real HTTP server: how each is asked, and what its answers mean."""

from urllib.parse import parse_qs

import pytest
from django.core.checks import run_checks
from requests.auth import _basic_auth_str

from notifications.channels import sms
from notifications.channels.errors import PermanentError, TemporaryError
from notifications.channels.sms.gateway import Address
from notifications.channels.sms.twilio import Twilio
from notifications.models import Message

pytestmark = pytest.mark.no_database
SECRET = "sEcret-t0ken"
NUMBER, TEXT = "+380441234567", "Книга & Co: https://book.example/b/x/"


def text() -> Message:
    return Message(to_address=NUMBER, body_text=TEXT, message_id="<1@book.example>")


def described(settings, **values) -> None:
    for name, value in values.items():
        setattr(settings, f"SMS_{name.upper()}", value)


@pytest.fixture
def twilio(settings, counter):
    settings.SMS_URL = f"twilio+http://AC12:{SECRET}@{counter.place}/?from=%2B15550100"
    counter.status, counter.answer = 201, {"sid": "SM99", "status": "queued"}
    return counter


@pytest.mark.parametrize(
    ("query", "sender"),
    [
        ("from=%2B15550100", {"From": ["+15550100"]}),
        ("messaging_service=MG7", {"MessagingServiceSid": ["MG7"]}),
    ],
)
def test_twilio_is_asked_by_its_form_and_its_name_is_kept(settings, twilio, query, sender):
    settings.SMS_URL = f"{settings.SMS_URL.partition('?')[0]}?{query}"
    message = text()

    assert sms.send(message)

    ((method, path, headers, body),) = twilio.asked
    assert (method, path) == ("POST", "/2010-04-01/Accounts/AC12/Messages.json")
    assert headers["Authorization"] == _basic_auth_str("AC12", SECRET)
    assert parse_qs(body.decode()) == {
        "To": [NUMBER],
        "Body": [TEXT],
        "StatusCallback": ["https://book.example/sms/report/twilio/"],
        **sender,
    }
    assert message.gateway_id == "SM99"


def test_twilio_is_not_told_to_report_where_it_cannot(settings, twilio):
    settings.SITE_URL = "http://localhost:8000"

    sms.send(text())

    assert b"StatusCallback" not in twilio.asked[0][3]


@pytest.mark.parametrize(
    ("status", "code", "error", "reason"),
    [
        (400, 21211, PermanentError, "wrong-address"),
        (400, 21610, PermanentError, "unsubscribed"),
        (400, 21614, PermanentError, "wrong-address"),
        (400, 21617, PermanentError, "refused"),
        (400, 21606, TemporaryError, "not-taken"),  # the number that sends
        (401, 20003, TemporaryError, "not-taken"),
        (429, 20429, TemporaryError, "not-taken"),
        (503, None, TemporaryError, "not-taken"),
    ],
)
def test_twilios_code_says_whether_it_is_for_good(twilio, status, code, error, reason):
    twilio.status, twilio.answer = status, {"code": code, "message": "As Twilio words it"}

    with pytest.raises(error) as caught:
        sms.send(text())

    assert type(caught.value) is error
    assert caught.value.reason == reason
    assert caught.value.detail == f"{code or f'HTTP {status}'} As Twilio words it"


def test_twilios_own_example_of_a_signature_is_genuine_and_another_is_not():
    account = Twilio(Address("https://api.twilio.com", "AC12", "12345", ""), {})
    address = "https://mycompany.com/myapp.php?foo=1&bar=2"
    form = {
        "CallSid": ["CA1234567890ABCDE"],
        "Caller": ["+14158675309"],
        "Digits": ["1234"],
        "From": ["+14158675309"],
        "To": ["+18005551212"],
    }

    assert account.has_signed("RSOYDt4T1cUTdK1PDd93/VVr8B8=", address, form)
    assert not account.has_signed("RSOYDt4T1cUTdK1PDd93/VVr8B8=", address, {**form, "Digits": "5"})
    assert not account.has_signed("", address, form)


TURBOSMS = {
    "fields": "to=recipients[],text=sms.text,sender=sms.sender",
    "headers": f"Authorization: Bearer {SECRET}",
    "id_field": "response_result.0.message_id",
    "error_field": "response_status",
}
VONAGE = {
    "format": "form",
    "extra": "type=unicode",
    "fields": "digits=to,text=text,sender=from",
    "id_field": "messages.0.message-id",
    "error_field": "messages.0.error-text",
}


@pytest.mark.parametrize(
    ("path", "shape", "answer", "asked"),
    [
        (
            "/message/send.json",
            TURBOSMS,
            {"response_result": [{"message_id": "f83f", "response_status": "OK"}]},
            {"recipients": [NUMBER], "sms": {"text": TEXT, "sender": "Yoga"}},
        ),
        (
            "/sms/json",
            VONAGE,
            {"messages": [{"message-id": 17, "status": "0"}]},
            {"to": ["380441234567"], "text": [TEXT], "from": ["Yoga"], "type": ["unicode"]},
        ),
        (
            "/sys/send.php?login=me&psw=sEcret-t0ken&fmt=3",
            {"format": "query", "fields": "to=phones,text=mes,sender=sender", "id_field": "id"},
            {"id": 5, "cnt": 1},
            {
                "login": ["me"],
                "psw": [SECRET],
                "fmt": ["3"],
                "phones": [NUMBER],
                "mes": [TEXT],
                "sender": ["Yoga"],
            },
        ),
    ],
    ids=["nested JSON, a header", "a form, digits", "all in the address"],
)
def test_gateway_is_asked_as_it_is_described(settings, counter, caplog, path, shape, answer, asked):
    described(settings, url=f"http://{counter.place}{path}", sender="Yoga", **shape)
    counter.answer = answer
    message = text()

    sms.send(message)

    ((method, path, headers, body),) = counter.asked
    if shape == TURBOSMS:
        assert counter.requests[0][1] == asked
        assert headers["Authorization"] == f"Bearer {SECRET}"
    else:
        assert method == ("POST" if shape == VONAGE else "GET")
        assert parse_qs(body.decode() or path.partition("?")[2]) == asked
    assert message.gateway_id in ("f83f", "17", "5")
    assert SECRET not in caplog.text  # at DEBUG, where the library tells addresses


@pytest.mark.parametrize(
    ("status", "answer", "error", "detail"),
    [
        (200, {"response_status": f"BAD {SECRET}"}, TemporaryError, "HTTP 200 BAD ***"),
        (200, {"response_result": [{"message_id": None}]}, TemporaryError, "HTTP 200"),
        (400, {"response_status": "INVALID"}, PermanentError, "HTTP 400 INVALID"),
        (402, {"response_status": "NO CREDIT"}, TemporaryError, "HTTP 402 NO CREDIT"),
        (500, "no object", TemporaryError, "HTTP 500"),
    ],
)
def test_gateways_answer_is_told_without_our_secret(
    settings, counter, status, answer, error, detail
):
    described(settings, url=f"http://{counter.place}/", sender="Yoga", **TURBOSMS)
    counter.status, counter.answer = status, answer

    with pytest.raises(error) as caught:
        sms.send(text())

    assert caught.value.detail == detail


def test_gateway_that_sends_us_elsewhere_is_not_followed(twilio):
    twilio.status, twilio.headers = 302, {"Location": f"http://{twilio.place}/elsewhere"}

    with pytest.raises(TemporaryError):
        sms.send(text())

    assert len(twilio.asked) == 1


@pytest.mark.parametrize(
    ("variable", "values"),
    [
        ("SMS_URL", {"url": f"gopher://{SECRET}@x/"}),
        ("SMS_URL", {"url": f"https://user:{SECRET}/x@y/"}),
        ("SMS_URL", {"url": f"https://user:{SECRET}@/"}),
        ("SMS_URL", {"url": f"twilio://{SECRET}@/?from=%2B15550100"}),
        ("SMS_URL", {"url": f"twilio://AC12:{SECRET}@/"}),
        ("SMS_FORMAT", {"format": SECRET}),
        ("SMS_FIELDS", {"fields": f"to=to,{SECRET}=text"}),
        ("SMS_FIELDS", {"fields": "text=text"}),
        ("SMS_FIELDS", {"fields": "to=a,text=a.b"}),
        ("SMS_FIELDS", {"fields": "to=a.b,text=c", "format": "form"}),
        ("SMS_FIELDS", {"extra": f"text.x={SECRET}"}),
        ("SMS_SENDER", {"sender": SECRET}),
        ("SMS_HEADERS", {"headers": SECRET}),
        ("SMS_REPORT_FIELDS", {"report_fields": "id=id"}),
        ("SMS_REPORT_SECRET", {"report_secret": "short"}),
    ],
)
def test_wrong_setting_is_refused_at_the_start_by_its_name(settings, variable, values):
    described(settings, **{"url": "https://gateway.example/", **values})

    (problem,) = [found for found in run_checks() if found.id.startswith("notifications.")]

    assert problem.msg.startswith(f"{variable}: ")
    assert problem.hint
    assert SECRET not in f"{problem.msg} {problem.hint}"


def test_good_settings_are_not_refused(settings):
    described(settings, url="https://gateway.example/", sender="Yoga", **TURBOSMS)

    assert not [found for found in run_checks() if found.id.startswith("notifications.")]
