"""What is done with many bookings at once: which they are, and what staff type for it."""

from dataclasses import dataclass, field

from django import forms
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from booking.links import new_token
from booking.models import Booking
from notifications.actions import News
from notifications.defaults import Wording
from notifications.errors import TemplateRefused
from notifications.kinds import Channel
from web.desk.access import visible_bookings
from web.desk.reports.filters import BookingFilterForm

MOST = 500


@dataclass(frozen=True)
class Chosen:
    """The bookings that were ticked, soonest first; ``refusal`` says why it cannot be these."""

    bookings: list[Booking] = field(default_factory=list)
    refusal: str = ""


def chosen_bookings(request: HttpRequest) -> Chosen:
    """The ticked bookings, or all that fit the filters.

    Raises Http404 when a ticked one is not on show to this person.
    """
    mine = visible_bookings(request.user).with_people()
    if request.POST.get("all"):
        filters = QueryDict(request.POST.get("filters", ""))
        found = BookingFilterForm(filters, user=request.user).narrowed(mine)
    else:
        found = mine.filter(pk__in=_ticked(request))
    bookings = list(found.order_by("session__starts_at", "pk")[: MOST + 1])
    if not bookings:
        return Chosen(refusal=_("Tick the bookings first."))
    if len(bookings) > MOST:
        text = _("These are too many at once: at most %(most)d. Narrow the filters.")
        return Chosen(refusal=text % {"most": MOST})
    if not request.POST.get("all") and len(bookings) != len(set(request.POST.getlist("booking"))):
        raise Http404
    return Chosen(bookings)


def _ticked(request: HttpRequest) -> set[int]:
    ticked = set(request.POST.getlist("booking"))
    ids = {int(pk) for pk in ticked if pk.isdecimal() and len(pk) < 16}
    if len(ids) != len(ticked):
        raise Http404
    return ids


class NewsForm(forms.Form):
    """What to tell the clients, and by which way; ``name`` keeps a second click from telling it."""

    channel = forms.ChoiceField(
        label=gettext_lazy("By"), choices=Channel.choices, widget=UnfoldAdminSelectWidget
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("An SMS has none."),
        widget=UnfoldAdminTextInputWidget,
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=10_000,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 10, "dir": "auto"}),
    )
    name = forms.RegexField(regex=r"\A[\w-]{10,40}\Z", widget=forms.HiddenInput, initial=new_token)

    @property
    def news(self) -> News:
        """What was typed, once the form is valid; the action says whether it can be sent."""
        typed = self.cleaned_data
        words = Wording(typed["subject"], typed["body"], "")
        return News(Channel(typed["channel"]), words, typed["name"])

    def note(self, refusal: TemplateRefused) -> None:
        """Show at each field what cannot stand there."""
        for problem in refusal.problems:
            self.add_error(problem.field, problem.text)
