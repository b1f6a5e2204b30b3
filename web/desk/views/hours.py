"""Manage > Opening hours: a week at a glance, the company's or one provider's."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.formats import format_zone
from booking.models import Company, Provider, User, WorkingHours
from web.desk.access import SEE_BOOKINGS, staff_page, visible_providers
from web.desk.admin.rules import telling_what_falls_outside
from web.desk.hours import Week, forget, keep, kept_hours
from web.desk.pages import desk_page

# A week is saved as a whole, which may write, change and take away.
CHANGE_HOURS = [f"booking.{verb}_workinghours" for verb in ("add", "change", "delete")]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(SEE_BOOKINGS)
def page(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Show a week, and keep one that was typed: all of it, or with an error none."""
    if request.method == "POST":
        _require_change(request)
    provider = _provider(request, pk)
    if request.method != "POST":
        return _answer_get(request, provider)
    week, error = Week.typed(request.POST), ""
    if not week.has_errors:
        try:
            return _saved(request, provider, week)
        except ValidationError as refusal:
            error = refusal.messages[0]
    return _draw(request, provider, week, error=error, status=422)


@require_POST
@staff_page(SEE_BOOKINGS)
def use_companys(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a provider's own hours away."""
    _require_change(request)
    provider = get_object_or_404(visible_providers(request.user), pk=pk)
    with telling_what_falls_outside(request):
        forget(provider)
    _log(request, provider)
    done = _("%(name)s works the company's opening hours.") % {"name": provider}
    messages.success(request, done)
    return redirect("desk:hours-of", provider.pk)


def _provider(request: HttpRequest, pk: int | None) -> Provider | None:
    """Whose hours; nobody's are the company's."""
    return None if pk is None else get_object_or_404(visible_providers(request.user), pk=pk)


def _require_change(request: HttpRequest) -> None:
    if not request.user.has_perms(CHANGE_HOURS):
        raise PermissionDenied


def _answer_get(request: HttpRequest, provider: Provider | None) -> HttpResponse:
    own = kept_hours(provider)
    if provider is None or own:
        return _draw(request, provider, Week.of(own))
    begins = "own" in request.GET  # with the company's hours, which are kept only when saved
    return _draw(request, provider, Week.of(kept_hours(None)), is_inherited=not begins)


def _saved(request: HttpRequest, provider: Provider | None, week: Week) -> HttpResponse:
    with telling_what_falls_outside(request):
        is_changed = keep(provider, week.hours, shown=request.POST.get("shown", ""))
    if is_changed:
        _log(request, provider)
    messages.success(request, _("The hours are saved."))
    return redirect("desk:hours-of", provider.pk) if provider else redirect("desk:hours")


def _log(request: HttpRequest, provider: Provider | None) -> None:
    """Note in Django's history of the owner who changed the hours."""
    owner = provider or Company.objects.current()
    change = [{"changed": {"fields": [str(WorkingHours._meta.verbose_name)]}}]
    LogEntry.objects.log_actions(
        request.user.pk, [owner], CHANGE, change_message=change, single_object=True
    )


def _draw(
    request: HttpRequest,
    provider: Provider | None,
    week: Week,
    *,
    is_inherited: bool = False,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    kept = Week.of(kept_hours(provider))
    company = Company.objects.current()
    zone = ZoneInfo(provider.timezone) if provider and provider.timezone else company.zone
    return desk_page(
        request,
        "desk/hours.html",
        title=_("Opening hours"),
        status=status,
        provider=provider,
        providers=_to_choose(request.user, provider),
        rows=list(zip(week.days, _behind(provider, zone, company).days, strict=True)),
        error=error or (week.has_errors and _("Nothing is saved yet: look at the marked times.")),
        shown=kept.mark,
        has_own=bool(kept.hours),
        is_inherited=is_inherited,
        may_change=request.user.has_perms(CHANGE_HOURS),
        zone=_in_words(zone, timezone.now()),
    )


def _to_choose(user: User, shown: Provider | None) -> list[Provider]:
    """Active providers, and the one on show, each with whether hours are its own."""
    own = WorkingHours.objects.filter(provider=OuterRef("pk"))
    visible = visible_providers(user).in_order().annotate(has_own_hours=Exists(own))
    return [one for one in visible if one.is_active or one == shown]


def _behind(provider: Provider | None, zone: ZoneInfo, company: Company) -> Week:
    """The company's week, to draw behind a provider's; empty where their clocks differ."""
    has_room = provider is not None and zone.key == company.zone.key
    return Week.of(kept_hours(None) if has_room else [])


def _in_words(zone: ZoneInfo, now: datetime) -> str:
    return format_zone(now, zone, get_language() or "en")
