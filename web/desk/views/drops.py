"""A tile that was dragged, pulled or moved by keys: the server judges, and answers in words.

200 says what was done and how it is undone, 409 why not and which ways there are, 422 which
field makes no sense. Nothing was changed unless it is 200.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import actions
from booking.errors import BookingError, NotBookable, Outdated, SlotTaken
from booking.models import Booking, Provider, Service, Session
from notifications.actions import silence_move, unheard_news
from web.desk.access import (
    CHANGE_BOOKINGS,
    staff_page,
    visible_bookings,
    visible_providers,
    visible_sessions,
)
from web.desk.answers import is_quiet, next_of
from web.desk.drop_forms import DropForm
from web.desk.moments import describe, shifted_by
from web.desk.obstacles import obstacles
from web.desk.overriding import is_overriding
from web.desk.series import ONE, REST, scopes_of
from web.desk.telling import telling
from web.desk.templatetags.desk import start
from web.desk.undo import of_move, of_session_move
from web.desk.views.changes import ways_to_move
from web.desk.views.classes import question


class Target(NamedTuple):
    """Where a session is to go, and how long it is to be; ``length`` None: as it is."""

    starts_at: datetime
    provider: Provider
    length: timedelta | None

    @property
    def duration(self) -> dict[str, timedelta]:
        return {"duration": self.length} if self.length else {}


@require_POST
@staff_page(CHANGE_BOOKINGS)
def booking(request: HttpRequest, pk: int) -> JsonResponse:
    """Move an appointment, or make it longer or shorter; 404 for a place in a class."""
    found = get_object_or_404(visible_bookings(request.user).with_people(), pk=pk)
    if found.session.service.is_class:
        raise Http404
    form = _form(request)
    if not form.is_valid():
        return _wrong(form)
    try:
        target = _target(found.session, form.cleaned_data)
        return _moved(request, found, _move(request, found, target, form.cleaned_data["revision"]))
    except ValidationError as skipped:
        return _refused(" ".join(skipped.messages))
    except BookingError as refusal:
        return _refusal_of_booking(request, found, target, refusal)


@require_POST
@staff_page(CHANGE_BOOKINGS)
def session(request: HttpRequest, pk: int) -> JsonResponse:
    """Move one class session with everybody in it; asks first whom that concerns."""
    rows = visible_sessions(request.user).select_related("service", "provider")
    found = get_object_or_404(rows, pk=pk, service__kind=Service.CLASS)
    form = _form(request)
    if not form.is_valid():
        return _wrong(form)
    try:
        target, revision = _target(found, form.cleaned_data), form.cleaned_data["revision"]
        if found.revision != revision:
            raise Outdated
        if asked := _question(request, found, target):
            return JsonResponse(asked, status=409)
        return _session_moved(request, found, _move_session(request, found, target, revision))
    except ValidationError as skipped:
        return _refused(" ".join(skipped.messages))
    except BookingError as refusal:
        return _refusal_of_session(request, found, target, refusal)


@require_POST
@staff_page(CHANGE_BOOKINGS)
def tell_nobody(request: HttpRequest, pk: int) -> JsonResponse:
    """Let nobody be told of the move just made, if that has not gone out yet."""
    found = get_object_or_404(visible_bookings(request.user), pk=pk)
    if request.POST.get("revision") != str(found.revision):
        return _refused(str(Outdated()))
    if not silence_move(found, now=timezone.now()):
        return _refused(_("It is too late: the messages have gone out."))
    return JsonResponse({"said": _("Nobody is told.")})


def _form(request: HttpRequest) -> DropForm:
    return DropForm(request.POST, providers=visible_providers(request.user).active())


def _wrong(form: DropForm) -> JsonResponse:
    """Which fields make no sense: a fault of the page, not of who dragged."""
    return JsonResponse({"wrong": form.errors}, status=422)


def _refused(text: str, **ways: object) -> JsonResponse:
    return JsonResponse({"refused": text, **ways}, status=409)


def _target(moved: Session, chosen: dict) -> Target:
    """Raises ValidationError for a start or an end that the clocks skip."""
    shift = {name: chosen[name] or 0 for name in ("days", "minutes")}
    starts_at = shifted_by(moved.starts_at, **shift)
    length = None
    if chosen["end_minutes"]:
        length = shifted_by(moved.ends_at, minutes=chosen["end_minutes"]) - moved.starts_at
    return Target(starts_at, chosen["provider"] or moved.provider, length)


def _other_provider(moved: Session, target: Target) -> int | None:
    return None if target.provider.pk == moved.provider_id else target.provider.pk


def _move(request: HttpRequest, found: Booking, target: Target, revision: int) -> Booking:
    _require_given_by(target.provider, found.session)
    return actions.reschedule(
        booking_id=found.pk,
        starts_at=target.starts_at,
        provider_id=_other_provider(found.session, target),
        expected_revision=revision,
        overrides_rules=is_overriding(request, target.starts_at),
        is_quiet=is_quiet(request),
        actor=request.user,
        now=timezone.now(),
        **target.duration,
    )


def _move_session(request: HttpRequest, found: Session, target: Target, revision: int) -> Session:
    _require_given_by(target.provider, found)
    moved = actions.move_class_session(
        session_id=found.pk,
        starts_at=target.starts_at,
        provider_id=_other_provider(found, target),
        expected_revision=revision,
        is_quiet=is_quiet(request),
        actor=request.user,
        now=timezone.now(),
        **target.duration,
    )
    return moved[0]


def _require_given_by(provider: Provider, moved: Session) -> None:
    """Raises NotBookable, in words, unless it stays or the provider gives the service."""
    if provider.pk == moved.provider_id or provider.services.contains(moved.service):
        return
    names = {"provider": provider.name, "service": moved.service.name}
    raise NotBookable(_("%(provider)s does not give %(service)s.") % names)


def _moved(request: HttpRequest, was: Booking, moved: Booking) -> JsonResponse:
    values = {"client": moved.client, "when": describe(moved.session)}
    undo = of_move(request.user, was, moved, is_quiet=is_quiet(request))
    is_owed = bool(undo) and not is_quiet(request) and unheard_news(moved).exists()
    hush = reverse("desk:booking-tell-nobody", args=[moved.pk]) if is_owed else ""
    said = _("Moved: %(client)s, %(when)s.") % values
    return JsonResponse(
        {
            "said": f"{said} {telling(moved, now=timezone.now())}",
            "undo": undo,
            "hush": hush,
            "revision": moved.revision,
        }
    )


def _session_moved(request: HttpRequest, was: Session, moved: Session) -> JsonResponse:
    text = _("Moved: %(client)s, %(when)s.")
    said = text % {"client": was.service.name, "when": describe(moved)}
    if is_quiet(request):
        said = _("%(done)s Nobody is told.") % {"done": said}
    undo = of_session_move(request.user, was, moved, is_quiet=is_quiet(request))
    return JsonResponse({"said": said, "undo": undo})


def _refusal_of_booking(
    request: HttpRequest, found: Booking, target: Target, refusal: BookingError
) -> JsonResponse:
    """Why not, what stands there, and the ways on that the form would offer too."""
    form = reverse("desk:booking-move", args=[found.pk])
    if isinstance(refusal, Outdated):
        return _refused(str(refusal))
    chosen = {"starts_at": target.starts_at, "provider": target.provider}
    if target.length:
        chosen["length"] = target.length // timedelta(minutes=1)
    ways = ways_to_move(request, refusal, found, chosen)
    way_out = ways["way_out"]
    return _refused(
        _why(refusal, target),
        because=_because(request, found.session, target, refusal),
        nearest=[
            {
                "name": start(slot.starts_at),
                "url": _form_at(request, form, target._replace(starts_at=slot.starts_at)),
            }
            for slot in ways["nearest"]
        ],
        others=_form_at(request, form, target),
        override=way_out.start if way_out else "",
        note=way_out.note if way_out else "",
    )


def _refusal_of_session(
    request: HttpRequest, found: Session, target: Target, refusal: BookingError
) -> JsonResponse:
    form = reverse("desk:session-move", args=[found.pk])
    return _refused(
        _why(refusal, target),
        because=_because(request, found, target, refusal),
        others=_form_at(request, form, target),
    )


def _why(refusal: BookingError, target: Target) -> str:
    if isinstance(refusal, NotBookable) and target.starts_at <= timezone.now():
        return _("This time has passed.")
    if isinstance(refusal, SlotTaken):
        return _("Another session is in the way, or the time kept free around it.")
    return str(refusal)


def _because(
    request: HttpRequest, moved: Session, target: Target, refusal: BookingError
) -> list[str]:
    return obstacles(
        request.user,
        refusal,
        moved,
        provider=target.provider,
        starts_at=target.starts_at,
        length=target.length or moved.duration,
        now=timezone.now(),
    )


def _form_at(request: HttpRequest, form: str, target: Target, **more: str) -> str:
    """The address of the form that can do the same, filled in."""
    shown = timezone.localtime(target.starts_at)
    values = {
        "provider": target.provider.pk,
        "date": shown.date().isoformat(),
        "time": f"{shown:%H:%M}",
        "fold": shown.fold,
        "next": next_of(request),
        **more,
    }
    if target.length:
        values["length"] = target.length // timedelta(minutes=1)
    return f"{form}?{urlencode(values)}"


def _question(request: HttpRequest, found: Session, target: Target) -> dict[str, object]:
    """What to ask before it is moved: of people who are told, and of the rest of a series."""
    scopes = {scope.name: scope for scope in scopes_of(found, request.user, now=timezone.now())}
    asked = question(request, scopes[ONE])
    if REST not in scopes and not asked:
        return {}
    answer = asked.get("confirms", f"{ONE}:{scopes[ONE].people}")
    if request.POST.get("confirmed") == answer or is_quiet(request):
        return {}
    form = reverse("desk:session-move", args=[found.pk])
    return {
        "asks": asked.get("question") or _("This session is one of a series. Move it alone?"),
        "confirms": answer,
        "yes": _("Only this session") if REST in scopes else asked["yes"],
        "tells": bool(asked),
        "rest": _form_at(request, form, target, scope=REST) if REST in scopes else "",
    }
