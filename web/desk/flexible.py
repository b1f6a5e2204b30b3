"""Settings → Flexible notifications: what a service or a provider tells otherwise."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.conf import settings
from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import features
from booking.models import Provider, Service
from notifications import actions
from notifications.errors import TemplateRefused
from notifications.kinds import FLEXIBLE, MESSAGES, Choice, MessageSpec
from notifications.models import FlexibleRule
from web.desk.access import CHANGE_TEMPLATES, View, staff_page, visible_bookings
from web.desk.levels import Level, LevelForm, level_or_404
from web.desk.message_settings import kinds_about, spec_or_404
from web.desk.pages import ROWS_A_PAGE, desk_page
from web.desk.template_editor import TemplateForm, around, title_of


def flexible_page(view: View) -> View:
    """For those who may change templates; 404 while *Flexible notifications* is off."""

    @staff_page(CHANGE_TEMPLATES)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not features.is_on(FLEXIBLE):
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except (Service.DoesNotExist, Provider.DoesNotExist):  # deleted at this moment
            raise Http404 from None

    return guarded


@require_safe
@flexible_page
def overview(request: HttpRequest) -> HttpResponse:
    """Which services and providers have rules, and the way to those of any."""
    return _overview(request, LevelForm())


def _overview(request: HttpRequest, form: LevelForm) -> HttpResponse:
    page = Paginator(_counted(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return desk_page(
        request,
        "desk/messages/flexible.html",
        title=gettext_lazy("Flexible notifications"),
        status=422 if form.errors else 200,
        form=form,
        page=page,
        rows=list(_rows(page.object_list)),
    )


def _counted():
    """Levels with their numbers of rules: services with their pairs, then providers."""
    rules = FlexibleRule.objects.values("service_id", "provider_id").annotate(
        told=Count("pk", filter=Q(is_muted=False)), muted=Count("pk", filter=Q(is_muted=True))
    )
    service = F("service__position"), F("service__name"), F("service_id")
    provider = F("provider__position"), F("provider__name"), F("provider_id")
    return rules.order_by(
        *(part.asc(nulls_last=True) for part in service),
        *(part.asc(nulls_first=True) for part in provider),
    )


def _rows(counted) -> Iterator[tuple[Level, int, int]]:
    """Each level with its numbers of messages in own words and of those not sent."""
    services = Service.objects.in_bulk({row["service_id"] for row in counted} - {None})
    providers = Provider.objects.in_bulk({row["provider_id"] for row in counted} - {None})
    for row in counted:
        level = Level(services.get(row["service_id"]), providers.get(row["provider_id"]))
        yield level, row["told"], row["muted"]


@require_http_methods(["GET", "HEAD", "POST"])
@flexible_page
def manage(request: HttpRequest) -> HttpResponse:
    """What one level makes of each message."""
    form = LevelForm(request.GET)
    if not form.is_valid():
        return _overview(request, form)
    level = form.level
    if request.method == "POST":
        actions.set_choices(_changed(request), **level.ids)
        flash.success(request, _("Saved. It counts from the next message on."))
        return redirect(level.url)
    stances = actions.stances_at(**level.ids, kinds=kinds_about(level.service))
    return desk_page(
        request,
        "desk/messages/flexible_manage.html",
        title=str(level),
        level=level,
        kinds=list(_by_kind(level, stances)),
        choices=Choice,
    )


def _by_kind(level: Level, stances: Iterable[actions.Stance]) -> Iterator[tuple]:
    """Each kind with its lines, and with those of them where something was chosen here."""
    for kind, of_kind in groupby(stances, key=lambda stance: stance.spec.kind):
        lines = [_line(level, stance) for stance in of_kind]
        yield kind, lines, [line for line in lines if line["stance"].choice != Choice.INHERIT]


def _changed(request: HttpRequest) -> dict[str, str]:
    """What was chosen here; what stayed as the page showed it may have been changed by others."""
    chosen = {slug: request.POST.get(slug, "") for slug in MESSAGES}
    return {
        slug: choice
        for slug, choice in chosen.items()
        if choice in Choice.values and choice != request.POST.get(f"was-{slug}")
    }


def _line(level: Level, stance: actions.Stance) -> dict[str, object]:
    above = stance.above
    return {
        "stance": stance,
        "spec": stance.spec,
        "above": Level.of(above, level.service, level.provider) if above is not None else None,
        "texts": [
            (code, name, code in stance.languages, _text_url(level, stance.spec, code))
            for code, name in settings.LANGUAGES
        ],
    }


def _text_url(level: Level, spec: MessageSpec, language: str) -> str:
    return level.address_of("flexible-text", spec.slug, language)


@require_http_methods(["GET", "HEAD", "POST"])
@flexible_page
def text(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Edit the words of a level in one language; it begins with those it inherits."""
    spec, level = spec_or_404(slug, language), level_or_404(request)
    words, is_own = actions.words_at(spec, language, **level.ids)
    form = TemplateForm(request.POST or None, words=words, spec=spec)
    if request.method == "POST" and form.is_valid() and _saved(request, form, spec, language):
        return redirect(_text_url(level, spec, language))
    return desk_page(
        request,
        "desk/messages/flexible_text.html",
        title=title_of(spec),
        status=422 if form.errors else 200,
        level=level,
        is_muted=FlexibleRule.objects.filter(
            kind=spec.kind, audience=spec.audience, channel=spec.channel, is_muted=True, **level.ids
        ).exists(),
        **around(
            form,
            spec,
            language,
            back_url=level.url,
            language_urls=[
                (code, name, _text_url(level, spec, code)) for code, name in settings.LANGUAGES
            ],
            restore_url=level.address_of("flexible-forget", spec.slug, language),
            is_own=is_own,
        ),
    )


def _saved(request: HttpRequest, form: TemplateForm, spec: MessageSpec, language: str) -> bool:
    """Store the words; False after noting at each field what cannot stand there."""
    words, level = form.words, level_or_404(request)
    try:
        rule = actions.save_flexible_text(
            spec=spec,
            language=language,
            subject=words.subject,
            body=words.body,
            html=words.html,
            **level.ids,
        )
    except TemplateRefused as refusal:
        form.note(refusal)
        return False
    if rule.is_muted:
        flash.warning(request, _("Saved. The message is still set to “Do not send”."))
    else:
        flash.success(request, _("Saved. The next message goes out in these words."))
    return True


@require_POST
@flexible_page
def forget(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Give up own words in one language."""
    spec, level = spec_or_404(slug, language), level_or_404(request)
    actions.forget_flexible_text(spec=spec, language=language, **level.ids)
    flash.success(request, _("The inherited words stand again."))
    return redirect(_text_url(level, spec, language))


@require_safe
@flexible_page
def of_booking(request: HttpRequest, pk: int) -> HttpResponse:
    """Each message of a booking: whether it is sent, and whose words win."""
    bookings = visible_bookings(request.user).with_people()
    booking = get_object_or_404(bookings, pk=pk)
    service, provider = booking.session.service, booking.session.provider
    verdicts = actions.verdicts_for(booking, kinds_about(service))
    told = [verdict for verdict in verdicts if verdict.is_sent or verdict.decided_by is not None]
    return desk_page(
        request,
        "desk/messages/flexible_booking.html",
        title=gettext_lazy("Whose words"),
        booking=booking,
        lines=[_verdict_line(verdict, service, provider) for verdict in told],
        silent=[verdict for verdict in verdicts if verdict not in told],
    )


def _verdict_line(
    verdict: actions.Verdict, service: Service, provider: Provider
) -> dict[str, object]:
    decided, worded = (
        Level.of(rule, service, provider) if rule is not None else None
        for rule in (verdict.decided_by, verdict.worded_by)
    )
    spec, language = verdict.spec, verdict.language
    return {
        "verdict": verdict,
        "decided": decided,
        "worded": worded,
        "language": dict(settings.LANGUAGES)[language],
        "text_url": _text_url(worded, spec, language) if worded is not None else "",
    }
