"""Settings → Email and SMS settings: the switches, and the words of each message."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import features
from booking.models import Service
from notifications import actions
from notifications.defaults import Wording, shipped
from notifications.errors import TemplateRefused
from notifications.kinds import (
    BOOKING_KINDS,
    CLASS_KINDS,
    MEETING_KINDS,
    MESSAGES,
    SESSION_KINDS,
    TIMED_KINDS,
    WAITING_KINDS,
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
from web.desk.template_editor import TemplateForm, around, title_of

READERS = (Audience.CLIENT, Audience.PROVIDER, Audience.COMPANY)
_GROUPS = (
    (gettext_lazy("Before and after"), TIMED_KINDS),
    (gettext_lazy("Whole class sessions"), SESSION_KINDS),
    (gettext_lazy("Waiting list"), WAITING_KINDS),
    (gettext_lazy("Online meetings"), MEETING_KINDS),
)


@dataclass(frozen=True)
class Cell:
    """One message among all: is it on (None where times say so), are its words one's own?"""

    spec: MessageSpec
    is_on: bool | None
    is_own: bool

    @property
    def is_as_at_first(self) -> bool:
        return self.is_on in (None, self.spec.default_on)


Row = tuple[Kind, list[Cell | None]]


@require_safe
@staff_page(CHANGE_TEMPLATES)
def overview(request: HttpRequest) -> HttpResponse:
    """Every message with its switch and the way to its words."""
    return desk_page(
        request,
        "desk/messages/settings.html",
        title=gettext_lazy("Email and SMS settings"),
        groups=list(_grouped(_rows())),
        readers=READERS,
        channels=Channel,
        language=request.LANGUAGE_CODE,
        caught=caught_channels(),
        has_meetings=features.is_on(ONLINE_MEETINGS),
        timings=timings.section(),
    )


def shown_kinds() -> tuple[Kind, ...]:
    """The kinds to switch; those of classes and of online meetings only while there are any."""
    of_classes = SESSION_KINDS if features.is_on("classes") else ()
    of_meetings = MEETING_KINDS if features.is_on(ONLINE_MEETINGS) else ()
    return (*BOOKING_KINDS, *of_classes, *of_meetings)


def kinds_about(service: Service | None) -> tuple[Kind, ...]:
    """Those of ``shown_kinds`` that can come up for a service; all of them for any (None)."""
    if service is None or service.is_class:
        return shown_kinds()
    return tuple(kind for kind in shown_kinds() if kind not in CLASS_KINDS)


def _rows() -> Iterator[Row]:
    """Each kind with its cells by reader and channel, None where there is no such message."""
    is_on = actions.switches()
    own = {str(row).partition(" ")[0] for row in MessageTemplate.objects.all()}
    for kind in shown_kinds():
        specs = {(spec.audience, spec.channel): spec for spec in specs_of(kind)}
        found = [specs.get((reader, channel)) for reader in READERS for channel in Channel]
        yield (
            kind,
            [s and Cell(s, is_on.get(s.slug), s.slug in own) for s in found],
        )


def _grouped(rows: Iterable[Row]) -> Iterator[tuple[str | Promise, list[Row]]]:
    """What is told of a booking first; the other groups only with what they have."""
    rest = list(rows)
    apart = []
    for title, kinds in _GROUPS:
        apart.append((title, [row for row in rest if row[0] in kinds]))
        rest = [row for row in rest if row[0] not in kinds]
    yield gettext_lazy("Bookings"), rest
    yield from (group for group in apart if group[1])


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
def restore_all(request: HttpRequest) -> HttpResponse:
    """Give up all switches and words of one's own; times and flexible texts stay."""
    actions.restore_all()
    flash.success(request, _("Switches and words are as they were at first."))
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
        title=title_of(spec),
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
