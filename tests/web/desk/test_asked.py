"""What clients are asked: writing it under Manage and Settings, and reading what they said."""

import pytest

from booking.models import Booking, Consent, Question, Service
from tests import factories
from tests.web.desk.pages import rows_of, service_form
from tests.web.desk.test_report_files import csv_rows, excel_rows

pytestmark = pytest.mark.django_db

CONSENTS = "/admin/booking/consent/"
REPORT = "/admin/reports/bookings/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def drink(lesson) -> Question:
    return Question.objects.create(
        service=lesson, label="Drink?", kind="choice", options="Tea\nCoffee", is_required=True
    )


@pytest.fixture
def answered(ada, book, drink) -> Booking:
    box = Consent.objects.create(text="I agree to <all> of it.")
    return book(ada, answers={drink.pk: "Tea"}, agreed_to=[box.pk])


def question(**fields) -> dict[str, object]:
    """A row of the table of questions."""
    row = {"label": "Drink?", "kind": "choice", "options": "Tea\nCoffee", "position": 0}
    return {**row, "is_active": "on", **fields}


def page_of(service: Service) -> str:
    return f"/admin/booking/service/{service.pk}/change/"


# --- Questions ---------------------------------------------------------------


def test_questions_are_written_with_their_service(owner, lesson, drink):
    rows = rows_of(
        "questions",
        question(id=drink.pk, position=2),
        question(label="Shoe size", kind="text", position=1),
        stored=1,
    )

    owner.post(page_of(lesson), service_form(lesson, **rows))

    assert [(row.label, row.is_required) for row in lesson.questions.asked()] == [
        ("Shoe size", False),
        ("Drink?", False),
    ]


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"options": "Tea\n \n Tea "}, "options"),
        ({"label": ""}, "label"),
        ({"kind": "colour"}, "kind"),
        ({"position": 2_147_483_648}, "position"),
    ],
)
def test_question_that_cannot_be_asked_is_refused_at_its_field(owner, lesson, fields, at):
    page = owner.post(
        page_of(lesson), service_form(lesson, **rows_of("questions", question(**fields)))
    )

    *_hours, questions = page.context["inline_admin_formsets"]
    assert list(questions.formset.errors[0]) == [at]
    assert not Question.objects.exists()


def test_heading_of_a_question_says_it_in_words(owner, lesson, drink):
    page = owner.get(page_of(lesson)).content.decode()

    assert "Drink? (Choice of one: Tea, Coffee; must be answered)" in page


def test_new_question_comes_last(owner, lesson, drink):
    Question.objects.update(position=7)

    *_hours, questions = owner.get(page_of(lesson)).context["inline_admin_formsets"]

    assert questions.formset.empty_form["position"].initial == 8


def test_question_of_a_class_is_written_on_its_page(owner, ada):
    factories.enable("classes")
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=5)

    form = service_form(yoga, **rows_of("questions", question(label="A mat?", kind="yes_no")))
    owner.post(f"/admin/desk/class/{yoga.pk}/change/", form)

    assert [str(row) for row in yoga.questions.all()] == ["A mat?"]


def test_question_that_is_removed_leaves_its_answers(owner, lesson, drink, answered):
    rows = rows_of("questions", question(id=drink.pk, DELETE="on"), stored=1)

    owner.post(page_of(lesson), service_form(lesson, **rows))

    answered.refresh_from_db()
    assert not Question.objects.exists()
    assert answered.answered == [("Drink?", "Tea")]


def test_copy_of_a_service_asks_the_same(owner, lesson, drink):
    page = owner.get("/admin/booking/service/add/", {"clone": lesson.pk})

    *_hours, questions = page.context["inline_admin_formsets"]
    copied = [form.initial for form in questions.formset.extra_forms]
    assert [(row["label"], row["options"], row["is_required"]) for row in copied] == [
        ("Drink?", "Tea\nCoffee", True)
    ]


@pytest.mark.parametrize("role", ["senior", "junior", "viewer"])
def test_questions_are_written_by_who_may_change_services(as_role, lesson, role):
    browser = as_role(role)

    browser.post(page_of(lesson), service_form(lesson, **rows_of("questions", question())))

    assert browser.get(page_of(lesson)).status_code == 200
    assert not Question.objects.exists()


# --- Consents ----------------------------------------------------------------


def test_consents_are_written_by_whoever_has_the_companys_settings(as_role, company):
    form = {"text": "I agree.", "is_required": "on", "is_active": "on", "position": 0}

    for role, status in (("senior", 403), ("administrator", 302)):
        assert as_role(role).post(f"{CONSENTS}add/", form).status_code == status

    assert [box.text for box in Consent.objects.asked()] == ["I agree."]


def test_deleting_a_consent_says_which_bookings_keep_it(owner, answered):
    box = Consent.objects.get()

    page = owner.get(f"{CONSENTS}{box.pk}/delete/")
    owner.post(f"{CONSENTS}{box.pk}/delete/", {"post": "yes"})

    assert "Bookings that keep what was agreed to" in page.content.decode()
    answered.refresh_from_db()
    assert [row["text"] for row in answered.agreed] == ["I agree to <all> of it."]


# --- What was said -----------------------------------------------------------


@pytest.mark.parametrize("page", ["", "popup/"])
def test_booking_shows_what_was_said_and_agreed_to(owner, answered, page):
    text = owner.get(f"/admin/bookings/{answered.pk}/{page}").content.decode()

    said = text[text.index("Drink?") :]
    assert "Tea" in said[:200]
    assert "I agree to &lt;all&gt; of it." in said


def test_report_has_a_column_of_answers(owner, answered, book, ben):
    book(ben, client=factories.details("Dan"), actor=factories.staff())
    columns = "column=client&column=answers"

    header, *rows = csv_rows(owner.get(f"{REPORT}export/?{columns}"))

    assert header == ["Client", "Answers"]
    assert sorted(rows) == [["Cleo", "Drink? Tea"], ["Dan", ""]]
    assert "Drink? Tea" in owner.get(f"{REPORT}?{columns}").content.decode()


@pytest.mark.parametrize("label", ["=1+1", "@SUM(A1)", "+1"])
def test_question_never_becomes_a_formula(owner, lesson, ada, book, label):
    size = Question.objects.create(service=lesson, label=label)
    book(ada, answers={size.pk: "=cmd|' /C calc'!A0"})
    asked = f"{REPORT}export/?column=answers"

    for rows in (csv_rows(owner.get(asked)), excel_rows(owner.get(f"{asked}&format=xlsx"))):
        assert rows[1][0].startswith(f"'{label}")
