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
        ("post", "/services", "GET"),
        ("delete", "/providers", "GET"),
        ("put", "/slots", "GET"),
        ("get", "/bookings", "POST"),
        ("delete", f"/bookings/{TOKEN}", "GET"),
        ("get", f"/bookings/{TOKEN}/cancel", "POST"),
        ("patch", f"/bookings/{TOKEN}/reschedule", "POST"),
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
    assert client.head("/api/v1/bookings").status_code == 405


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


def test_too_many_changes_are_told_when_to_come_back(client, send, ask, lesson, settings):
    settings.RATE_LIMIT_PER_MINUTE = 2

    answers = [send("/bookings", {}) for _time in range(3)]
    on_the_site = client.post("/book/lesson/details/", CLEO)
    other = client.post(
        "/api/v1/bookings", {}, content_type="application/json", REMOTE_ADDR="192.0.2.7"
    )

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert problem_of(answers[2]) == (429, "too_many_requests")
    assert answers[2]["Retry-After"] == "60"
    assert on_the_site.status_code == 429
    assert other.status_code == 422
    assert ask("/services").status_code == 200


@pytest.mark.parametrize("path", ["cancel", "reschedule"])
def test_changes_of_a_booking_count_too(send, booked, settings, path):
    settings.RATE_LIMIT_PER_MINUTE = 1
    address = f"/bookings/{booked.manage_token}/{path}"

    answers = [send(address, {"starts_at": NOON}).status_code for _time in range(2)]

    assert answers == [200, 429]


def test_no_limit_when_it_is_zero(send, company, settings):
    settings.RATE_LIMIT_PER_MINUTE = 0

    assert {send("/bookings", {}).status_code for _time in range(5)} == {422}


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


@pytest.mark.parametrize("path", ["/services", "/bookings/{}", f"/bookings/{TOKEN}", "/bookings"])
def test_answers_are_kept_nowhere_and_their_address_to_oneself(ask, booked, path):
    answer = ask(path.format(booked.manage_token))

    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
