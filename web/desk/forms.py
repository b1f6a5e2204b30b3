"""What staff type to book, to move a booking, and to note on it."""

from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from booking.actions import ClientDetails
from booking.actions.notes import LONGEST_COMMENT
from booking.links import new_token
from booking.models import Booking, Company, Label, Provider, Service, Session
from booking.models.catalog import LONGEST_MINUTES, SHORTEST_MINUTES
from booking.validators import validate_whole_minutes
from web.desk.moments import FIRST_DAY, LAST_DAY, moment_in_company_time


def date_field(label: str | Promise | None = None, **options) -> forms.DateField:
    """A day that the calendar can show: the first and the last year cannot be reckoned with."""
    return forms.DateField(
        label=label or _("Date"),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
        **options,
    )


def time_field(**options) -> forms.TimeField:
    return forms.TimeField(
        label=_("Time"),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "time", "step": "60"}),
        validators=[validate_whole_minutes],
        **options,
    )


def length_field(**options) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Length (minutes)"),
        required=False,
        min_value=SHORTEST_MINUTES,
        max_value=LONGEST_MINUTES,
        widget=UnfoldAdminIntegerFieldWidget,
        **options,
    )


def length_in(chosen: dict, *, usual: timedelta | None = None) -> dict[str, timedelta]:
    """What an action is told of the length that a form chose: nothing where it is the usual."""
    minutes = chosen.get("length")
    length = timedelta(minutes=minutes) if minutes else usual
    return {} if length is None or length == usual else {"duration": length}


def fold_field() -> forms.CharField:
    return forms.CharField(required=False, widget=forms.HiddenInput)


class StartMixin:
    """``date`` and ``time`` make ``starts_at``, in the company's zone, if there is one start.

    ``fold`` is "1" for the second of two times that the clocks show alike.
    """

    has_one_start = True

    def clean(self):
        cleaned = super().clean()
        if self.has_one_start and cleaned.get("date") and cleaned.get("time"):
            fold = int(cleaned.get("fold") == "1")
            try:
                cleaned["starts_at"] = moment_in_company_time(
                    cleaned["date"], cleaned["time"], fold=fold
                )
            except ValidationError as error:
                self.add_error("time", error)
        return cleaned


class ClientForm(forms.Form):
    """Who the booking is for."""

    name = forms.CharField(label=_("Name"), max_length=150, widget=UnfoldAdminTextInputWidget)
    email = forms.EmailField(label=_("E-mail"), required=False, widget=UnfoldAdminEmailInputWidget)
    phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "tel"}),
        help_text=_("With the country code, such as +380 44 123 45 67."),
    )
    language = forms.ChoiceField(
        label=_("Language of messages"),
        choices=settings.LANGUAGES,
        widget=UnfoldAdminSelectWidget,
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )
    # The mark of one form: sent twice, by a double click, it books once.
    key = forms.CharField(
        required=False, max_length=22, initial=new_token, widget=forms.HiddenInput
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = Company.objects.current().language

    @property
    def idempotency_key(self) -> str | None:
        key = self.cleaned_data["key"]
        return f"desk:{key}" if key else None

    @property
    def client(self) -> ClientDetails:
        cleaned = self.cleaned_data
        return ClientDetails(
            name=cleaned["name"],
            email=cleaned["email"],
            phone=str(cleaned["phone"] or ""),
            language=cleaned["language"],
        )


class AppointmentForm(StartMixin, ClientForm):
    """A new appointment with one of ``providers``; None among several means any of them."""

    service = forms.ModelChoiceField(
        label=_("Service"),
        queryset=Service.objects.active().filter(kind=Service.APPOINTMENT).in_order(),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    provider = forms.ModelChoiceField(
        label=_("Provider"),
        queryset=Provider.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    date = date_field()
    time = time_field()
    length = length_field(help_text=_("Leave empty for as long as the service takes."))
    fold = fold_field()
    field_order = ["service", "provider", "date", "time", "length"]

    def __init__(self, *args, providers, sees_all: bool, **kwargs):
        super().__init__(*args, **kwargs)
        provider = self.fields["provider"]
        provider.queryset = providers
        provider.required = not sees_all
        provider.empty_label = _("Any provider") if sees_all else None


class PlacesForm(ClientForm):
    """Places for one client in a class session."""

    places = forms.IntegerField(
        label=_("Places"), min_value=1, initial=1, widget=UnfoldAdminIntegerFieldWidget
    )
    field_order = ["places"]


class MoveForm(StartMixin, forms.Form):
    """Another time, and maybe another of ``providers``, for an appointment."""

    provider = forms.ModelChoiceField(
        label=_("Provider"),
        queryset=Provider.objects.none(),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    date = date_field()
    time = time_field()
    length = length_field()
    fold = fold_field()
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, providers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers


class MovePlaceForm(forms.Form):
    """Another one of ``sessions`` of the same class."""

    session = forms.ModelChoiceField(
        label=_("Session"), queryset=Session.objects.none(), widget=UnfoldAdminSelectWidget
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, booking: Booking, sessions, now: datetime, describe, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["session"]
        others = sessions.active().filter(service=booking.session.service, starts_at__gt=now)
        field.queryset = others.exclude(pk=booking.session_id).order_by("starts_at")
        field.label_from_instance = describe


class LabelForm(forms.Form):
    """The company's coloured word for a booking, or none."""

    label = forms.ModelChoiceField(
        label=_("Label"),
        queryset=Label.objects.order_by("position", "name"),
        required=False,
        empty_label=_("No label"),
        widget=forms.Select(attrs={"class": "z-input"}),
    )


class AttendanceForm(forms.Form):
    """Whether the client came."""

    attendance = forms.ChoiceField(label=_("Attendance"), choices=Booking.ATTENDANCES)


class CommentForm(forms.Form):
    """What the staff write for themselves."""

    comment = forms.CharField(
        label=_("Comment (only staff read it)"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "z-input"}),
    )
