"""Settings → Email and SMS settings: the times of reminders and follow-ups."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from notifications import actions
from notifications.errors import TimingRefused
from notifications.kinds import Audience, Channel, Kind, specs_of
from notifications.models import Timing
from web.desk.access import CHANGE_TEMPLATES, staff_page
from web.desk.pages import desk_page

_HOUR, _DAY = 60, 1440  # minutes
_AUDIENCES = list(dict.fromkeys(spec.audience for spec in specs_of(Kind.REMINDER)))


class TimingForm(forms.Form):
    """One more time: so long before the start or after the end, to whom, and how."""

    amount = forms.IntegerField(
        label=gettext_lazy("How long"),
        min_value=1,
        initial=1,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit"),
        choices=[
            (1, gettext_lazy("minutes")),
            (_HOUR, gettext_lazy("hours")),
            (_DAY, gettext_lazy("days")),
        ],
        coerce=int,
        initial=_DAY,
        widget=UnfoldAdminSelectWidget,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[
            (Kind.REMINDER, gettext_lazy("before the start")),
            (Kind.FOLLOW_UP, gettext_lazy("after the end")),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("To"),
        choices=[(audience, audience.label) for audience in _AUDIENCES],
        widget=UnfoldAdminSelectWidget,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("By"), choices=Channel.choices, widget=UnfoldAdminSelectWidget
    )

    @property
    def minutes(self) -> int:
        return self.cleaned_data["amount"] * self.cleaned_data["unit"]


@dataclass(frozen=True)
class Section:
    """What the page shows of the times: those there are, in words, and a form for another."""

    form: TimingForm
    rows: list[tuple[Timing, str]]

    @property
    def reminds(self) -> bool:
        return any(timing.kind == Kind.REMINDER for timing, _words in self.rows)


def section(form: TimingForm | None = None) -> Section:
    """The section as it stands, with ``form`` where one was refused."""
    return Section(
        form or TimingForm(), [(timing, in_words(timing)) for timing in actions.timings()]
    )


@require_POST
@staff_page(CHANGE_TEMPLATES)
def add(request: HttpRequest) -> HttpResponse:
    """Add a time; what cannot be comes back with the reason at its field."""
    form = TimingForm(request.POST)
    if form.is_valid() and _added(form):
        flash.success(request, _("Added. It also counts for bookings made before."))
        return redirect("desk:message-settings")
    return desk_page(
        request,
        "desk/messages/timings.html",
        title=gettext_lazy("Reminders and follow-ups"),
        status=422,
        timings=section(form),
    )


@require_POST
@staff_page(CHANGE_TEMPLATES)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Do without a time; one that somebody else removed first is no error."""
    actions.remove_timing(timing_id=pk, now=timezone.now())
    flash.success(request, _("Removed. What was owed at this time is not sent."))
    return redirect("desk:message-settings")


def _added(form: TimingForm) -> bool:
    """Add the time; False after noting at its field why it cannot be."""
    wish = form.cleaned_data
    try:
        actions.add_timing(
            kind=Kind(wish["kind"]),
            audience=Audience(wish["audience"]),
            channel=Channel(wish["channel"]),
            minutes=form.minutes,
        )
    except TimingRefused as refusal:
        form.add_error("amount" if refusal.field == "minutes" else refusal.field, str(refusal))
        return False
    return True


def in_words(timing: Timing) -> str:
    """``2 days before the start``."""
    distance = _distance(timing.minutes)
    if timing.kind == Kind.REMINDER:
        return _("%(distance)s before the start") % {"distance": distance}
    return _("%(distance)s after the end") % {"distance": distance}


def _distance(minutes: int) -> str:
    """Such as ``1 day`` or ``90 minutes``: in the largest unit that needs no fraction."""
    if minutes % _DAY == 0:
        days = minutes // _DAY
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if minutes % _HOUR == 0:
        hours = minutes // _HOUR
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
