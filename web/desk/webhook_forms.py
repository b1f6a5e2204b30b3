"""What staff type for an endpoint of webhooks, and the filters above its deliveries."""

from itertools import groupby

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from webhooks.kinds import EVENT_TYPES, TEST, EventType
from webhooks.models import Delivery, DeliveryQuerySet, Endpoint, validate_address

_GROUPS = {"booking": _("Bookings"), "meeting": _("Online meetings"), "client": _("Clients")}
# At first what most receivers want.
_AT_FIRST = ("booking.created", "booking.changed", "booking.cancelled")


class EndpointForm(forms.Form):
    """An endpoint; ``cleaned_data`` is what the actions take."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("For yourself, such as n8n or Accounting."),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        validators=[validate_address],
        widget=UnfoldAdminTextInputWidget(attrs={"type": "url"}),
        help_text=_("Where the receiver waits: https://… In your own network also http://…"),
    )
    is_active = forms.BooleanField(
        label=pgettext_lazy("webhook", "Active"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Switched off it is told of nothing, and what still waits is skipped."),
    )
    sends_manage_link = forms.BooleanField(
        label=_("Send the client's own link"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_(
            "Whoever has it can move and cancel the booking. The meeting link is sent in any case."
        ),
    )
    events = forms.MultipleChoiceField(
        label=_("What it is told of"),
        choices=[(kind.name, kind.label) for kind in EVENT_TYPES.values()],
        initial=_AT_FIRST,
        error_messages={"required": _("Tick one at least.")},
    )

    @classmethod
    def of(cls, endpoint: Endpoint, posted=None) -> "EndpointForm":
        return cls(posted, initial={name: getattr(endpoint, name) for name in cls.base_fields})

    @property
    def groups(self) -> list[tuple[object, list[tuple[EventType, bool]]]]:
        """The boxes, by what they are about: each with whether it is ticked."""
        ticked = set(self["events"].value() or ())
        by_room = groupby(EVENT_TYPES.values(), key=lambda kind: kind.name.partition(".")[0])
        return [
            (_GROUPS[room], [(kind, kind.name in ticked) for kind in kinds])
            for room, kinds in by_room
        ]


def _choice(label, choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", _("All")), *choices],
        widget=UnfoldAdminSelectWidget,
    )


class DeliveryFilterForm(forms.Form):
    """What to look for among deliveries; every field may stay empty."""

    endpoint = forms.ModelChoiceField(
        label=_("Webhook"),
        queryset=Endpoint.objects.none(),
        required=False,
        empty_label=_("All"),
        widget=UnfoldAdminSelectWidget,
    )
    state = _choice(_("State"), Delivery.STATES)
    kind = _choice(
        _("What"), [*((kind.name, kind.label) for kind in EVENT_TYPES.values()), (TEST, _("Test"))]
    )
    code = forms.CharField(
        label=_("Booking code"),
        required=False,
        max_length=20,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "search"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["endpoint"].queryset = Endpoint.objects.in_order()

    def narrowed(self, rows: DeliveryQuerySet) -> DeliveryQuerySet:
        """Rows that pass; none for a choice that does not exist."""
        if not self.is_valid():
            return rows.none()
        chosen = dict(self.cleaned_data)
        if code := chosen.pop("code").strip():
            rows = rows.filter(booking__code__iexact=code)
        return rows.filter(**{name: value for name, value in chosen.items() if value})
