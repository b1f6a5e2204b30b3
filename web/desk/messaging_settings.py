"""Settings → Email and SMS settings → General: how messages go out, whatever they say."""

from copy import copy

from django import forms
from django.contrib import messages as flash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from notifications.actions import save_messaging_settings
from notifications.models import MessagingSettings
from web.desk.access import CHANGE_TEMPLATES, staff_page
from web.desk.pages import desk_page

QUIET = ("sms_quiet_from", "sms_quiet_until")


def _clock() -> UnfoldAdminTextInputWidget:
    return UnfoldAdminTextInputWidget(attrs={"type": "time", "step": "60"})


class MessagingForm(forms.ModelForm):
    """The company's choice. ``changes`` holds what ``save_messaging_settings`` is to change."""

    class Meta:
        model = MessagingSettings
        fields = ("attaches_calendar_files", "undo_seconds", *QUIET, "keeps_texts_days")
        labels = {
            "attaches_calendar_files": gettext_lazy("Calendar file in e-mails"),
            "undo_seconds": gettext_lazy("Seconds that messages of a change by staff wait"),
            "sms_quiet_from": gettext_lazy("No SMS from"),
            "sms_quiet_until": gettext_lazy("No SMS until"),
            "keeps_texts_days": gettext_lazy("Days that the texts of messages are kept"),
        }
        help_texts = {
            "undo_seconds": gettext_lazy(
                "What is undone meanwhile is told to nobody. 0 to 120; with 0 it goes out at once."
            ),
            "sms_quiet_from": gettext_lazy(
                "On the clock of who gets it. An SMS that falls into these hours waits for their "
                "end; one that would then come too late does not wait. Leave both empty for none."
            ),
            "sms_quiet_until": gettext_lazy("May be of the next morning."),
            "keeps_texts_days": gettext_lazy(
                "Afterwards they are deleted, with the words of mail servers and gateways about "
                "them. Which message went to which address, when, and how it ended, stays known. "
                "Leave empty to keep the texts. Sign-in codes go after a day in any case."
            ),
        }
        widgets = {
            "attaches_calendar_files": UnfoldBooleanSwitchWidget,
            "undo_seconds": UnfoldAdminIntegerFieldWidget,
            "sms_quiet_from": _clock(),
            "sms_quiet_until": _clock(),
            "keeps_texts_days": UnfoldAdminIntegerFieldWidget,
        }

    def __init__(self, posted=None):
        # A copy: what is typed must not pass for what is kept.
        super().__init__(posted, instance=copy(MessagingSettings.objects.current()))
        # What the page showed goes with it: a change is what differs from that, not from
        # what somebody else has saved meanwhile.
        for field in self.fields.values():
            field.show_hidden_initial = True

    @property
    def changes(self) -> dict[str, object]:
        """What was changed on the page; quiet hours are one thing, kept together."""
        changed = set(self.changed_data)
        if changed.intersection(QUIET):
            changed.update(QUIET)
        return {name: self.cleaned_data[name] for name in self.fields if name in changed}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(CHANGE_TEMPLATES)
def page(request: HttpRequest) -> HttpResponse:
    """Show the company's choice, and keep it; what is refused is shown at its field."""
    form = MessagingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _is_saved(form):
        flash.success(request, _("The settings of messages are saved."))
        return redirect("desk:messaging-settings")
    return desk_page(
        request,
        "desk/messages/general.html",
        title=gettext_lazy("How messages go out"),
        status=422 if form.errors else 200,
        form=form,
        back=reverse("desk:message-settings"),
    )


def _is_saved(form: MessagingForm) -> bool:
    try:
        save_messaging_settings(changes=form.changes)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True
