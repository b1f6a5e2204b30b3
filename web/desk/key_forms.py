"""The form of a new API key."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from web.keys.models import MOST_REQUESTS, ApiKey
from web.keys.origins import origin_of

MOST_ORIGINS = 20


class ApiKeyForm(forms.Form):
    """What ``web.keys.actions.make`` takes."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=100,
        help_text=gettext_lazy("Where it is used, such as “Website” or “CRM”."),
        widget=UnfoldAdminTextInputWidget,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=ApiKey.KINDS,
        help_text=gettext_lazy(
            "In a web page anybody can read it, so it may only book. On a server it is secret, and "
            "may also read all bookings."
        ),
        initial=ApiKey.PAGE,
        widget=UnfoldAdminRadioSelectWidget,
    )
    origins = forms.CharField(
        label=gettext_lazy("Allowed origins"),
        required=False,
        max_length=5000,
        help_text=gettext_lazy(
            "Of a web page: where it is, one in a line, such as https://www.example.com."
        ),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "spellcheck": "false"}),
    )
    requests_per_minute = forms.IntegerField(
        label=gettext_lazy("Changes per minute"),
        required=False,
        min_value=1,
        max_value=MOST_REQUESTS,
        help_text=gettext_lazy("It may read ten times as often. Leave empty for the usual limit."),
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def clean_origins(self) -> list[str]:
        """As browsers write them, each once."""
        typed = self.cleaned_data["origins"].split()
        found = {line: origin_of(line) for line in typed}
        for line, origin in found.items():
            if origin is None:
                text = _("“%(line)s” is no origin: write it like https://www.example.com.")
                raise ValidationError(text, params={"line": line})
        origins = list(dict.fromkeys(found.values()))
        if len(origins) > MOST_ORIGINS:
            raise ValidationError(_("%(count)d origins at most."), params={"count": MOST_ORIGINS})
        return origins

    def clean(self) -> dict[str, object]:
        given = super().clean()
        is_for_page = given.get("kind") == ApiKey.PAGE
        if is_for_page and "origins" in given and not given["origins"]:
            self.add_error("origins", _("Say where the page is: browsers let no other use it."))
        return given
