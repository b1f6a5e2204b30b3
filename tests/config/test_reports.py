"""What Django's reports of a failure show: nothing that opens Zoom."""

import logging
import sys

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.log import AdminEmailHandler
from django.views.debug import get_exception_reporter_class

from tests.leaks.canaries import kinds_in

pytestmark = pytest.mark.no_database

# As it is made up here, no scan may take it for one of the simulator's.
TOKEN, PASSCODE = "q1W2e3R4t5Y6u7I8o9P0-_", "k7m4p2x9"
FORM = {"password": PASSCODE, "note": "with kind regards"}


def fail_with_secrets() -> None:
    access_token = code = verifier = TOKEN
    passcode = PASSCODE
    address = f"https://zoom.us/s/1?zak={TOKEN}"
    answer = {"refresh_token": TOKEN, "password": PASSCODE, "start_url": address, "topic": "Lesson"}
    raise ValueError(f"{answer}", len([access_token, code, verifier, passcode]))


@pytest.fixture
def request_with_secrets() -> HttpRequest:
    address = f"/zoom/callback/?code={TOKEN}&state={TOKEN}&zone=Europe/Kyiv"
    return RequestFactory().post(
        address,
        FORM,
        headers={"authorization": f"Bearer {TOKEN}", "referer": f"https://x{address}"},
    )


@pytest.fixture
def failure():
    try:
        fail_with_secrets()
    except ValueError:
        return sys.exc_info()


def reporter(request, failure):
    return get_exception_reporter_class(request)(request, *failure)


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("form", ["html", "text"])
def test_report_hides_secrets_and_shows_the_rest(
    settings, request_with_secrets, failure, form, debug
):
    settings.DEBUG = debug

    report = getattr(reporter(request_with_secrets, failure), f"get_traceback_{form}")()

    assert TOKEN not in report
    assert PASSCODE not in report
    assert "ValueError" in report
    assert "with kind regards" in report
    assert "Europe/Kyiv" in report


def test_report_shows_variables_that_are_no_secrets(failure):
    report = reporter(None, failure).get_traceback_html()

    assert "topic" in report
    assert "Lesson" in report


def test_report_hides_credentials_within_settings(settings, failure, request_with_secrets):
    settings.DATABASE_URL = f"postgres://zustrich:{PASSCODE}@db/zustrich"
    settings.CACHES = {"default": {"LOCATION": f"redis://:{PASSCODE}@cache"}}
    settings.SMS_URL = f"https://gateway.example/?any={PASSCODE}"
    settings.SMS_EXTRA, settings.SMS_HEADERS = f"any={PASSCODE}", f"X-Any: {PASSCODE}"
    settings.EMAIL_URL = f"postmark://{PASSCODE}@/"

    report = reporter(request_with_secrets, failure).get_traceback_html()

    assert PASSCODE not in report
    assert "postgres://***@db/zustrich" in report


def test_mail_to_administrators_hides_secrets(settings, failure, mailoutbox, request_with_secrets):
    settings.ADMINS = [("Boss", "boss@kyiv-yoga.example")]
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "Failed", (), failure)
    record.request, record.status_code = request_with_secrets, 500

    AdminEmailHandler(include_html=True).emit(record)

    (mail,) = mailoutbox
    texts = [mail.body, *(text for text, _kind in mail.alternatives)]
    assert len(texts) == 2
    assert not [text for text in texts if TOKEN in text or PASSCODE in text]


@pytest.mark.parametrize("kind", ["zsimAT_", "zsimRT_", "zsimZAK_", "zsimPWD_", "zsimCODE_"])
def test_report_hides_the_simulators_tokens_whatever_their_name(settings, kind):
    settings.DEBUG = True
    try:
        raise_with(f"{kind}{TOKEN}".encode())
    except RuntimeError:
        report = reporter(None, sys.exc_info()).get_traceback_html()

    assert "raise_with" in report
    assert kinds_in(report) == []


def raise_with(content: bytes) -> None:
    raise RuntimeError(len(content))
