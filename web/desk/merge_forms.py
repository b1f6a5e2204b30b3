"""Making one client of several records: which one stays, and what it says then."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from booking.models import Client

_NAMES = {
    "name": pgettext_lazy("person", "Name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "language": _("Language"),
}


class MergeForm(forms.Form):
    """``clients`` come with ``bookings_made``; of what they disagree in, one value is chosen."""

    def __init__(self, *args, clients: Sequence[Client], **kwargs):
        super().__init__(*args, **kwargs)
        self.clients = clients
        best = max(clients, key=lambda one: (one.user_id is not None, one.bookings_made, -one.pk))
        names = [(str(client.pk), client.name) for client in clients]
        self.fields["kept"] = _choice(_("Record that stays"), names, str(best.pk))
        for name, label in _NAMES.items():
            values = list(dict.fromkeys(str(getattr(client, name)) for client in clients))
            filled = [value for value in values if value]
            if len(filled) > 1:
                first = str(getattr(best, name)) or filled[0]
                self.fields[name] = _choice(label, [(v, _shown(name, v)) for v in filled], first)

    @property
    def to_choose(self) -> list[forms.BoundField]:
        """The values in which the records disagree."""
        return [self[name] for name in _NAMES if name in self.fields]

    @property
    def rows(self) -> list[tuple[Client, bool]]:
        """Each record, and whether it is the one chosen to stay."""
        return [(client, str(client.pk) == str(self["kept"].value())) for client in self.clients]

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        said = self.values
        same = Client.objects.alias(low_email=Lower("email"), low_name=Lower("name")).filter(
            low_email=said["email"].lower(), low_name=said["name"].lower()
        )
        if said["email"] and same.exclude(pk__in=[one.pk for one in self.clients]).exists():
            raise ValidationError(_("Another client has that name and e-mail: merge them as well."))
        return cleaned

    @property
    def kept(self) -> Client:
        return next(one for one in self.clients if str(one.pk) == self.cleaned_data["kept"])

    @property
    def others(self) -> list[Client]:
        return [one for one in self.clients if one != self.kept]

    @property
    def values(self) -> dict[str, str]:
        """What the record says in the end: what was chosen, else all that there is."""
        return {name: self.cleaned_data.get(name) or self._only(name) for name in _NAMES}

    def _only(self, name: str) -> str:
        return next(filter(None, (str(getattr(one, name)) for one in self.clients)), "")


def _choice(label, choices, initial: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, initial=initial, widget=forms.RadioSelect
    )


def _shown(name: str, value: str) -> str:
    if name != "language":
        return value
    try:
        return str(get_language_info(value)["name_translated"])
    except KeyError:
        return value
