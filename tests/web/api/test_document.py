"""The document at /api/v1/openapi.json: complete, sound, and true of real answers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from booking import errors
from booking.slots import Refusal
from tests import factories
from tests.web.api.conftest import CLEO, NOON
from web.api import schemas

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).resolve().parents[3] / "docs/api.md").read_text(encoding="utf-8")
OPERATIONS = {
    "listServices": ("get", "/api/v1/services"),
    "listConsents": ("get", "/api/v1/consents"),
    "listProviders": ("get", "/api/v1/providers"),
    "listSlots": ("get", "/api/v1/slots"),
    "listBookings": ("get", "/api/v1/bookings"),
    "getBookingByCode": ("get", "/api/v1/bookings/by-code/{code}"),
    "createBooking": ("post", "/api/v1/bookings"),
    "getBooking": ("get", "/api/v1/bookings/{token}"),
    "cancelBooking": ("post", "/api/v1/bookings/{token}/cancel"),
    "rescheduleBooking": ("post", "/api/v1/bookings/{token}/reschedule"),
}


@pytest.fixture
def document(ask, company) -> dict:
    return ask("/openapi.json").json()


def values_in(node: object) -> Iterator[tuple[str, object]]:
    """Every (key, value) at any depth."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from values_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from values_in(value)


def test_every_operation_is_listed_under_a_stable_name(document):
    found = {
        operation["operationId"]: (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }

    assert document["openapi"] == "3.1.0"
    assert found == OPERATIONS


def test_every_operation_says_what_it_does_and_answers(document):
    for method, path in OPERATIONS.values():
        operation = document["paths"][path][method]
        assert operation["summary"]
        assert operation["description"]
        for status, response in operation["responses"].items():
            kind = "application/json" if int(status) < 400 else "application/problem+json"
            assert list(response.get("content", [])) == ([] if status == "304" else [kind])


def test_every_reference_leads_somewhere(document):
    named = {value for key, value in values_in(document) if key == "$ref"}

    assert named
    assert {name.rpartition("/")[2] for name in named} <= set(document["components"]["schemas"])


def test_examples_of_parameters_are_written_as_the_standard_has_them(document):
    for method, path in OPERATIONS.values():
        for parameter in document["paths"][path][method]["parameters"]:
            assert isinstance(parameter.get("examples", {}), dict)


@pytest.mark.parametrize(
    "refusal",
    [
        errors.SlotTaken,
        errors.SessionFull,
        errors.SlotNotOffered,
        errors.TooLate,
        errors.BookingClosed,
        errors.Outdated,
        errors.KeyReused,
        errors.NotBookable,
    ],
)
def test_page_for_integrators_has_every_refusal_of_a_booking(refusal):
    assert f"| `{refusal.code}` |" in PAGE


@pytest.mark.parametrize("reason", [reason for reason in Refusal if reason is not Refusal.BUSY])
def test_page_for_integrators_has_every_reason(reason):
    assert f"`{reason.value}`" in PAGE


def test_page_for_integrators_has_every_address(document):
    for _method, path in OPERATIONS.values():
        asked = path.removeprefix("/api/v1")
        for name in ("token", "code"):
            asked = asked.replace(f"{{{name}}}", f"${name.upper()}")
        assert f"$API{asked}" in PAGE


def test_document_is_only_read(client, company):
    answer = client.post("/api/v1/openapi.json", {}, content_type="application/json")

    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"


def schema_of(document: dict, operation_id: str, answer) -> dict:
    """What the document says of an answer: its status and kind are listed."""
    method, path = OPERATIONS[operation_id]
    response = document["paths"][path][method]["responses"][str(answer.status_code)]
    return response["content"][answer["Content-Type"].partition(";")[0]]["schema"]


def assert_is_as_described(document: dict, operation_id: str, answer) -> None:
    schema = schema_of(document, operation_id, answer)
    is_list = schema.get("type") == "array"
    model = getattr(schemas, (schema["items"] if is_list else schema)["$ref"].rpartition("/")[2])
    TypeAdapter(list[model] if is_list else model).validate_json(answer.content, strict=True)
    for row in answer.json() if is_list else [answer.json()]:
        assert set(row) <= set(model.model_fields)


def test_real_answers_are_as_described(document, ask, send, lesson):
    days = {"from": "2026-11-24", "to": "2026-11-24"}
    body = {"service": lesson.pk, "starts_at": NOON, "client": CLEO}
    made = send("/bookings", body)
    address = f"/bookings/{made.json()['token']}"
    off_grid = {"starts_at": "2026-11-24T13:01:00+02:00"}
    answers = [
        ("listServices", ask("/services")),
        ("listConsents", ask("/consents")),
        ("listProviders", ask("/providers")),
        ("listSlots", ask("/slots", service=lesson.pk, **days)),
        ("listSlots", ask("/slots")),
        ("createBooking", made),
        ("createBooking", send("/bookings", "{")),
        ("createBooking", send("/bookings", body)),
        ("createBooking", send("/bookings", {**body, "seats": 2})),
        ("createBooking", send("/bookings", {})),
        ("getBooking", ask(address)),
        ("getBooking", ask("/bookings/unknown")),
        ("rescheduleBooking", send(f"{address}/reschedule", off_grid)),
        ("rescheduleBooking", send(f"{address}/reschedule", {})),
        ("cancelBooking", send(f"{address}/cancel", {"reason": 5})),
        ("cancelBooking", send(f"{address}/cancel", {})),
        ("cancelBooking", send(f"{address}/cancel", {})),
        ("cancelBooking", send("/bookings/unknown/cancel", {})),
    ]

    for operation_id, answer in answers:
        assert_is_as_described(document, operation_id, answer)
    statuses = [answer.status_code for _operation_id, answer in answers]
    assert statuses == [
        200, 200, 200, 200, 422, 201, 400, 409, 422, 422, 200, 404, 409, 422, 422, 200, 409, 404
    ]  # fmt: skip


def test_refusals_for_other_reasons_are_as_described(document, send, client, lesson, settings):
    foreign = client.post("/api/v1/bookings", "x", content_type="text/plain")
    settings.RATE_LIMIT_PER_MINUTE = 1
    send("/bookings", {})
    limited = send("/bookings", {})

    assert_is_as_described(document, "createBooking", foreign)
    assert_is_as_described(document, "createBooking", limited)
    assert (foreign.status_code, limited.status_code) == (415, 429)


def test_class_session_is_as_described(document, ask, ada):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=3)

    answer = ask("/slots", **{"service": yoga.pk, "from": "2026-11-24", "to": "2026-11-24"})

    assert json.loads(answer.content)["slots"] == []
    assert_is_as_described(document, "listSlots", answer)
