"""What clients fill in. A form checks shape; whether it can be done, the action says."""

from datetime import datetime
from typing import Any

from allauth.account.forms import RequestLoginCodeForm
from django import forms
from django.core import signing
from django.db.models import BigIntegerField
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from phonenumber_field.formfields import PhoneNumberField

from booking.links import new_token
from booking.zones import is_zone
from web.instants import is_instant
from web.site.asked import AskedMixin

_SIGNER = signing.Signer(salt="web.site booking form")


def new_form_key() -> str:
    """Return the mark of one form: sent twice, it books once."""
    return _SIGNER.sign(new_token())


class InstantField(forms.CharField):
    """An aware moment on a whole minute, as the pages write it."""

    widget = forms.HiddenInput
    default_error_messages = {"invalid": _("Please choose a time.")}

    def to_python(self, value: str | None) -> datetime | None:
        text = super().to_python(value)
        if not text:
            return None
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None or not is_instant(moment):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class RowField(forms.IntegerField):
    """The number of a row, as far as there can be one in any database."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(min_value=1, max_value=BigIntegerField.MAX_BIGINT, **kwargs)


class ChosenTime(forms.Form):
    """The time, or the session of a class, that the pages before led to."""

    starts_at = InstantField(required=False)
    session = RowField(required=False)
    provider = RowField(required=False)


class TimeForMove(ChosenTime):
    """A new time for a booking, asked for on the strength of a revision of it."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def honeypot() -> forms.CharField:
    """A field that people do not see, called *website*; what fills it in is a program."""
    return forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "tabindex": "-1", "class": "form-control"}
        ),
    )


class HoneypotMixin:
    """Refuses whoever fills in the honeypot."""

    cleaned_data: dict[str, Any]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Please leave this field empty."), code="filled")
        return ""


class ContactForm(HoneypotMixin, forms.Form):
    """Who it is for, and how many places."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("The confirmation goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        help_text=_("With the country code, such as +380 44 123 45 67."),
        error_messages={"invalid": _("Write the number with its country code, such as +380…")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    places = forms.IntegerField(label=_("Places"), required=False, min_value=1, initial=1)
    website = honeypot()
    zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, capacity: int = 1, **kwargs):
        """``capacity`` is that of the session: only where it is more are places asked for."""
        super().__init__(*args, **kwargs)
        self.capacity = capacity
        if capacity > 1:
            self.fields["places"].widget.attrs["max"] = capacity
        else:
            del self.fields["places"]
        for field in self.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs["class"] = "form-control"

    def focus_first_error(self) -> None:
        """Let the page open where something is to be mended; hidden fields say it at the top."""
        wrong = (field for field in self.visible_fields() if field.errors)
        if first := next(wrong, None):
            first.field.widget.attrs["autofocus"] = True

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_zone(self) -> str:
        zone = self.cleaned_data["zone"]
        if zone and not is_zone(zone):
            raise forms.ValidationError(
                _("“%(zone)s” is not a time zone."), params={"zone": zone}, code="unknown"
            )
        return zone


class DetailsForm(AskedMixin, ContactForm, ChosenTime):
    """Who books, and what they say to what is asked."""

    note = forms.CharField(
        label=_("Anything we should know?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    key = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, capacity: int = 1, places_left: int = 1, **kwargs):
        super().__init__(*args, capacity=capacity, **kwargs)
        self.places_left = places_left
        if "places" in self.fields:
            self.fields["places"].help_text = _left(places_left)
            self.fields["places"].widget.attrs["max"] = max(places_left, 1)

    def clean_places(self) -> int:
        """Bounded by what is left; that nothing is left at all, the action says."""
        places = self.cleaned_data["places"] or 1
        if 0 < self.places_left < places:
            raise forms.ValidationError(_too_few(self.places_left), code="too_many")
        return places

    def clean_key(self) -> str:
        try:
            return _SIGNER.unsign(self.cleaned_data["key"])
        except signing.BadSignature as error:
            raise forms.ValidationError(
                _("This form is out of date. Please send it once more."), code="stale"
            ) from error


class OfferForm(AskedMixin, forms.Form):
    """What is asked of who takes what came free: nothing was when they began to wait."""


class WaitingForm(ContactForm):
    """Who waits for places in a session that is full."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("We write there when a place comes free.")

    def clean_places(self) -> int:
        places = self.cleaned_data["places"] or 1
        if places > self.capacity:
            raise forms.ValidationError(too_many_for(self.capacity), code="too_many")
        return places


def too_many_for(capacity: int) -> str:
    text = ngettext(
        "The session has only %(count)d place.",
        "The session has only %(count)d places.",
        capacity,
    )
    return text % {"count": capacity}


def _left(places: int) -> str:
    text = ngettext("%(count)d place left.", "%(count)d places left.", places)
    return text % {"count": places}


def _too_few(left: int) -> str:
    text = ngettext("Only %(count)d place is left.", "Only %(count)d places are left.", left)
    return text % {"count": left}


class CodeForm(HoneypotMixin, RequestLoginCodeForm):
    """Whose address a sign-in code is mailed to."""

    website = honeypot()


class CancelForm(forms.Form):
    """Why a client cancels, if they like to say."""

    reason = forms.CharField(
        label=_("Reason (optional)"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
