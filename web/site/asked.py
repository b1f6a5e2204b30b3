"""What the company asks of whoever books, as fields of a form: see `booking.actions.asking`."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.actions.asking import LONGEST, Asked, answer_to
from booking.errors import WrongAnswer
from booking.models import Consent, Question

ANSWER, CONSENT = "answer-", "consent-"
MOST_RADIOS = 4  # more options than these make a list
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class AskedMixin:
    """Adds a field for each question, before any note, and a box for each consent at the end.

    What was said stands in ``cleaned_data`` as the actions take it: ``answers``, ``agreed_to``.
    """

    def __init__(self, *args, asked: Asked = Asked(), **kwargs):  # noqa: B008 -- it is frozen
        super().__init__(*args, **kwargs)
        self.asked = asked
        questions = {f"{ANSWER}{question.pk}": question for question in asked.questions}
        names = list(self.fields)
        place = names.index("note") if "note" in names else len(names)
        before, after = names[:place], names[place:]
        self.fields |= {name: question_field(question) for name, question in questions.items()}
        self.order_fields([*before, *questions, *after])
        self.fields |= {f"{CONSENT}{each.pk}": consent_field(each) for each in asked.consents}

    def clean(self):
        super().clean()
        given = self.cleaned_data
        given["answers"] = {each.pk: self._answer_to(each) for each in self.asked.questions}
        given["agreed_to"] = [
            each.pk for each in self.asked.consents if given.get(f"{CONSENT}{each.pk}")
        ]
        return given

    def _answer_to(self, question: Question) -> str:
        name = f"{ANSWER}{question.pk}"
        try:
            return answer_to(question, self.cleaned_data.get(name) or "")
        except WrongAnswer as wrong:
            self.add_error(name, forms.ValidationError(wrong.why, code=wrong.reason))
            return ""


def question_field(question: Question) -> forms.Field:
    """The field of a question; whether an answer will do, ``answer_to`` says."""
    common: Mapping = {
        "label": question.label,
        "help_text": question.help_text,
        "required": question.is_required,
    }
    if question.kind == Question.CHOICE:
        return _one_of([(option, option) for option in question.choices], common)
    if question.kind == Question.YES_NO:
        return _one_of(YES_NO, common)
    attrs = {"class": "form-control", "maxlength": LONGEST[question.kind]}
    if question.kind == Question.LONG_TEXT:
        return forms.CharField(widget=forms.Textarea(attrs={**attrs, "rows": 3}), **common)
    return forms.CharField(widget=forms.TextInput(attrs=attrs), **common)


def _one_of(options: list[tuple[str, object]], common: Mapping) -> forms.ChoiceField:
    """Few options are seen at once; where none need be chosen, that can be said, too."""
    if len(options) > MOST_RADIOS:
        widget = forms.Select(attrs={"class": "form-select"})
        return forms.ChoiceField(choices=[("", _("Choose…")), *options], widget=widget, **common)
    if not common["required"]:
        options = [*options, ("", _("No answer"))]
    widget = forms.RadioSelect(attrs={"class": "form-check-input"})
    return forms.ChoiceField(choices=options, widget=widget, **common)


def consent_field(consent: Consent) -> forms.BooleanField:
    return forms.BooleanField(
        label=consent.text,
        required=consent.is_required,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        error_messages={"required": _("Please tick this box.")},
    )
