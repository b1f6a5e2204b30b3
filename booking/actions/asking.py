"""What is asked of whoever books, and what is kept of what they say.

Form, API and action ask here, so that none of them takes what another refuses.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.errors import WrongAnswer
from booking.models import Consent, Question, Service

LONGEST = {Question.TEXT: 200, Question.LONG_TEXT: 2000}
YES_OR_NO = ("yes", "no")
NO_ANSWERS: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True)
class Asked:
    """Everything that is asked of whoever books a service, in order."""

    questions: Sequence[Question] = ()
    consents: Sequence[Consent] = ()


@dataclass(frozen=True)
class Said:
    """What a booking keeps of it: see ``Booking.answers`` and ``Booking.agreed``."""

    answers: list[dict[str, Any]]
    agreed: list[dict[str, Any]]


def asked_of(service: Service) -> Asked:
    """What is asked at present. Costs a query for questions and one for boxes, where there are."""
    questions = Question.objects.asked().filter(service=service) if service.has_questions else ()
    consents = Consent.objects.asked() if service.has_consents else ()
    return Asked(tuple(questions), tuple(consents))


def answer_to(question: Question, given: str) -> str:
    """Return an answer as it is kept; empty is none, which may do or not.

    Lines of text lose the spaces around their words; yes and no are the words ``yes`` and ``no``.
    Raises WrongAnswer for text that is too long or has zero bytes, and for what is no option.
    """
    if "\0" in given:
        raise _wrong(question, "invalid", _("Please write it without hidden characters."))
    if question.kind == Question.LONG_TEXT:
        answer = "\n".join(line.rstrip() for line in given.strip().splitlines())
    else:
        answer = " ".join(given.split())
    if len(answer) > LONGEST.get(question.kind, len(answer)):
        most = _("Please write at most %(count)d characters.") % {"count": LONGEST[question.kind]}
        raise _wrong(question, "too_long", most)
    options = options_of(question)
    if answer and options and answer not in options:
        raise _wrong(question, "invalid", _("Please choose one of the options."))
    return answer


def options_of(question: Question) -> Sequence[str]:
    """The only answers that will do; none where anything may be written."""
    if question.kind == Question.YES_NO:
        return YES_OR_NO
    return question.choices if question.kind == Question.CHOICE else ()


def kept_of(
    asked: Asked, answers: Mapping[int, str], agreed_to: Collection[int], *, may_leave_out: bool
) -> Said:
    """Check what was said to what is asked; whoever ``may_leave_out`` need not say anything.

    Raises WrongAnswer at what is not asked, at what may not be left out, and as ``answer_to``.
    """
    _require_asked(asked, answers, agreed_to)
    return Said(
        list(_answers(asked.questions, answers, may_leave_out)),
        list(_agreed(asked.consents, agreed_to, may_leave_out)),
    )


def _require_asked(asked: Asked, answers: Mapping[int, str], agreed_to: Collection[int]) -> None:
    for pk in sorted(set(answers) - {question.pk for question in asked.questions}):
        why = _("There is no question %(id)s to answer.") % {"id": pk}
        raise WrongAnswer(f"answers.{pk}", "unknown", why)
    for pk in sorted(set(agreed_to) - {consent.pk for consent in asked.consents}):
        why = _("There is no box %(id)s to tick.") % {"id": pk}
        raise WrongAnswer(f"agreed_to.{pk}", "unknown", why)


def _answers(
    questions: Sequence[Question], answers: Mapping[int, str], may_leave_out: bool
) -> Iterator[dict[str, Any]]:
    for question in questions:
        answer = answer_to(question, answers.get(question.pk, ""))
        if answer:
            yield {"question": question.pk, "label": question.label, "answer": answer}
        elif question.is_required and not may_leave_out:
            raise _wrong(question, "required", _("Please answer this question."))


def _agreed(
    consents: Sequence[Consent], agreed_to: Collection[int], may_leave_out: bool
) -> Iterator[dict[str, Any]]:
    for consent in consents:
        if consent.pk in agreed_to:
            yield {"consent": consent.pk, "text": consent.text}
        elif consent.is_required and not may_leave_out:
            why = _("Please tick this box.")
            raise WrongAnswer(f"agreed_to.{consent.pk}", "required", why, of=consent.text)


def _wrong(question: Question, reason: str, why: Any) -> WrongAnswer:
    return WrongAnswer(f"answers.{question.pk}", reason, why, of=question.label)
