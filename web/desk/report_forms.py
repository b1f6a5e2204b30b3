"""The filters above a report."""

from datetime import timedelta

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from booking.models import Booking, Service
from web.desk.forms import date_field
from web.desk.moments import start_of
from zoomlink.models import Meeting


class PeriodForm(forms.Form):
    """From–until in the company's days (both included), service, provider."""

    first = date_field(_("From"), required=False)
    last = date_field(_("Until"), required=False)
    service = forms.ModelChoiceField(
        label=_("Service"),
        queryset=Service.objects.in_order(),
        required=False,
        empty_label=_("All"),
        widget=UnfoldAdminSelectWidget,
    )
    provider = forms.ModelChoiceField(
        label=_("Provider"),
        queryset=None,
        required=False,
        empty_label=_("All"),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, query, *, providers):
        today = timezone.localdate()
        month = {"first": today.isoformat(), "last": (today + timedelta(days=30)).isoformat()}
        super().__init__(query or month)
        self.fields["provider"].queryset = providers

    def narrowed(self, rows: QuerySet, session: str = "") -> QuerySet:
        """Rows that pass; ``session`` is the way from a row to its session, "" or "session__"."""
        if not self.is_valid():
            return rows.none()
        chosen = self.cleaned_data
        found = Q()
        if chosen["first"]:
            found &= Q(**{f"{session}starts_at__gte": start_of(chosen["first"])})
        if chosen["last"]:
            end = start_of(chosen["last"] + timedelta(days=1))
            found &= Q(**{f"{session}starts_at__lt": end})
        for name in ("service", "provider"):
            if chosen[name]:
                found &= Q(**{f"{session}{name}": chosen[name]})
        return rows.filter(found)


class BookingReportForm(PeriodForm):
    """Adds the booking's state and words to look for."""

    OPEN = "open"
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), (OPEN, _("Not cancelled")), *Booking.STATES],
        widget=UnfoldAdminSelectWidget,
    )
    q = forms.CharField(
        label=_("Client or code"),
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "search"}),
    )

    def narrowed(self, rows: QuerySet, session: str = "session__") -> QuerySet:
        rows = super().narrowed(rows, session)
        if not self.is_valid():
            return rows
        state, words = self.cleaned_data["state"], self.cleaned_data["q"].strip()
        if state == self.OPEN:
            rows = rows.taking_seats()
        elif state:
            rows = rows.filter(state=state)
        return rows.filter(_mentions(words)) if words else rows


def _mentions(words: str) -> Q:
    return (
        Q(code__iexact=words)
        | Q(client__name__icontains=words)
        | Q(client__email__icontains=words)
        | Q(client__phone__icontains=words.replace(" ", ""))
    )


class MeetingReportForm(PeriodForm):
    """Adds the state of the meeting."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), (Meeting.ABSENT, _("Not made yet")), *Meeting.STATES[1:]],
        widget=UnfoldAdminSelectWidget,
    )

    def narrowed(self, rows: QuerySet, session: str = "") -> QuerySet:
        rows = super().narrowed(rows, session)
        if not self.is_valid() or not self.cleaned_data["state"]:
            return rows
        state = self.cleaned_data["state"]
        if state == Meeting.ABSENT:
            return rows.filter(Q(meeting=None) | Q(meeting__state=state))
        return rows.filter(meeting__state=state)
