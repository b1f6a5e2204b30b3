"""What signed-in clients fill in about themselves."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from booking.models import Client, User
from web.site import zones


class OwnDetailsForm(forms.Form):
    """What one record of a client says; its number is sent along."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "form-control"}),
    )
    phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        help_text=_("With the country code, such as +380 44 123 45 67."),
        error_messages={"invalid": _("Write the number with its country code, such as +380…")},
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "class": "form-control"}
        ),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Of these pages, and of messages to you."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Messages tell you times in it."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args, client: Client, zone: str, language: str, **kwargs):
        """``zone`` and ``language`` are shown where the record says none."""
        self.client = client
        said = {
            "name": client.name,
            "phone": client.phone.as_international if client.phone else "",
            "language": client.language or language,
            "timezone": client.timezone or zone,
        }
        super().__init__(*args, initial=said, auto_id=f"id_{client.pk}_%s", **kwargs)
        self.fields["language"].choices = [
            (code, get_language_info(code)["name_local"].capitalize())
            for code, _name in settings.LANGUAGES
        ]
        # What a browser or the staff gave may be no place of the list.
        names = dict.fromkeys([*zones.choices(), said["timezone"]])
        self.fields["timezone"].choices = [(name, name.replace("_", " ")) for name in names]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    @property
    def values(self) -> dict[str, str]:
        return {name: str(value or "") for name, value in self.cleaned_data.items()}


class EraseForm(forms.Form):
    """Certainty: whoever means it types the address they sign in with."""

    email = forms.CharField(
        label=_("Your e-mail, to be certain"),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        typed = self.cleaned_data["email"].strip()
        if typed.lower() != self.user.email.lower():
            raise forms.ValidationError(
                _("This is not the e-mail you signed in with."), code="other"
            )
        return typed
