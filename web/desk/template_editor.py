"""The words of one message in one language: the form, and what stands around it.

A page of its own lends its frame: it extends ``desk/messages/editor.html`` with what
``around`` returns, and stores what ``TemplateForm.words`` holds.
"""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from notifications.defaults import Wording
from notifications.errors import TemplateRefused
from notifications.kinds import Audience, Channel, Kind, MessageSpec
from notifications.variables import offered_for


class TemplateForm(forms.Form):
    """A subject, a text, and HTML of one's own; an SMS has only the text."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=10_000,
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 16, "dir": "auto"}),
    )
    html = forms.CharField(
        label=gettext_lazy("HTML"),
        max_length=50_000,
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 16, "dir": "auto", "spellcheck": "false"}),
    )

    def __init__(self, *arguments, spec: MessageSpec, words: Wording | None = None, **options):
        if words is not None:
            options["initial"] = {"subject": words.subject, "body": words.body, "html": words.html}
        super().__init__(*arguments, **options)
        if spec.channel == Channel.SMS:
            del self.fields["subject"], self.fields["html"]

    @property
    def words(self) -> Wording:
        """What was written, once the form is valid; actions say whether it can be sent."""
        written = self.cleaned_data
        return Wording(written.get("subject", ""), written["body"], written.get("html", ""))

    def note(self, refusal: TemplateRefused) -> None:
        """Show at each field what cannot stand there."""
        for problem in refusal.problems:
            self.add_error(problem.field, problem.text)


def title_of(spec: MessageSpec) -> str | Promise:
    """What the page that edits a message is called."""
    if (spec.kind, spec.audience) == (Kind.CONFIRMATION, Audience.CLIENT):
        return gettext_lazy("Client booking confirmation template")
    return spec.kind.label


def around(
    form: TemplateForm,
    spec: MessageSpec,
    language: str,
    *,
    back_url: str,
    language_urls: list[tuple[str, str, str]],
    restore_url: str = "",
    is_own: bool,
) -> dict[str, object]:
    """What ``desk/messages/editor.html`` needs.

    ``language_urls`` are (code, name, address of the same words in it); ``restore_url``
    takes the POST that gives up words of one's own (``is_own``).
    """
    return {
        "form": form,
        "spec": spec,
        "language": language,
        "back_url": back_url,
        "language_urls": language_urls,
        "restore_url": restore_url,
        "is_own": is_own,
        "variables": offered_for(spec.audience, spec.channel),
    }
