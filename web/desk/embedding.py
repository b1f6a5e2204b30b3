"""Settings → Embedding: which pages may show the booking site, and the line that does it."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from booking import features
from booking.models import Company, Provider, Service
from booking.validators import validate_colour
from web.desk.access import CHANGE_COMPANY, View, staff_page
from web.desk.answers import form_page
from web.desk.pages import desk_page
from web.embedding import FEATURE, origins_in
from web.offers import offered_services

SCRIPT = "/embed.js"
THEMES = (
    ("", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
    ("auto", gettext_lazy("As the visitor's device")),
)


class OriginsForm(forms.Form):
    """The company's list, kept as browsers write it."""

    embed_origins = forms.CharField(
        label=gettext_lazy("Pages that may show the booking site"),
        required=False,
        help_text=gettext_lazy(
            "One address a line, such as https://www.example.com; https://*.example.com for all "
            "below it. Nobody else's page can show it."
        ),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean_embed_origins(self) -> str:
        return "\n".join(origins_in(self.cleaned_data["embed_origins"]))


class LookForm(forms.Form):
    """What is shown, and how: all of it stands in the line of script. Nothing is kept."""

    service = forms.ModelChoiceField(
        Service.objects.none(),
        to_field_name="slug",
        required=False,
        label=gettext_lazy("Service"),
        empty_label=gettext_lazy("All services"),
        widget=UnfoldAdminSelectWidget,
    )
    provider = forms.ModelChoiceField(
        Provider.objects.none(),
        required=False,
        label=gettext_lazy("Provider"),
        empty_label=gettext_lazy("Any provider"),
        widget=UnfoldAdminSelectWidget,
    )
    language = forms.ChoiceField(
        required=False, label=gettext_lazy("Language"), widget=UnfoldAdminSelectWidget
    )
    theme = forms.ChoiceField(
        choices=THEMES,
        required=False,
        label=gettext_lazy("Light or dark"),
        widget=UnfoldAdminSelectWidget,
    )
    colour = forms.CharField(
        required=False,
        label=gettext_lazy("Colour"),
        help_text=gettext_lazy("Empty: the company's, such as #a3195b."),
        validators=[validate_colour],
        widget=UnfoldAdminTextInputWidget(attrs={"maxlength": 7}),
    )
    button = forms.CharField(
        required=False,
        max_length=60,
        label=gettext_lazy("Words on the button"),
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, query):
        super().__init__(query)
        self.fields["service"].queryset = offered_services().in_order()
        self.fields["provider"].queryset = Provider.objects.active().in_order()
        languages = [("", _("The visitor's")), *settings.LANGUAGES]
        self.fields["language"].choices = languages

    def attributes(self) -> dict[str, str]:
        """The script's, without the button's words; what is at fault counts as not said."""
        self.is_valid()
        given = self.cleaned_data
        service, provider = given.get("service"), given.get("provider")
        said = {
            "service": service.slug if service else "",
            "provider": str(provider.pk) if provider else "",
            "language": given.get("language"),
            "theme": given.get("theme"),
            "colour": given.get("colour"),
        }
        return {f"data-{name}": value for name, value in said.items() if value}

    def words(self) -> str:
        return self.cleaned_data.get("button") or _("Book a time")


def embedding_page(view: View) -> View:
    """For those who may change the company; 404 while *Embedding* is off."""

    @staff_page(CHANGE_COMPANY)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not features.is_on(FEATURE):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@form_page
@embedding_page
def page(request: HttpRequest) -> HttpResponse:
    """Keep the list of pages; show the line of script for what the query chose, and try it."""
    posted = request.POST if request.method == "POST" else None
    kept = Company.objects.current().embed_origins
    origins = OriginsForm(posted, initial={"embed_origins": kept})
    if origins.is_bound and origins.is_valid():
        Company.objects.update_or_create(pk=Company.THE_ONE, defaults=origins.cleaned_data)
        messages.success(request, _("The list of pages is saved."))
        return redirect("desk:embedding")
    look = LookForm(request.GET)
    attributes = look.attributes()
    return desk_page(
        request,
        "desk/embedding.html",
        title=gettext_lazy("Embedding"),
        status=422 if origins.errors else 200,
        origins=origins,
        look=look,
        is_listed=bool(kept),
        preview=script_tag(SCRIPT, attributes),
        in_page=script_tag(settings.SITE_URL + SCRIPT, attributes),
        behind_button=script_tag(
            settings.SITE_URL + SCRIPT, {**attributes, "data-button": look.words()}
        ),
    )


def script_tag(address: str, attributes: dict[str, str]) -> SafeString:
    """The line for somebody's page."""
    said = format_html_join("", ' {}="{}"', {"src": address, **attributes}.items())
    return format_html("<script{} async></script>", said)
