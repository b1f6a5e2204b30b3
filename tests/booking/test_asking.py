"""Questions and boxes to tick: what is taken, what is refused, and what stands with the booking."""

import pytest

from booking import actions
from booking.errors import WrongAnswer
from booking.models import Booking, Client, Consent, Question, Session
from tests import factories
from tests.factories import NOW, book_one

pytestmark = pytest.mark.django_db

DRINKS = "Tea\n\n  Green   tea \nTea\nNothing"


@pytest.fixture
def asked(lesson):
    """Write a question, or one of each kind."""

    def ask(kind=Question.TEXT, **fields) -> Question:
        fields.setdefault("label", f"About {kind}")
        fields.setdefault("options", DRINKS if kind == Question.CHOICE else "")
        return Question.objects.create(service=lesson, kind=kind, **fields)

    return ask


def consent(text="I agree to the terms.", **fields) -> Consent:
    return Consent.objects.create(text=text, **fields)


def kept(booking: Booking) -> list[str]:
    booking.refresh_from_db()
    return [row["answer"] for row in booking.answers]


def refusal_of(lesson, **said) -> WrongAnswer:
    with pytest.raises(WrongAnswer) as refusal:
        book_one(lesson, **said)
    assert not Booking.objects.exists()
    assert not Session.objects.exists()
    assert not Client.objects.exists()
    return refusal.value


# --- Kinds -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "given", "answers"),
    [
        ("text", "  Size   42 ", ["Size 42"]),
        ("text", "x" * 200, ["x" * 200]),
        ("text", "two\nlines", ["two lines"]),
        ("text", "  ", []),
        ("text", "=1+1 <b>[client_name]</b>", ["=1+1 <b>[client_name]</b>"]),
        ("long_text", " one \r\n  two\n", ["one\n  two"]),
        ("long_text", "x" * 2000, ["x" * 2000]),
        ("long_text", "\n \n", []),
        ("choice", "Green tea", ["Green tea"]),
        ("choice", " Tea ", ["Tea"]),
        ("choice", "", []),
        ("yes_no", "yes", ["yes"]),
        ("yes_no", "no", ["no"]),
        ("yes_no", "", []),
    ],
)
def test_answer_is_kept(lesson, asked, kind, given, answers):
    question = asked(kind)

    assert kept(book_one(lesson, answers={question.pk: given})) == answers


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("text", "x" * 201, "too_long"),
        ("long_text", "x" * 2001, "too_long"),
        ("text", "a\0b", "invalid"),
        ("choice", "Coffee", "invalid"),
        ("choice", "tea", "invalid"),
        ("choice", "Tea\nNothing", "invalid"),
        ("yes_no", "maybe", "invalid"),
        ("yes_no", "Yes", "invalid"),
        ("yes_no", "on", "invalid"),
    ],
)
def test_answer_is_refused_by_its_question(lesson, asked, kind, given, reason):
    question = asked(kind, label="Shoe size")

    refusal = refusal_of(lesson, answers={question.pk: given})

    assert (refusal.field, refusal.reason) == (f"answers.{question.pk}", reason)
    assert str(refusal).startswith("Shoe size: ")


# --- What must be said -------------------------------------------------------


@pytest.mark.parametrize("kind", dict(Question.KINDS))
@pytest.mark.parametrize("answers", [lambda pk: {}, lambda pk: {pk: " "}])
def test_required_question_must_be_answered(lesson, asked, kind, answers):
    question = asked(kind, is_required=True)

    refusal = refusal_of(lesson, answers=answers(question.pk))

    assert (refusal.field, refusal.reason) == (f"answers.{question.pk}", "required")


def test_required_yes_or_no_takes_no_for_an_answer(lesson, asked):
    question = asked("yes_no", is_required=True)

    assert kept(book_one(lesson, answers={question.pk: "no"})) == ["no"]


def test_required_box_must_be_ticked(lesson):
    box = consent()

    refusal = refusal_of(lesson)

    assert (refusal.field, refusal.reason) == (f"agreed_to.{box.pk}", "required")
    assert "I agree to the terms." in str(refusal)
    assert book_one(lesson, agreed_to=[box.pk]).agreed == [{"consent": box.pk, "text": box.text}]


def test_staff_may_leave_out_what_is_required_but_write_no_nonsense(lesson, asked):
    required, _box = asked(is_required=True), consent()
    drink = asked("choice")
    boss = factories.staff()

    with pytest.raises(WrongAnswer):
        book_one(lesson, actor=boss, answers={drink.pk: "Coffee"})
    booking = book_one(lesson, actor=boss, answers={drink.pk: "Tea"})

    assert required.is_required
    assert (kept(booking), booking.agreed) == (["Tea"], [])


def test_what_is_no_longer_asked_is_not_required_and_not_taken(lesson, asked):
    question, box = asked(is_required=True, is_active=False), consent(is_active=False)

    assert refusal_of(lesson, answers={question.pk: "42"}).field == f"answers.{question.pk}"
    assert refusal_of(lesson, agreed_to=[box.pk]).field == f"agreed_to.{box.pk}"
    assert book_one(lesson).answers == []


@pytest.mark.parametrize("pk", [0, -1, 2**63, 4711])
def test_what_was_never_asked_is_refused(lesson, pk):
    assert refusal_of(lesson, answers={pk: "42"}).reason == "unknown"
    assert refusal_of(lesson, agreed_to={pk}).reason == "unknown"


def test_question_of_another_service_is_refused(lesson, asked, ada):
    question = asked()
    talk = factories.service(ada, name="Talk")

    assert refusal_of(talk, answers={question.pk: "42"}).field == f"answers.{question.pk}"


# --- What stands with the booking --------------------------------------------


def test_booking_keeps_the_words_of_then_in_order(lesson, asked):
    last, first = asked(label="Last", position=2), asked(label="First", position=1)
    empty, box = asked(label="Empty"), consent()

    booking = book_one(
        lesson, answers={last.pk: "b", first.pk: "a", empty.pk: ""}, agreed_to={box.pk}
    )
    Question.objects.all().delete()
    Consent.objects.update(text="Something else")

    booking.refresh_from_db()
    assert booking.answers == [
        {"question": first.pk, "label": "First", "answer": "a"},
        {"question": last.pk, "label": "Last", "answer": "b"},
    ]
    assert booking.agreed == [{"consent": box.pk, "text": "I agree to the terms."}]


def test_answers_are_read_in_words(lesson, asked):
    booking = book_one(lesson, answers={asked("yes_no", label="A mat?").pk: "yes"})

    assert booking.answered == [("A mat?", "Yes")]


def test_hold_keeps_answers_until_it_is_a_booking(lesson, asked):
    question = asked(is_required=True)

    held = actions.hold(
        service_id=lesson.pk,
        client=factories.details(),
        starts_at=factories.TOMORROW_NOON,
        now=NOW,
        held_until=factories.TOMORROW_NOON,
        answers={question.pk: "42"},
    )

    assert kept(actions.confirm(booking_id=held.pk, now=NOW)) == ["42"]


def test_same_key_gives_the_same_booking_whatever_is_said_the_second_time(lesson, asked):
    question = asked(is_required=True)
    first = book_one(lesson, idempotency_key="form-1", answers={question.pk: "42"})

    again = book_one(lesson, idempotency_key="form-1")

    assert (again, kept(again)) == (first, ["42"])


def test_class_asks_too(yoga, asked):
    question = Question.objects.create(service=yoga, label="A mat?", kind="yes_no")
    session = yoga.sessions.get()

    booking = actions.book(
        service_id=yoga.pk,
        session_id=session.pk,
        client=factories.details(),
        now=NOW,
        answers={question.pk: "no"},
    )

    assert booking.answered == [("A mat?", "No")]


def test_who_takes_an_offer_is_asked_then(yoga):
    factories.enable("waiting-list")
    session, box = yoga.sessions.get(), consent()
    of = {"service_id": yoga.pk, "session_id": session.pk, "now": NOW}
    full = actions.book(client=factories.details("Dan"), places=10, agreed_to=[box.pk], **of)
    entry = actions.join_waiting_list(session_id=session.pk, client=factories.details(), now=NOW)
    actions.cancel(booking_id=full.pk, now=NOW)
    entry.refresh_from_db()

    with pytest.raises(WrongAnswer):
        actions.confirm(booking_id=entry.booking_id, now=NOW)
    booking = actions.confirm(booking_id=entry.booking_id, now=NOW, agreed_to=[box.pk])

    assert booking.agreed == [{"consent": box.pk, "text": "I agree to the terms."}]
