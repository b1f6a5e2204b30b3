"""What the company asks, on the page where clients book."""

import re

import pytest

from booking.models import Booking, Consent, Question
from tests import factories
from tests.web.site.test_details import open_form, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(lesson):
    def asked(label="Shoe size", **fields) -> Question:
        return Question.objects.create(service=lesson, label=label, **fields)

    return asked


def names_on(page) -> list[str]:
    """What the form asks for, in the order of the page."""
    found = re.findall(r'<(?:input|textarea|select)[^>]* name="([\w-]+)"', page.content.decode())
    asked = [name for name in found if name in ("name", "note") or "-" in name]
    return list(dict.fromkeys(asked))


def inputs_of(page, name: str) -> list[str]:
    return re.findall(rf'<(?:input|textarea|select)[^>]*name="{name}"[^>]*>', page.content.decode())


def test_questions_stand_before_the_note_and_boxes_after_it(client, lesson, ask):
    later, first = ask(position=2), ask("Drink?", position=1)
    box = Consent.objects.create(text="I agree.")
    ask("Gone", is_active=False)

    page = open_form(client, lesson)

    assert names_on(page) == [
        "name", f"answer-{first.pk}", f"answer-{later.pk}", "note", f"consent-{box.pk}"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "drawn"),
    [
        ({}, ['type="text"']),
        ({"kind": "long_text"}, ["<textarea"]),
        ({"kind": "yes_no"}, ['value="yes"', 'value="no"', 'value=""']),
        ({"kind": "yes_no", "is_required": True}, ['value="yes"', 'value="no"']),
        ({"kind": "choice", "options": "a\nb"}, ['value="a"', 'value="b"', 'value=""']),
        ({"kind": "choice", "options": "a\nb\nc\nd\ne"}, ["<select"]),
    ],
)
def test_each_kind_has_its_field(client, lesson, ask, fields, drawn):
    question = ask(**fields)

    found = inputs_of(open_form(client, lesson), f"answer-{question.pk}")

    assert len(found) == len(drawn)
    assert all(part in field for part, field in zip(drawn, found, strict=True))
    assert all(("required" in field) is question.is_required for field in found)


def test_booking_keeps_what_was_said(client, lesson, ask):
    size, mat = ask(is_required=True), ask("A mat?", kind="yes_no")
    terms, news = (
        Consent.objects.create(text="I agree."),
        Consent.objects.create(text="Send me news.", is_required=False),
    )

    answer = send(
        client,
        lesson,
        **{f"answer-{size.pk}": " 42 ", f"answer-{mat.pk}": "", f"consent-{terms.pk}": "on"},
    )

    booking = Booking.objects.get()
    assert answer.status_code == 303
    assert booking.answers == [{"question": size.pk, "label": "Shoe size", "answer": "42"}]
    assert booking.agreed == [{"consent": terms.pk, "text": "I agree."}]
    assert news.text not in str(booking.agreed)


@pytest.mark.parametrize(
    ("fields", "given", "said"),
    [
        ({"is_required": True}, "", "This field is required."),
        ({}, "x" * 201, "Please write at most 200 characters."),
        ({"kind": "long_text"}, "x" * 2001, "Please write at most 2000 characters."),
        ({"kind": "choice", "options": "a\nb"}, "c", "Select a valid choice."),
        ({"kind": "yes_no"}, "on", "Select a valid choice."),
        ({}, "a\0b", "Null characters are not allowed."),
    ],
)
def test_wrong_answer_is_told_at_its_field_and_the_rest_is_kept(
    client, lesson, ask, fields, given, said
):
    wrong, right = ask("Wrong", **fields), ask("Right", position=1)

    page = send(client, lesson, **{f"answer-{wrong.pk}": given, f"answer-{right.pk}": "kept words"})

    text = page.content.decode()
    assert page.status_code == 422
    assert said in text[text.index("Wrong") : text.index("Right")]
    assert "kept words" in text
    assert not Booking.objects.exists()


def test_long_text_may_be_as_long_as_it_says_though_browsers_send_two_signs_for_a_line(
    client, lesson, ask
):
    story = ask(kind="long_text")

    send(client, lesson, **{f"answer-{story.pk}": "x\r\n" * 999 + "xx"})

    assert len(Booking.objects.get().answers[0]["answer"]) == 2000


def test_box_that_must_be_ticked_is_told_beside_it(client, lesson):
    Consent.objects.create(text="I agree.")

    page = send(client, lesson)

    assert (page.status_code, "Please tick this box." in page.content.decode()) == (422, True)
    assert not Booking.objects.exists()


def test_words_of_the_company_are_only_text(client, lesson, ask):
    ask("<b>Size</b>", help_text="<i>in cm</i>", kind="choice", options="<u>1</u>\n2")
    Consent.objects.create(text="<s>I agree.</s>")

    text = open_form(client, lesson).content.decode()

    assert not [tag for tag in ("<b>", "<i>", "<u>", "<s>") if tag in text]
    assert "&lt;s&gt;I agree.&lt;/s&gt;" in text


def test_own_page_shows_what_was_said(client, lesson, ask):
    question = ask("A <mat>?", kind="yes_no")
    booking = factories.book_one(lesson, answers={question.pk: "yes"})
    question.delete()

    text = client.get(f"/b/{booking.manage_token}/").content.decode()

    assert re.search(r"<dt[^>]*>A &lt;mat&gt;\?</dt><dd[^>]*>Yes</dd>", text)


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_two_queries_for_any_number_of_questions(
    client, lesson, ask, count, django_assert_max_num_queries
):
    open_form(client, lesson)
    with django_assert_max_num_queries(20) as without:
        open_form(client, lesson)
    for number in range(count):
        ask(f"Question {number}")
        Consent.objects.create(text=f"Box {number}")

    with django_assert_max_num_queries(len(without) + 2):
        open_form(client, lesson)
