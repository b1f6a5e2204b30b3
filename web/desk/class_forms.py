"""What staff type to schedule, move and resize sessions of classes."""

import re
from datetime import date, datetime
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from booking.actions import SeriesRule
from booking.models import Provider, Service, Session
from booking.models.hours import Weekday
from booking.series import RuleRefused
from web.desk.forms import StartMixin, date_field, fold_field, length_field, time_field
from web.desk.series import Scope

MOST_PLACES = 32767


def places_field(**options) -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("Places"),
        min_value=1,
        max_value=MOST_PLACES,
        widget=UnfoldAdminIntegerFieldWidget,
        **options,
    )


class SessionForm(StartMixin, forms.Form):
    """One session of a class, or with ``repeats`` a series of them."""

    ONCE, WEEKLY = "once", "weekly"
    OF_SERIES = ("every_weeks", "weekdays", "until", "except_on")
    script = "desk/js/class_session.js"

    service = forms.ModelChoiceField(
        label=gettext_lazy("Class"),
        queryset=Service.objects.active().filter(kind=Service.CLASS).in_order(),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    provider = forms.ModelChoiceField(
        label=gettext_lazy("Provider"),
        queryset=Provider.objects.none(),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    date = date_field()
    time = time_field()
    length = length_field(
        help_text=gettext_lazy("Leave empty for as long as the class takes. Not for a series.")
    )
    places = places_field(
        required=False, help_text=gettext_lazy("Leave empty for as many as the class has.")
    )
    repeats = forms.ChoiceField(
        label=gettext_lazy("Repeats"),
        choices=[(ONCE, gettext_lazy("Once")), (WEEKLY, gettext_lazy("Every week or some weeks"))],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    every_weeks = forms.IntegerField(
        label=gettext_lazy("Every … weeks"),
        required=False,
        initial=1,
        min_value=1,
        max_value=52,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    until = date_field(gettext_lazy("Until, this day included"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On these days"),
        required=False,
        choices=Weekday.choices,
        coerce=int,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    except_on = forms.CharField(
        label=gettext_lazy("Except on"),
        required=False,
        max_length=4000,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Dates such as 2026-12-24, with commas between them."),
    )

    def __init__(self, *args, providers: QuerySet[Provider], now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers
        self.now = now
        self.rule: SeriesRule | None = None
        if not self.is_bound:
            self._suggest_provider()

    @cached_property
    def facts(self) -> dict[str, object]:
        """What the script must know: the places of each class."""
        gives = Service.providers.through.objects.values_list("service_id", "provider_id")
        return {
            "places": dict(self.fields["service"].queryset.values_list("pk", "capacity")),
            "gives": list(gives.order_by("pk")),
        }

    def _suggest_provider(self) -> None:
        """Begin with somebody who gives the class that is shown first."""
        if service := self._first_service():
            fitting = self.fields["provider"].queryset.filter(services=service)
            if first := fitting.first():
                self.initial.setdefault("provider", first.pk)

    def _first_service(self) -> Service | None:
        """The class named in the address if there is such a one, else the first of all."""
        field = self.fields["service"]
        try:
            return field.clean(self.initial.get("service"))
        except ValidationError:
            return field.queryset.first()

    @property
    def is_series(self) -> bool:
        return self.cleaned_data.get("repeats") == self.WEEKLY

    @property
    def has_one_start(self) -> bool:
        return not self.is_series

    def clean_except_on(self) -> list[date]:
        """Read the dates; those that are none are named."""
        words = [word for word in re.split(r"[,;\s]+", self.cleaned_data["except_on"]) if word]
        days = {word: _date_in(word) for word in words}
        wrong = [word for word, day in days.items() if day is None]
        if wrong:
            text = ngettext(
                "This is no date: %(words)s.", "These are no dates: %(words)s.", len(wrong)
            )
            raise ValidationError(text % {"words": ", ".join(wrong)[:200]})
        return sorted(day for day in days.values() if day is not None)

    def clean(self):
        cleaned = super().clean()
        provider, service = cleaned.get("provider"), cleaned.get("service")
        if provider and service and not service.providers.filter(pk=provider.pk).exists():
            self.add_error("provider", _("This provider does not give this class."))
        if self.is_series:
            self._clean_series()
        else:
            self._clean_single()
        return cleaned

    def _clean_single(self) -> None:
        for name in self.OF_SERIES:
            self.errors.pop(name, None)  # what does not apply need not be right
        starts_at = self.cleaned_data.get("starts_at")
        if starts_at and starts_at <= self.now:
            self.add_error("time", _("This time has passed."))

    def _clean_series(self) -> None:
        for name in ("every_weeks", "until", "weekdays"):
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        if self.errors:
            return
        chosen = self.cleaned_data
        try:
            self.rule = SeriesRule(
                weekdays=tuple(chosen["weekdays"]),
                starts=chosen["time"],
                first_on=chosen["date"],
                last_on=chosen["until"],
                every_weeks=chosen["every_weeks"],
                except_on=tuple(chosen["except_on"]),
            )
        except RuleRefused:  # the other fields were looked at one by one
            self.add_error("until", self._why_not_until())

    def _why_not_until(self) -> str:
        if self.cleaned_data["until"] < self.cleaned_data["date"]:
            return _("The end must not be before the first day.")
        return _("A series lasts three years at most.")


_EXCEPTION = date_field(input_formats=["%Y-%m-%d", "%d.%m.%Y"])


def _date_in(word: str) -> date | None:
    """Read ``2026-12-24`` or ``24.12.2026``."""
    try:
        return _EXCEPTION.clean(word)
    except ValidationError:
        return None


class MoveSessionForm(StartMixin, forms.Form):
    """Another time or another of ``providers`` for a session, or for the rest of its series."""

    scope = forms.ChoiceField(
        label=gettext_lazy("What is moved"), widget=UnfoldAdminRadioSelectWidget
    )
    provider = forms.ModelChoiceField(
        label=gettext_lazy("Provider"),
        queryset=Provider.objects.none(),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    date = date_field()
    time = time_field()
    length = length_field()
    fold = fold_field()

    def __init__(self, *args, providers: QuerySet[Provider], scopes: list[Scope], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers
        if len(scopes) > 1:
            self.fields["scope"].choices = [(scope.name, scope.title) for scope in scopes]
        else:
            del self.fields["scope"]


class SessionPlacesForm(forms.Form):
    """How many places a session has."""

    places = places_field()


class SessionFilterForm(forms.Form):
    """Which sessions the list shows; nothing chosen: those to come."""

    UPCOMING, PAST, CANCELLED = "", "past", "cancelled"

    when = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            (UPCOMING, gettext_lazy("Upcoming")),
            (PAST, gettext_lazy("Past")),
            (CANCELLED, gettext_lazy("Cancelled")),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    service = forms.ModelChoiceField(
        label=gettext_lazy("Class"),
        queryset=Service.objects.filter(kind=Service.CLASS).in_order(),
        required=False,
        empty_label=gettext_lazy("All"),
        widget=UnfoldAdminSelectWidget,
    )
    provider = forms.ModelChoiceField(
        label=gettext_lazy("Provider"),
        queryset=Provider.objects.none(),
        required=False,
        empty_label=gettext_lazy("All"),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, query, *, providers: QuerySet[Provider]):
        super().__init__(query)
        self.fields["provider"].queryset = providers

    def narrowed(self, rows: QuerySet[Session], *, now: datetime) -> QuerySet[Session]:
        """Rows that pass, those to come soonest first, the others latest first."""
        if not self.is_valid():
            return rows.none()
        chosen = {name: self.cleaned_data[name] for name in ("service", "provider")}
        rows = rows.filter(**{name: value for name, value in chosen.items() if value})
        when = self.cleaned_data["when"]
        if when == self.CANCELLED:
            return rows.filter(status=Session.CANCELLED).order_by("-starts_at", "-pk")
        if when == self.PAST:
            return rows.active().filter(ends_at__lte=now).order_by("-starts_at", "-pk")
        return rows.active().filter(ends_at__gt=now).order_by("starts_at", "pk")
