"""The filters above *Sent messages*."""

from datetime import timedelta

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from notifications.kinds import Audience, Channel, Kind
from notifications.models import Message, MessageQuerySet
from web.desk.forms import date_field
from web.desk.moments import start_of

_EXACT = ("state", "kind", "audience", "channel")


def _choice(label, choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", _("All")), *choices],
        widget=UnfoldAdminSelectWidget,
    )


class MessageFilterForm(forms.Form):
    """What to look for in the ledger; every field may stay empty.

    ``first`` and ``last`` are days of the company's on which messages were written, both
    included.
    """

    words = forms.CharField(
        label=_("Address, booking code or client"),
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "search"}),
    )
    first = date_field(_("From"), required=False)
    last = date_field(_("Until"), required=False)
    state = _choice(_("State"), Message.STATES)
    kind = _choice(_("Message"), Kind.choices)
    audience = _choice(_("To"), Audience.choices)
    channel = _choice(_("By"), Channel.choices)
    problems = forms.BooleanField(
        label=_("Only problems"), required=False, widget=UnfoldBooleanSwitchWidget
    )

    def narrowed(self, rows: MessageQuerySet) -> MessageQuerySet:
        """Rows that pass; none for a choice that does not exist."""
        if not self.is_valid():
            return rows.none()
        chosen = self.cleaned_data
        found = Q(**{name: chosen[name] for name in _EXACT if chosen[name]})
        if chosen["first"]:
            found &= Q(created_at__gte=start_of(chosen["first"]))
        if chosen["last"]:
            found &= Q(created_at__lt=start_of(chosen["last"] + timedelta(days=1)))
        words = chosen["words"].strip()
        rows = rows.filter(found & _mentions(words)) if words else rows.filter(found)
        return rows.with_problems() if chosen["problems"] else rows


def _mentions(words: str) -> Q:
    return (
        Q(to_address__icontains=words)
        | Q(booking__code__iexact=words)
        | Q(booking__client__name__icontains=words, booking__client__erased_at=None)
        | Q(waiting__client__name__icontains=words, waiting__client__erased_at=None)
    )
