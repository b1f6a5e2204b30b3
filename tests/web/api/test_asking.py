"""Questions and consent, for programs."""

import pytest

from booking.models import Booking, Consent, Question
from tests.web.api.conftest import CLEO, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def drink(lesson) -> Question:
    return Question.objects.create(
        service=lesson, label="Drink?", kind="choice", options="Tea\nCoffee", is_required=True
    )


@pytest.fixture
def terms() -> Consent:
    return Consent.objects.create(text="I agree to the terms.")


@pytest.fixture
def book(send, lesson):
    def posted(**said):
        return send("/bookings", {"service": lesson.pk, "starts_at": NOON, "client": CLEO, **said})

    return posted


def test_services_say_what_they_ask(ask, drink, lesson):
    Question.objects.create(service=lesson, label="A mat?", kind="yes_no", position=1)
    Question.objects.create(service=lesson, label="Gone", is_active=False)

    (service,) = ask("/services").json()

    assert [
        (row["label"], row["kind"], row["options"], row["is_required"])
        for row in service["questions"]
    ] == [
        ("Drink?", "choice", ["Tea", "Coffee"], True),
        ("A mat?", "yes_no", ["yes", "no"], False),
    ]


def test_consents_are_told_in_order(ask, terms, company):
    news = Consent.objects.create(text="Send me news.", is_required=False, position=1)
    Consent.objects.create(text="Gone", is_active=False)

    assert ask("/consents").json() == [
        {"id": terms.pk, "text": "I agree to the terms.", "is_required": True},
        {"id": news.pk, "text": "Send me news.", "is_required": False},
    ]


def test_booking_keeps_and_tells_what_was_said(book, ask, drink, terms):
    answer = book(answers={str(drink.pk): "Tea"}, agreed_to=[terms.pk])

    answers = [{"question": drink.pk, "label": "Drink?", "answer": "Tea"}]
    assert (answer.status_code, answer.json()["answers"]) == (201, answers)
    assert ask(f"/bookings/{answer.json()['token']}").json()["answers"] == answers
    assert Booking.objects.get().agreed == [{"consent": terms.pk, "text": terms.text}]


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        (lambda drink, terms: {"agreed_to": [terms]}, "answers.{drink}", "required"),
        (lambda drink, terms: {"answers": {drink: "Tea"}}, "agreed_to", "required"),
        (lambda drink, terms: {"answers": {drink: "Milk"}}, "answers.{drink}", "invalid"),
        (lambda drink, terms: {"answers": {drink: "a\0"}}, "answers.{drink}", "invalid"),
        (lambda drink, terms: {"answers": {drink: "x" * 2001}}, "answers.{drink}", "too_long"),
        (lambda drink, terms: {"answers": {drink: 5}}, "answers.{drink}", "invalid"),
        (lambda drink, terms: {"answers": {"4711": "Tea"}}, "answers.4711", "unknown"),
        (lambda drink, terms: {"answers": {"٣": "Tea"}}, "answers.٣", "unknown"),
        (lambda drink, terms: {"answers": {"": "Tea"}}, "answers.", "unknown"),
        (lambda drink, terms: {"answers": {"9" * 19: "Tea"}}, "answers." + "9" * 19, "unknown"),
        (lambda drink, terms: {"answers": ["Tea"]}, "answers", "invalid"),
        (
            lambda drink, terms: {"answers": {drink: "Tea"}, "agreed_to": [terms, 4711]},
            "agreed_to",
            "unknown",
        ),
    ],
)
def test_wrong_answer_names_its_field(book, drink, terms, said, field, code):
    answer = book(**said(str(drink.pk), terms.pk))

    (error,) = answer.json()["errors"]
    assert answer.status_code == 422
    assert (error["field"], error["code"]) == (field.format(drink=drink.pk), code)
    assert not Booking.objects.exists()
