"""Mail by hosted services, at a real HTTP server: what they are told, and what they answer."""

from base64 import b64encode
from urllib.parse import unquote_plus

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.mail import mail_settings
from notifications.calendar_files import CalendarFile
from notifications.channels import email
from notifications.channels.errors import PermanentError, TemporaryError
from notifications.models import Message
from tests import factories

pytestmark = pytest.mark.django_db
KEY = "kEy-0123456789"
OURS = "<1@book.example>"


def mail(to="cleo@client.example") -> Message:
    return Message(
        to_address=to, subject="Booked", body_text="Hi", body_html="<p>Hi</p>", message_id=OURS
    )


@pytest.fixture
def service(settings, counter):
    """Mail goes to a service that speaks as the test says."""
    factories.company()

    def speaks(name, answer, query=""):
        settings.EMAIL_URL = f"{name}+http://{KEY}@{counter.place}/{query}"
        for key, value in mail_settings(settings.EMAIL_URL, report_secret="").items():
            setattr(settings, key, value)
        counter.answer = answer
        return counter

    return speaks


SERVICES = [
    (
        "postmark",
        "?message_stream=news",
        {"ErrorCode": 0, "Message": "OK", "To": "cleo@client.example", "MessageID": "m-1"},
        "/email",
    ),
    (
        "mailgun",
        "?sender_domain=x.example",
        {"id": "m-1", "message": "Queued. Thank you."},
        "/v3/x.example/messages",
    ),
    ("brevo", "", {"messageId": "m-1"}, "/v3/smtp/email"),
    ("resend", "", {"id": "m-1"}, "/emails"),
]


@pytest.mark.parametrize(("name", "query", "answer", "path"), SERVICES)
def test_service_gets_the_mail_with_our_id_and_gives_it_its_own(service, name, query, answer, path):
    server = service(name, answer, query)
    message = mail()
    message.calendar_file = CalendarFile("REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")

    assert email.send(message)

    ((_method, asked, _headers, body),) = server.asked
    assert asked == path
    assert OURS in unquote_plus(body.decode())
    assert b"invite.ics" in body
    assert (b"X-PM-KeepID" in body) == (name == "postmark")
    assert message.gateway_id == "m-1"


@pytest.mark.parametrize(("name", "query", "answer", "path"), SERVICES)
def test_service_gets_a_calendar_file_as_an_attachment(service, name, query, answer, path):
    server = service(name, answer, query)
    message = mail()
    message.calendar_file = CalendarFile("REQUEST", "Йога 🧘\r\n".encode() * 9)

    assert email.send(message)

    ((_method, _asked, _headers, body),) = server.asked
    assert b"invite.ics" in body
    if name == "mailgun":
        assert message.calendar_file.content in body
    else:
        assert b64encode(message.calendar_file.content) in body
    if name != "brevo":  # goes by the name of the file
        assert b"text/calendar; charset=utf-8; method=REQUEST" in body


@pytest.mark.parametrize(
    ("status", "answer", "error", "reason", "detail"),
    [
        (401, {"Message": "Bad token"}, TemporaryError, "not-taken", "HTTP 401 Bad token"),
        (422, {"ErrorCode": 300, "Message": "Bad From"}, PermanentError, "refused", "Bad From"),
        (
            422,
            {
                "ErrorCode": 406,
                "Message": "Found inactive addresses: cleo@client.example. Inactive recipients "
                "are ones that have generated a hard bounce or a spam complaint.",
            },
            PermanentError,
            "refused",
            "hard bounce",
        ),
        (429, {}, TemporaryError, "not-taken", "HTTP 429"),
        (503, "no object", TemporaryError, "not-taken", "HTTP 503"),
        (302, {}, TemporaryError, "unreachable", "TooManyRedirects"),
    ],
)
def test_services_answer_decides(service, status, answer, error, reason, detail):
    server = service("postmark", answer)
    server.status, server.headers = status, {"Location": f"http://{server.place}/elsewhere"}

    with pytest.raises(error) as caught:
        email.send(mail())

    assert (type(caught.value), caught.value.reason) == (error, reason)
    assert detail in caught.value.detail
    assert KEY not in f"{caught.value!r} {caught.value.detail}"
    assert len(server.asked) == 1


@pytest.mark.parametrize("address", ["a@x.example\nBcc: b@x.example", "@"])
def test_service_never_sees_an_impossible_address(service, address):
    server = service("postmark", {})

    with pytest.raises(PermanentError) as caught:
        email.send(mail(to=address))

    assert caught.value.reason == "wrong-address"
    assert server.asked == []


def test_key_case_and_region_stand_as_they_were_written():
    found = mail_settings("mailgun://Key%2F1@api.eu.mailgun.net/", report_secret="u:p")

    assert found["EMAIL_BACKEND"] == "anymail.backends.mailgun.EmailBackend"
    assert found["ANYMAIL"]["MAILGUN_API_KEY"] == "Key/1"
    assert found["ANYMAIL"]["MAILGUN_API_URL"] == "https://api.eu.mailgun.net/v3/"
    assert found["ANYMAIL"]["WEBHOOK_SECRET"] == "u:p"


@pytest.mark.parametrize(
    "url",
    [
        f"gopher://{KEY}@x",
        "postmark://@/",
        f"postmark://{KEY}@/?stream={KEY}",
        f"smtp://user:{KEY}/x@mail.example",
    ],
)
def test_wrong_address_is_refused_without_telling_it(url):
    with pytest.raises(ImproperlyConfigured) as caught:
        mail_settings(url, report_secret="")

    assert str(caught.value).startswith("EMAIL_URL")
    assert KEY not in str(caught.value)
