"""Whatever is sent, the answer is a problem that names the field, never a failure."""

import pytest

from booking.models import Booking
from tests.web.api.conftest import CLEO, NOON

pytestmark = pytest.mark.django_db

ABSENT = object()
HUGE = 2**63
NO_NUMBERS = ["", "x", "5", 5.0, 0.5, True, [], {}, [1]]
NO_TEXTS = [5, True, [], {}, ["x"], "\0", "\ud800"]


def fields_at_fault(answer) -> list[str]:
    problem = answer.json()
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert (problem["type"], problem["status"]) == ("about:blank", 422)
    for error in problem["errors"]:
        assert set(error) == {"field", "message", "code"}
    return [error["field"] for error in problem["errors"]]


def put(body: dict, path: str, value: object) -> dict:
    """Copy a body with the value at a dotted path; ABSENT takes the field away."""
    first, _, rest = path.partition(".")
    if rest:
        return {**body, first: put(body[first], rest, value)}
    kept = {name: given for name, given in body.items() if name != first}
    return kept if value is ABSENT else {**kept, first: value}


def cases(**by_field) -> list:
    """Pairs of (dotted path, wrong value) from ``a__b=[…]``."""
    return [
        pytest.param(name.replace("__", "."), value, id=f"{name}-{str(value)[:20]!a}")
        for name, values in by_field.items()
        for value in values
    ]


WRONG_BOOKINGS = cases(
    service=[ABSENT, None, *NO_NUMBERS, 0, -1, HUGE, 10**400],
    starts_at=[
        "",
        "soon",
        5,
        1764000000,
        "1764000000",
        [],
        {},
        True,
        "2026-11-24",
        "2026-11-24T12:00:00",
        "2026-11-24 12:00:00+02:00",
        "2026-11-24T12:00:30+02:00",
        "2026-11-24T12:00:00.000001+02:00",
        "2026-02-30T12:00:00Z",
        "2026-11-24T25:00:00Z",
        "2026-11-24T12:00:00+25:00",
        "9999-12-31T23:59:00Z",
        "0001-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "٢٠٢٦-11-24T12:00:00Z",
        "2026-11-24T12:00:00Z\0",
        "\ud800",
        "x" * 10_000,
    ],
    provider=[*NO_NUMBERS, 0, -1, HUGE],
    seats=[None, *NO_NUMBERS, 0, -1, 2**15, HUGE],
    client=[ABSENT, None, "Cleo", 5, True, [], [CLEO]],
    client__name=[ABSENT, None, *NO_TEXTS, "", "   ", "\t\n", "x" * 151, "Cl\0eo"],
    client__email=[
        ABSENT, None, *NO_TEXTS, "", "   ", "cleo", "cleo at home", "a@b", "c\0@x.example",
        "a@x.example,b@x.example", "a@x.example\nBcc: b@x.example", "x" * 250 + "@x.example",
    ],
    client__phone=[*NO_TEXTS, "", "12", "call me", "0441234567", "+3804", "+" + "1" * 300],
    client__timezone=[*NO_TEXTS, "", "Moon/Base", "../../etc/passwd", "europe/kyiv", "x" * 5000],
    client__language=[*NO_TEXTS, "", "xx", "EN", "english", "e" * 5000],
    note=[None, *NO_TEXTS, "x" * 2001, "a\0b"],
)  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG_BOOKINGS)
def test_wrong_field_of_a_booking_is_named(send, lesson, field, value):
    body = {"service": lesson.pk, "starts_at": NOON, "client": CLEO}

    answer = send("/bookings", put(body, field, value))

    assert fields_at_fault(answer) == [field]
    assert not Booking.objects.exists()


@pytest.mark.parametrize(("field", "value"), cases(session=[*NO_NUMBERS, 0, -1, HUGE]))
def test_wrong_session_is_named(send, lesson, field, value):
    body = {"service": lesson.pk, "client": CLEO, field: value}

    assert fields_at_fault(send("/bookings", body)) == [field]


@pytest.mark.parametrize(
    ("choice", "field", "code"),
    [
        ({}, "starts_at", "required"),
        ({"starts_at": None}, "starts_at", "required"),
        ({"starts_at": NOON, "session": 1}, "session", "conflict"),
    ],
)
def test_start_or_session_and_not_both(send, lesson, booked, choice, field, code):
    to_book = send("/bookings", {"service": lesson.pk, "client": CLEO, **choice})
    to_move = send(f"/bookings/{booked.manage_token}/reschedule", choice)

    for answer in (to_book, to_move):
        assert fields_at_fault(answer) == [field]
        assert answer.json()["errors"][0]["code"] == code


def test_all_fields_at_fault_are_named_at_once(send, company):
    body = {"service": 0, "starts_at": "soon", "client": {"name": "", "email": "x"}}

    assert fields_at_fault(send("/bookings", body)) == [
        "starts_at",
        "service",
        "client.name",
        "client.email",
    ]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("service", ABSENT, "required"),
        ("service", "x", "invalid"),
        ("service", HUGE, "out_of_range"),
        ("client.name", "", "too_short"),
        ("client.name", "x" * 151, "too_long"),
        ("client.email", "cleo", "invalid"),
        ("client.timezone", "Moon/Base", "unknown"),
        ("client.language", "xx", "unknown"),
    ],
)
def test_what_is_wrong_has_a_stable_code(send, lesson, field, value, code):
    body = {"service": lesson.pk, "starts_at": NOON, "client": CLEO}

    problem = send("/bookings", put(body, field, value)).json()

    assert problem["code"] == "invalid"
    assert [error["code"] for error in problem["errors"]] == [code]


@pytest.mark.parametrize("body", [[], [{}], "x", 5, None, True])
@pytest.mark.parametrize("path", ["/bookings", "/bookings/{}/reschedule"])
def test_body_that_is_no_object_is_refused_as_a_whole(send, booked, path, body):
    # The test browser sends text as it is, so that JSON text needs its own quotes.
    sent = {"x": '"x"', "5": "5", "None": "null", "True": "true"}.get(str(body), body)

    assert fields_at_fault(send(path.format(booked.manage_token), sent)) == [""]


def test_body_that_is_missing_is_refused_as_a_whole(send, company):
    assert fields_at_fault(send("/bookings", "")) == [""]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{'service': 1}",
        '{"service": 1,}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"service": ' + "9" * 5000 + "}",
        b"\xff\xfe\xff",
        b'{"note": "\xff"}',
    ],
    ids=lambda text: str(text[:12]),
)
def test_body_that_is_no_json_is_400(send, company, text):
    answer = send("/bookings", text)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "text", ['{"service": NaN}', '{"service": Infinity}', '{"service": 1e999}']
)
def test_number_that_is_none_is_named(send, company, text):
    assert "service" in fields_at_fault(send("/bookings", text))


@pytest.mark.parametrize("key", ["", "x" * 101, "ключ", "a\tb", "a\x7f"])
def test_wrong_idempotency_key_is_named(send, lesson, key):
    body = {"service": lesson.pk, "starts_at": NOON, "client": CLEO}

    answer = send("/bookings", body, Idempotency_Key=key)

    assert fields_at_fault(answer) == ["Idempotency-Key"]
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    cases(
        starts_at=["soon", "2026-11-24T13:00:00", 5],
        provider=["x", 0, HUGE],
        revision=["x", "1", 0, -1, 2**31, HUGE, 1.5, True],
    ),
)
def test_wrong_field_of_a_move_is_named(send, booked, field, value):
    body = {"starts_at": "2026-11-24T13:00:00+02:00", field: value}

    answer = send(f"/bookings/{booked.manage_token}/reschedule", body)

    booked.refresh_from_db()
    assert fields_at_fault(answer) == [field]
    assert booked.revision == 1


@pytest.mark.parametrize("reason", [5, True, [], {}, "x" * 501, "\0", None])
def test_wrong_reason_of_a_cancellation_is_named(send, booked, reason):
    answer = send(f"/bookings/{booked.manage_token}/cancel", {"reason": reason})

    booked.refresh_from_db()
    assert fields_at_fault(answer) == ["reason"]
    assert booked.state == "confirmed"


WRONG_SLOTS = cases(
    service=[ABSENT, "", "x", "0", "-1", "1.5", str(HUGE), "9" * 5000, "999", "\0", "null"],
    to=[
        ABSENT, "", "x", "2026-02-30", "2026-13-01", "9999-12-31", "0001-01-01", "0000-01-01",
        "20261124", "2026-W48-2", "1764000000", "2026-11-24T00:00:00Z", "2026-11-23",
        "2027-01-25", "\0",
    ],
    provider=["", "x", "0", "-1", str(HUGE), "999", "\0"],
    timezone=["", "Moon/Base", "../../etc/passwd", "\0", "x" * 3000],
)  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG_SLOTS)
def test_wrong_question_for_times_is_named(ask, lesson, field, value):
    query = {"service": lesson.pk, "from": "2026-11-24", "to": "2026-11-24"}

    assert fields_at_fault(ask("/slots", **put(query, field, value))) == [field]


@pytest.mark.parametrize("value", ["", "x", "2026-02-30", "9999-12-31", "0001-01-01", "\0"])
def test_wrong_first_day_is_named(ask, lesson, value):
    query = {"service": lesson.pk, "from": value, "to": "2026-11-24"}

    assert fields_at_fault(ask("/slots", **query)) == ["from"]


def test_service_and_provider_that_are_not_on_offer_are_named(ask, lesson, ada):
    lesson.is_active = False
    lesson.save()
    days = {"from": "2026-11-24", "to": "2026-11-24"}

    assert fields_at_fault(ask("/slots", service=lesson.pk, **days)) == ["service"]

    lesson.is_active = True
    lesson.save()
    ada.is_active = False
    ada.save()

    assert fields_at_fault(ask("/slots", service=lesson.pk, provider=ada.pk, **days)) == [
        "provider"
    ]
