"""What is refused before anybody reads it, and what every answer has in common."""

import logging

import pytest
from django.test import Client as Browser

from booking.models import Booking
from tests import factories
from tests.web.api.conftest import CLEO, NOON

pytestmark = pytest.mark.django_db

TOKEN = "q1W2e3R4t5Y6u7I8o9P0-_"


def problem_of(answer) -> tuple[int, str]:
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert set(problem) >= {"type", "title", "status", "detail", "code"}
    assert problem["status"] == answer.status_code
    return answer.status_code, problem["code"]


@pytest.mark.parametrize(
    "path",
    ["/", "/nothing", "/services/", "/services/1", "/bookings/", "/bookings/%00", "/docs",
     "/bookings/a.b", f"/bookings/{TOKEN}/", f"/bookings/{TOKEN}/delete"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_address_of_nothing_is_404(company, path, method):
    browser = Browser(enforce_csrf_checks=True)

    answer = getattr(browser, method)(f"/api/v1{path}")

    assert problem_of(answer) == (404, "not_found")
    assert TOKEN not in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("post", "/services", "GET, HEAD, OPTIONS"),
        ("delete", "/providers", "GET, HEAD, OPTIONS"),
        ("put", "/slots", "GET, HEAD, OPTIONS"),
        ("put", "/bookings", "GET, HEAD, OPTIONS, POST"),
        ("delete", f"/bookings/{TOKEN}", "GET, HEAD, OPTIONS"),
        ("get", f"/bookings/{TOKEN}/cancel", "OPTIONS, POST"),
        ("patch", f"/bookings/{TOKEN}/reschedule", "OPTIONS, POST"),
    ],
)
def test_wrong_method_is_405_and_says_what_is_allowed(client, company, method, path, allowed):
    answer = getattr(client, method)(f"/api/v1{path}")

    assert problem_of(answer) == (405, "method_not_allowed")
    assert answer["Allow"] == allowed


def test_head_is_answered_like_get_without_the_body(client, lesson):
    answer = client.head("/api/v1/services")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Type"] == client.get("/api/v1/services")["Content-Type"]
    assert client.head("/api/v1/bookings/x/cancel").status_code == 405


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]
)
def test_body_of_another_kind_is_415(client, lesson, kind):
    answer = client.post("/api/v1/bookings", '{"service": 1}', content_type=kind)

    assert problem_of(answer) == (415, "unsupported_media_type")


def test_charset_may_be_named(client, lesson):
    body = {"service": lesson.pk, "starts_at": NOON, "client": CLEO}

    answer = client.post("/api/v1/bookings", body, content_type="application/json; charset=utf-8")

    assert answer.status_code == 201


def test_body_that_is_too_large_is_413(send, company, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    answer = send("/bookings", {"note": "x" * 200})

    assert problem_of(answer) == (413, "too_large")


def refuse_to_listen(event):
    raise RuntimeError(f"at /b/{event.booking.manage_token}/")


def test_failure_is_500_that_gives_nothing_away(send, lesson, settings, caplog):
    settings.EVENT_LISTENERS = [f"{__name__}.refuse_to_listen"]
    body = {"service": lesson.pk, "starts_at": NOON, "client": CLEO}

    with caplog.at_level(logging.ERROR):
        answer = send("/bookings", body)

    assert problem_of(answer) == (500, "internal_error")
    assert "RuntimeError" not in answer.content.decode()
    assert "/b/" not in answer.content.decode()
    assert "RuntimeError" in caplog.text
    assert not Booking.objects.exists()


@pytest.mark.parametrize("host", ["evil.example", "a b", ""])
def test_wrong_host_is_400_for_programs_and_a_page_for_people(client, company, host, caplog):
    caplog.set_level(logging.CRITICAL, "django.security")

    assert problem_of(client.get("/api/v1/services", HTTP_HOST=host)) == (400, "bad_request")
    assert client.get("/", HTTP_HOST=host)["Content-Type"].startswith("text/html")


class FailingMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        raise RuntimeError("on the way in")


def test_failure_before_any_view_is_a_problem_too(settings, caplog):
    settings.MIDDLEWARE = [f"{__name__}.FailingMiddleware"]
    caplog.set_level(logging.CRITICAL)
    browser = Browser(raise_request_exception=False)

    assert problem_of(browser.get("/api/v1/services")) == (500, "internal_error")
    assert browser.get("/").status_code == 500


@pytest.mark.parametrize("kinds", ["text/html", "application/xml, image/*;q=0.1", "none"])
def test_who_takes_no_json_is_406(ask, company, kinds):
    assert problem_of(ask("/services", headers={"Accept": kinds})) == (406, "not_acceptable")


@pytest.mark.parametrize(
    "kinds", ["", "*/*", "application/json", "text/html, */*;q=0.8", "application/*",
              "application/problem+json"]
)  # fmt: skip
def test_who_takes_json_among_others_is_answered(ask, company, kinds):
    assert ask("/services", headers={"Accept": kinds}).status_code == 200


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/services", "GET, HEAD, OPTIONS"),
        ("/openapi.json", "GET, HEAD, OPTIONS"),
        ("/bookings", "GET, HEAD, OPTIONS, POST"),
        (f"/bookings/{TOKEN}/cancel", "OPTIONS, POST"),
    ],
)
def test_options_tells_what_an_address_allows(client, company, path, methods):
    answer = client.options(f"/api/v1{path}")

    assert (answer.status_code, answer.content, answer["Allow"]) == (204, b"", methods)


def test_options_of_nothing_is_404(client, company):
    assert problem_of(client.options("/api/v1/nothing")) == (404, "not_found")


@pytest.mark.parametrize("path", ["/services", "/providers", "/consents", "/openapi.json"])
def test_what_is_public_is_told_anew_only_when_it_changed(ask, lesson, path):
    first = ask(path)
    same = ask(path, headers={"If-None-Match": f'"other", W/{first["ETag"]}'})
    other = ask(path, headers={"If-None-Match": '"other"'})

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert (other.status_code, other.content) == (200, first.content)
    assert first["Cache-Control"] == same["Cache-Control"] == "no-cache"


def test_body_that_breaks_off_is_400(client, company):
    answer = client.generic(
        "POST", "/api/v1/bookings", '{"service": 1}', "application/json", CONTENT_LENGTH="7"
    )

    assert problem_of(answer) == (400, "malformed")


@pytest.mark.parametrize("length", ["x", "-1", "1e3"])
def test_length_that_is_none_is_400(client, company, length):
    answer = client.generic(
        "POST", "/api/v1/bookings", '{"service": 1}', "application/json", CONTENT_LENGTH=length
    )

    assert problem_of(answer) == (400, "bad_request")


def test_refusal_is_told_in_the_readers_language(send, booked):
    body = {"service": booked.session.service_id, "starts_at": NOON, "client": CLEO}

    english = send("/bookings", body).json()
    ukrainian = send("/bookings", body, Accept_Language="uk").json()

    assert english["code"] == ukrainian["code"] == "slot_taken"
    assert english["detail"] == "This time has just been taken. Please choose another one."
    assert "щойно" in ukrainian["detail"]


def test_cookies_neither_help_nor_hinder(lesson):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(factories.staff(), backend="booking.backends.StaffBackend")
    body = {"service": lesson.pk, "starts_at": NOON, "client": CLEO}

    answer = browser.post("/api/v1/bookings", body, content_type="application/json")

    assert answer.status_code == 201
    assert not answer.cookies
    assert Booking.objects.get().events.get().actor is None


@pytest.mark.parametrize("path", ["/slots", "/bookings/{}", f"/bookings/{TOKEN}", "/bookings"])
def test_answers_are_kept_nowhere_and_their_address_to_oneself(ask, booked, path):
    answer = ask(path.format(booked.manage_token))

    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
