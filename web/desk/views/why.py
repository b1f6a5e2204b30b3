"""Why a time is free or not, rule by rule."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminSelectWidget

from booking.availability import explain
from booking.explanations import explained
from booking.models import Company, Provider, Service
from web.desk.access import SEE_BOOKINGS, staff_page, visible_providers
from web.desk.forms import StartMixin, date_field, time_field
from web.desk.pages import desk_page


class WhyForm(StartMixin, forms.Form):
    """A time on the company's clock, of an appointment with one of ``providers``."""

    service = forms.ModelChoiceField(
        label=_("Service"),
        queryset=Service.objects.active().filter(kind=Service.APPOINTMENT).in_order(),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    provider = forms.ModelChoiceField(
        label=_("Provider"),
        queryset=Provider.objects.none(),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    date = date_field()
    time = time_field()

    def __init__(self, *args, providers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers

    def clean(self):
        """Whoever does not offer the service is never free for it, whatever the rules."""
        cleaned = super().clean()
        service, provider = cleaned.get("service"), cleaned.get("provider")
        if service and provider and not service.providers.contains(provider):
            self.add_error("provider", _("This provider does not offer the service."))
        return cleaned


@require_safe
@staff_page(SEE_BOOKINGS)
def page(request: HttpRequest) -> HttpResponse:
    """Ask for a time, and answer each rule's own verdict about it."""
    providers = visible_providers(request.user).active().in_order()
    asked = request.GET if "service" in request.GET else None
    form = WhyForm(asked, initial={"date": timezone.localdate().isoformat()}, providers=providers)
    lines, starts_at = [], None
    if form.is_valid():
        chosen = form.cleaned_data
        starts_at = chosen["starts_at"]
        answers = explain(chosen["service"], chosen["provider"], starts_at, now=timezone.now())
        lines = explained(answers, Company.objects.current().zone)
    return desk_page(
        request,
        "desk/why.html",
        title=_("Why is this time free, or not?"),
        form=form,
        lines=lines,
        starts_at=starts_at,
        is_free=all(line.holds for line in lines),
    )
