"""One leak of each kind, made up here, is found by what reads every test."""

import sys

import pytest
from django.core.mail import EmailMultiAlternatives
from django.http import HttpResponse
from django.test import RequestFactory
from psycopg.types.json import Jsonb

from tests.leaks import places
from tests.leaks.canaries import kinds_in, note, noted, without_secrets
from tests.leaks.pages import ReadAnswers

pytestmark = pytest.mark.no_database

ZOOM = "https://us02web.zoom.us"
JOIN, START = f"{ZOOM}/j/81234567890?pwd=zsimPWD_a-b_c", f"{ZOOM}/s/81234567890?zak=zsimZAK_a-b_c"
SECRET = "zsimRT_q1W2e3R4"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Bearer zsimAT_a-b_c", ["zsimAT_…"]),
        (f"{JOIN} {START}", ["zsimPWD_…", "zsimZAK_…"]),
        ("code=zsimCODE_abc&state=1", ["zsimCODE_…"]),
        ("Passcode: zsimPC_123.", ["zsimPC_…"]),
        (f"Bearer zk_{'a-B_' * 8}.", ["zk_…"]),
        ("it begins with zk_a-B_a-B_…", []),
        ("the zsim, zsimulated and zsimAT_", []),
        ("", []),
    ],
)
def test_secrets_are_told_by_kind(text, kinds):
    assert kinds_in(text) == kinds


def test_secret_is_cut_from_what_is_shown():
    assert without_secrets(f"GET /a?t={SECRET}&x=1") == "GET /a?t=zsimRT_…&x=1"


def answer(response):
    ReadAnswers(lambda _request: response)(RequestFactory().get("/here/"))
    b"".join(response)
    return noted()


@pytest.mark.parametrize("address", [JOIN, START])
def test_way_into_zoom_may_carry_its_own_secret(address):
    assert answer(HttpResponse(status=302, headers={"Location": address})) == []


@pytest.mark.parametrize(
    ("status", "header", "content"),
    [
        (302, "Location", JOIN.replace("zsimPWD_", "zsimZAK_")),
        (302, "Location", START.replace("zsimZAK_", "zsimAT_")),
        (302, "Location", JOIN.replace("/j/", "/elsewhere/")),
        (302, "Location", JOIN.replace("zoom.us", "zoom.example")),
        (302, "Location", f"/b/token/?next={JOIN}"),
        (301, "Location", JOIN),
        (200, "Refresh", f"0; url={JOIN}"),
    ],
)
def test_any_other_header_may_not(status, header, content):
    assert len(answer(HttpResponse(status=status, headers={header: content}))) == 1


def test_cookie_and_streamed_page_are_read():
    response = HttpResponse()
    response.set_cookie("kept", SECRET)

    assert answer(response) == ["zsimRT_… in a cookie of the answer to GET /here/ (200)"]


def test_mail_is_read_as_its_reader_sees_it():
    mail = EmailMultiAlternatives("Привіт", "Заходьте", to=["cleo@client.example"])
    mail.attach_alternative(f"<p>{'Заходьте ' * 200} {JOIN}</p>", "text/html")
    mail.attach("meeting.ics", f"URL:{START}", "text/calendar")

    places.read_mail(mail)

    assert JOIN not in mail.message().as_string()  # it travels encoded
    assert noted() == ["zsimPWD_… in a mail: Привіт", "zsimZAK_… in a mail: Привіт"]


@pytest.mark.parametrize(
    ("params", "many"),
    [
        ([1, SECRET], False),
        ({"token": SECRET}, False),
        ([[1, "a"], [2, SECRET]], True),
        ([Jsonb({"deep": [f"x{'y' * 100} {SECRET}"]})], False),
    ],
)
def test_whatever_a_statement_sends_is_read(params, many):
    places.read_statement(lambda *_arguments: None, "INSERT INTO t", params, many, {})

    assert noted() == ["zsimRT_… in a statement: INSERT INTO t"]


def test_exceptions_are_read_with_what_they_come_from():
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError("Zoom refused") from error
    except RuntimeError as error:
        places.read_error(error)

    assert noted() == ["zsimRT_… in the text of ValueError"]


def test_exception_that_hides_its_origin_is_not_held_against_it():
    try:
        try:
            raise ValueError(SECRET)
        except ValueError:
            raise RuntimeError("Zoom refused") from None
    except RuntimeError as error:
        places.read_error(error)

    assert noted() == []


@pytest.mark.parametrize(
    "arguments", [(SECRET,), ({"token": SECRET},), ("one", "too many", SECRET)]
)
def test_values_of_a_log_line_are_read(arguments):
    places.new_record("zoomlink", 10, "/x/oauth.py", 7, "Asked by %s", arguments, None)

    assert noted() == ["zsimRT_… in a log line of zoomlink (oauth.py:7)"]


def test_exception_of_a_log_line_is_read():
    try:
        raise ValueError(SECRET)
    except ValueError:
        places.new_record("zoomlink", 10, "/x/oauth.py", 7, "Failed", (), sys.exc_info())

    assert len(noted()) == 1


@pytest.mark.parametrize(
    ("logger", "line", "count"),
    [
        ("urllib3.connectionpool", '"GET /j/812?pwd=zsimPWD_a HTTP/1.1" 200', 0),
        ("urllib3.connectionpool", '"GET /v2/meetings?token=zsimAT_a HTTP/1.1" 200', 1),
        ("zoomlink", '"GET /j/812?pwd=zsimPWD_a HTTP/1.1" 200', 1),
    ],
)
def test_only_a_browser_on_its_way_in_may_show_its_address(logger, line, count):
    places.new_record(logger, 10, "x.py", 1, line, (), None)

    assert len(noted()) == count


def test_same_leak_is_told_once():
    for _time in range(3):
        note(SECRET, "here")

    assert noted() == ["zsimRT_… in here"]
    assert noted() == []
