"""A service, a provider, or the one with the other: whose messages are worded apart."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from booking.models import Provider, Service
from notifications.models import FlexibleRule


@dataclass(frozen=True)
class Level:
    """At least one of the two; None stands for any."""

    service: Service | None
    provider: Provider | None

    @classmethod
    def of(cls, rule: FlexibleRule, service: Service | None, provider: Provider | None) -> Self:
        """Where a rule stands that applies to this service or provider."""
        return cls(
            service if rule.service_id is not None else None,
            provider if rule.provider_id is not None else None,
        )

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.service, self.provider) if part is not None)

    @property
    def ids(self) -> dict[str, int | None]:
        return {
            "service_id": self.service.pk if self.service is not None else None,
            "provider_id": self.provider.pk if self.provider is not None else None,
        }

    @property
    def url(self) -> str:
        """The address of its page *Manage*."""
        return self.address_of("flexible-manage")

    def address_of(self, name: str, *arguments: str) -> str:
        parts = {"service": self.service, "provider": self.provider}
        query = urlencode({key: part.pk for key, part in parts.items() if part is not None})
        return f"{reverse(f'desk:{name}', args=arguments)}?{query}"


class LevelForm(forms.Form):
    """Chooses a level, in the address."""

    service = forms.ModelChoiceField(
        label=gettext_lazy("Service"),
        queryset=Service.objects.in_order(),
        required=False,
        empty_label=gettext_lazy("Any service"),
        widget=UnfoldAdminSelectWidget,
    )
    provider = forms.ModelChoiceField(
        label=gettext_lazy("Provider"),
        queryset=Provider.objects.in_order(),
        required=False,
        empty_label=gettext_lazy("Any provider"),
        widget=UnfoldAdminSelectWidget,
    )

    def clean(self):
        chosen = super().clean()
        if not self.errors and not any(chosen.values()):
            raise forms.ValidationError(_("Choose a service, a provider, or both."))
        return chosen

    @property
    def level(self) -> Level:
        return Level(self.cleaned_data["service"], self.cleaned_data["provider"])


def level_or_404(request: HttpRequest) -> Level:
    """The level that the address names."""
    form = LevelForm(request.GET)
    if not form.is_valid():
        raise Http404
    return form.level
