"""Settings → Email and SMS settings: the switches, and the words of each message."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import features
from notifications import actions
from notifications.defaults import Wording, shipped
from notifications.errors import TemplateRefused
from notifications.kinds import (
    BOOKING_KINDS,
    MEETING_KINDS,
    MESSAGES,
    Audience,
    Channel,
    Kind,
    MessageSpec,
    specs_of,
)
from notifications.models import MessageTemplate
from web.desk import timings
from web.desk.access import CHANGE_TEMPLATES, staff_page
from web.desk.messages import caught_channels
from web.desk.navigation import ONLINE_MEETINGS
from web.desk.pages import desk_page
from web.desk.template_editor import TemplateForm, around


@require_safe
@staff_page(CHANGE_TEMPLATES)
def overview(request: HttpRequest) -> HttpResponse:
    """Every message with its switch by channel and the way to its words."""
    is_on = actions.switches()
    own = {str(row).partition(" ")[0] for row in MessageTemplate.objects.all()}
    return desk_page(
        request,
        "desk/messages/settings.html",
        title=gettext_lazy("Email and SMS settings"),
        kinds=[(kind, list(_rows(specs_of(kind), is_on, own))) for kind in shown_kinds()],
        language=request.LANGUAGE_CODE,
        caught=caught_channels(),
        has_meetings=features.is_on(ONLINE_MEETINGS),
        timings=timings.section(),
    )


def shown_kinds() -> tuple[Kind, ...]:
    """The kinds to switch; those of online meetings only while there are any."""
    return (*BOOKING_KINDS, *MEETING_KINDS) if features.is_on(ONLINE_MEETINGS) else BOOKING_KINDS


def _rows(specs: list[MessageSpec], is_on: dict[str, bool], own: set[str]) -> Iterable[tuple]:
    """One row an audience: its name, then (spec, on?, own words?) or None by channel."""
    for audience in Audience:
        by_channel = {spec.channel: spec for spec in specs if spec.audience == audience}
        if by_channel:
            cells = [
                (spec, is_on.get(spec.slug), spec.slug in own) if spec else None
                for spec in (by_channel.get(channel) for channel in Channel)
            ]
            yield audience, zip(Channel, cells, strict=True)


@require_POST
@staff_page(CHANGE_TEMPLATES)
def save_switches(request: HttpRequest) -> HttpResponse:
    """Store every switch as the page showed it; ``kind`` names what was on it."""
    wanted, shown = set(request.POST.getlist("on")), set(request.POST.getlist("kind"))
    actions.set_switches(
        {slug: slug in wanted for slug, spec in MESSAGES.items() if spec.kind.value in shown}
    )
    flash.success(request, _("Saved. The switches count from the next message on."))
    return redirect("desk:message-settings")


@require_POST
@staff_page(CHANGE_TEMPLATES)
def insert_links(request: HttpRequest) -> HttpResponse:
    """One click: the meeting link into confirmations and reminders."""
    changed = actions.insert_meeting_links()
    if changed:
        text = ngettext(
            "The meeting link now stands in %(n)s more text.",
            "The meeting link now stands in %(n)s more texts.",
            changed,
        )
        flash.success(request, text % {"n": changed})
    else:
        flash.info(request, _("The meeting link already stands in all of these texts."))
    return redirect("desk:message-settings")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(CHANGE_TEMPLATES)
def template(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Edit the words of one message in one language."""
    spec = spec_or_404(slug, language)
    now = actions.wording(spec.kind, spec.audience, spec.channel, language)
    form = TemplateForm(request.POST or None, words=now, spec=spec)
    if request.method == "POST" and form.is_valid() and _saved(form, spec, language):
        flash.success(request, _("Saved. The next message goes out in these words."))
        return redirect("desk:message-template", slug, language)
    return _editor(request, form, spec, language, now)


def _editor(
    request: HttpRequest, form: TemplateForm, spec: MessageSpec, language: str, now: Wording
) -> HttpResponse:
    return desk_page(
        request,
        "desk/messages/template.html",
        title=spec.kind.label,
        status=422 if form.errors else 200,
        **around(
            form,
            spec,
            language,
            back_url=reverse("desk:message-settings"),
            language_urls=[
                (code, name, reverse("desk:message-template", args=[spec.slug, code]))
                for code, name in settings.LANGUAGES
            ],
            restore_url=reverse("desk:message-restore", args=[spec.slug, language]),
            is_own=now != shipped(spec.kind, spec.audience, spec.channel, language),
        ),
    )


def _saved(form: TemplateForm, spec: MessageSpec, language: str) -> bool:
    """Store the words; False after noting at each field what cannot stand there."""
    try:
        words = form.words
        actions.save_template(
            spec=spec, language=language, subject=words.subject, body=words.body, html=words.html
        )
    except TemplateRefused as refusal:
        form.note(refusal)
        return False
    return True


@require_POST
@staff_page(CHANGE_TEMPLATES)
def restore(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Go back to the words that ship."""
    actions.restore_template(spec=spec_or_404(slug, language), language=language)
    flash.success(request, _("The original words are back."))
    return redirect("desk:message-template", slug, language)


def spec_or_404(slug: str, language: str) -> MessageSpec:
    if slug not in MESSAGES or language not in dict(settings.LANGUAGES):
        raise Http404
    return MESSAGES[slug]
