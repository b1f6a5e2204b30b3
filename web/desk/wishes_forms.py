"""How meetings are held: the company's form, and the part in *More options* of a service."""

from copy import copy

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanSwitchWidget,
)

from zoomlink.client import is_room_link
from zoomlink.models import MeetingSettings, ServiceMeetingSettings

WISHES = ("waiting_room", "join_before_host", "auto_recording", "passcode")
_HELP = {
    "create_when": _(
        "“Shortly before” keeps Zoom's own list of meetings empty; people's links are the "
        "same either way. A meeting started early is made at once."
    ),
    "create_minutes_before": _(
        "Only with “shortly before the start”, 10 to 1440. Earlier leaves more time "
        "should Zoom not answer."
    ),
    "waiting_room": _(
        "The host lets every client in by hand at Zoom. While it is on, “Join before the host” "
        "has no effect."
    ),
    "join_before_host": _(
        "Clients get in at the booked time though the host is late. Off: they wait at Zoom "
        "until the host starts."
    ),
    "auto_recording": _(
        "Starts by itself with the meeting. Zoom's cloud needs a paid plan. Tell your clients."
    ),
    "passcode": _(
        "Nobody has to type it: our links carry it. Takes effect on meetings made from now on."
    ),
    "fallback_link": _(
        "A meeting address of your own that people are led to when Zoom's meeting is not ready "
        "in time. Empty: they wait and are told so."
    ),
    "fallback_minutes": _(
        "So long before the start, 1 to 60, we no longer wait for Zoom's meeting."
    ),
}


_WHOLE_ADDRESS = _("Give the whole address of the meeting, beginning with https://.")


class SettingsForm(forms.ModelForm):
    """The company's wishes. ``changes`` holds what ``save_settings`` is asked to change."""

    fallback_link = forms.URLField(
        label=_("Fallback room"),
        help_text=_HELP["fallback_link"],
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _WHOLE_ADDRESS},
        widget=UnfoldAdminURLInputWidget(attrs={"placeholder": "https://"}),
    )

    class Meta:
        model = MeetingSettings
        fields = (
            *("create_when", "create_minutes_before", *WISHES),
            *("fallback_link", "fallback_minutes"),
        )
        help_texts = _HELP
        widgets = {
            "create_when": UnfoldAdminSelectWidget,
            "create_minutes_before": UnfoldAdminIntegerFieldWidget,
            "waiting_room": UnfoldBooleanSwitchWidget,
            "join_before_host": UnfoldBooleanSwitchWidget,
            "auto_recording": UnfoldAdminSelectWidget,
            "passcode": UnfoldAdminSelectWidget,
            "fallback_minutes": UnfoldAdminIntegerFieldWidget,
        }

    def __init__(self, posted=None):
        # A copy: what is typed must not pass for what is kept.
        super().__init__(posted, instance=copy(MeetingSettings.objects.current()))

    def clean_fallback_link(self) -> str:
        """Refuse in one sentence what the model would refuse in two."""
        link = self.cleaned_data["fallback_link"]
        if link and not is_room_link(link):
            raise forms.ValidationError(_WHOLE_ADDRESS)
        return link

    @property
    def changes(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


def _as_the_company(choices) -> list[tuple[str, object]]:
    return [("", _("As the company")), *choices]


def _yes_or_no(name: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_LABELS[name],
        help_text=_HELP[name],
        choices=_as_the_company([("yes", _("Yes")), ("no", _("No"))]),
        coerce=lambda word: word == "yes",
        empty_value=None,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )


def _one_of(name: str) -> forms.ChoiceField:
    field = ServiceMeetingSettings._meta.get_field(name)
    return forms.ChoiceField(
        label=_LABELS[name],
        help_text=_HELP[name],
        choices=_as_the_company(field.choices or ()),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )


_LABELS = {
    "waiting_room": _("Waiting room at Zoom"),
    "join_before_host": _("Join before the host"),
    "auto_recording": _("Recording"),
    "passcode": _("Passcode"),
}


class ServiceWishesForm(forms.ModelForm):
    """A service with what it wants of its meetings otherwise than the company."""

    waiting_room = _yes_or_no("waiting_room")
    join_before_host = _yes_or_no("join_before_host")
    auto_recording = _one_of("auto_recording")
    passcode = _one_of("passcode")

    def __init__(self, *args, instance=None, initial=None, **kwargs):
        kept = {name: _shown(content) for name, content in _wishes_of(instance).items()}
        super().__init__(*args, instance=instance, initial={**kept, **(initial or {})}, **kwargs)

    @property
    def wishes(self) -> dict[str, object]:
        """What ``save_service_settings`` is asked to change."""
        return {name: self.cleaned_data[name] for name in WISHES if name in self.changed_data}


def _wishes_of(service) -> dict[str, object]:
    if service is None or service.pk is None:
        return {}
    kept = ServiceMeetingSettings.objects.filter(service=service)
    return kept.values(*WISHES).first() or {}


def _shown(content: object) -> object:
    return {True: "yes", False: "no", None: ""}.get(content, content)  # type: ignore[call-overload]
