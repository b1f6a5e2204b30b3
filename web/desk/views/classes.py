"""Scheduling sessions of classes, moving them, and changing their places."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from booking import actions, features
from booking.errors import BookingError, CapacityBelowTaken, SeriesClashes, WrongValue
from booking.formats import format_date, format_time
from booking.models import Provider, Service, Session
from web.desk.access import (
    ADD_BOOKINGS,
    CHANGE_BOOKINGS,
    staff_page,
    visible_providers,
    visible_sessions,
)
from web.desk.answers import back_to, draw_form, form_page, is_quiet, next_of, say_done
from web.desk.class_forms import MoveSessionForm, SessionForm, SessionPlacesForm
from web.desk.forms import length_in
from web.desk.moments import LAST_DAY, day_in, describe
from web.desk.pages import desk_page
from web.desk.series import ONE, REST, Scope, planned_dates, scopes_of
from web.desk.undo import of_session, of_session_move
from web.desk.views.changes import prefilled


@form_page
@staff_page(ADD_BOOKINGS)
def new_session(request: HttpRequest) -> HttpResponse:
    """Schedule a session of a class, or a series once its dates were seen.

    404 while *Classes* is off.
    """
    if not features.is_on("classes"):
        raise Http404
    form = SessionForm(
        _without_clashes(request.POST) if request.method == "POST" else None,
        initial=_first_values(request),
        providers=visible_providers(request.user).active().in_order(),
        now=timezone.now(),
    )
    if form.is_valid() and "edit" not in request.POST:
        try:
            return _series(request, form) if form.rule else _single(request, form)
        except BookingError as refusal:
            _tell(form, refusal)
    title = gettext_lazy("New class session")
    return draw_form(request, form, title=title, save=_("Schedule"))


def _first_values(request: HttpRequest) -> dict[str, object]:
    names = ("service", "provider", "length")
    known = {name: request.GET[name] for name in names if name in request.GET}
    day = day_in(request.GET.get("date")) or timezone.localdate()
    last = min(day + timedelta(weeks=11), LAST_DAY)
    times = {"date": day.isoformat(), "until": last.isoformat(), "weekdays": [day.weekday()]}
    return {**known, **times, "time": request.GET.get("time", "")}


def _without_clashes(posted):
    """Add the dates that a preview found taken, if its button was pressed, to the exceptions."""
    if not posted.get("leave_out"):
        return posted
    values = posted.copy()
    values["except_on"] = ", ".join(filter(None, [posted.get("except_on"), posted["leave_out"]]))
    return values


def _single(request: HttpRequest, form: SessionForm) -> HttpResponse:
    chosen = form.cleaned_data
    session = actions.schedule_session(
        starts_at=chosen["starts_at"], **length_in(chosen), **_asked(request, form)
    )
    undo = of_session(request.user, session)
    say_done(request, _("Scheduled: %s.") % describe(session), undo=undo)
    return redirect(back_to(request, session.starts_at))


def _series(request: HttpRequest, form: SessionForm) -> HttpResponse:
    """Show the dates first; with *confirmed*, schedule them all."""
    if "confirmed" not in request.POST:
        return _preview(request, form)
    try:
        made = actions.schedule_series(rule=form.rule, **_asked(request, form))
    except SeriesClashes as refusal:
        messages.error(request, str(refusal))
        return _preview(request, form)
    number = len(made.sessions)
    text = ngettext("%(n)d session is scheduled.", "%(n)d sessions are scheduled.", number)
    messages.success(request, text % {"n": number})
    return redirect(next_of(request) or "desk:sessions")


def _asked(request: HttpRequest, form: SessionForm) -> dict[str, object]:
    chosen = form.cleaned_data
    return {
        "service_id": chosen["service"].pk,
        "provider_id": chosen["provider"].pk,
        "capacity": chosen["places"],
        "actor": request.user,
        "now": timezone.now(),
    }


def _preview(request: HttpRequest, form: SessionForm) -> HttpResponse:
    chosen = form.cleaned_data
    dates = planned_dates(form.rule, chosen["service"], chosen["provider"], now=form.now)
    clashing = [planned.day.isoformat() for planned in dates if planned.is_clashing]
    return desk_page(
        request,
        "desk/series.html",
        title=gettext_lazy("New class session"),
        form=form,
        dates=dates,
        number=sum(planned.is_scheduled for planned in dates),
        clashing=clashing,
        next=next_of(request),
    )


def _tell(form: SessionForm, refusal: BookingError) -> None:
    """Put a refusal where it belongs: at the field at fault, or above the form."""
    if isinstance(refusal, WrongValue) and refusal.field == "last_on":
        form.add_error("until", _("No date is left in this series."))
    else:
        at = "places" if isinstance(refusal, WrongValue) else None
        form.add_error(at, str(refusal))


@form_page
@staff_page(CHANGE_BOOKINGS)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a class session, or the rest of its series; asks first if people are told."""
    session = _class_session(request, pk)
    scopes = scopes_of(session, request.user, now=timezone.now())
    form = MoveSessionForm(
        request.POST if request.method == "POST" else None,
        initial={**_present_place(session), **prefilled(request)},
        providers=_providers_for(request, session),
        scopes=scopes,
    )
    asked: dict[str, object] = {}
    if form.is_valid():
        scope = _chosen_scope(scopes, form)
        if not (asked := question(request, scope)):
            try:
                return _moved(request, session, form, rest_of_series=scope.name == REST)
            except BookingError as refusal:
                form.add_error(None, _in_full(refusal))
    about = f"{session.service}, {describe(session)}"
    title = gettext_lazy("Move class session")
    asked["asks_to_tell"] = True
    return draw_form(request, form, title=title, about=about, save=_("Move"), **asked)


def _class_session(request: HttpRequest, pk: int) -> Session:
    sessions = visible_sessions(request.user).select_related("service", "provider")
    return get_object_or_404(sessions, pk=pk, service__kind=Service.CLASS)


def _present_place(session: Session) -> dict[str, object]:
    starts_at = timezone.localtime(session.starts_at)
    return {
        "scope": ONE,
        "provider": session.provider_id,
        "date": starts_at.date().isoformat(),
        "time": f"{starts_at:%H:%M}",
        "fold": str(starts_at.fold),
        "length": session.duration // timedelta(minutes=1),
    }


def _providers_for(request: HttpRequest, session: Session) -> QuerySet[Provider]:
    of_class = visible_providers(request.user).active().filter(services=session.service)
    return (of_class | Provider.objects.filter(pk=session.provider_id)).distinct().in_order()


def _chosen_scope(scopes: list[Scope], form: MoveSessionForm) -> Scope:
    name = form.cleaned_data.get("scope", ONE)
    return next(scope for scope in scopes if scope.name == name)


def question(request: HttpRequest, scope: Scope) -> dict[str, object]:
    """What to ask before people are told; nothing once it was answered for just these."""
    answer = f"{scope.name}:{scope.people}"
    is_answered = request.POST.get("confirmed") == answer
    if not scope.people or is_answered or is_quiet(request):
        return {}
    text = ngettext(
        "%(n)d client is told of the move. Go on?",
        "%(n)d clients are told of the move. Go on?",
        scope.people,
    )
    return {"question": text % {"n": scope.people}, "confirms": answer, "yes": _("Yes, move")}


def _moved(
    request: HttpRequest, session: Session, form: MoveSessionForm, *, rest_of_series: bool
) -> HttpResponse:
    provider, starts_at = form.cleaned_data["provider"], form.cleaned_data["starts_at"]
    sessions = actions.move_class_session(
        session_id=session.pk,
        starts_at=starts_at,
        provider_id=None if provider.pk == session.provider_id else provider.pk,
        rest_of_series=rest_of_series,
        is_quiet=is_quiet(request),
        actor=request.user,
        now=timezone.now(),
        **length_in(form.cleaned_data, usual=session.duration),
    )
    number = len(sessions)
    text = ngettext("%(n)d session is moved.", "%(n)d sessions are moved.", number)
    quiet = is_quiet(request)
    of_one = None if rest_of_series else sessions[0]
    undo = of_session_move(request.user, session, of_one, is_quiet=quiet) if of_one else ""
    say_done(request, text % {"n": number}, undo=undo)
    return redirect(back_to(request, starts_at))


def _in_full(refusal: BookingError) -> str:
    """A refusal, with the times at which it would clash."""
    if not isinstance(refusal, SeriesClashes):
        return str(refusal)
    zone, language = timezone.get_current_timezone(), get_language() or "en"
    days = [
        f"{format_date(start, zone, language, short=True)}, {format_time(start, zone, language)}"
        for start in refusal.starts
    ]
    return f"{refusal} {'; '.join(days)}"


@form_page
@staff_page(CHANGE_BOOKINGS)
def places(request: HttpRequest, pk: int) -> HttpResponse:
    """Change how many places a session has."""
    session = _class_session(request, pk)
    form = SessionPlacesForm(request.POST or None, initial={"places": session.capacity})
    if form.is_valid():
        try:
            actions.set_capacity(
                session_id=session.pk,
                capacity=form.cleaned_data["places"],
                actor=request.user,
                now=timezone.now(),
            )
        except BookingError as refusal:
            is_of_field = isinstance(refusal, CapacityBelowTaken | WrongValue)
            form.add_error("places" if is_of_field else None, str(refusal))
        else:
            messages.success(request, _("The places are saved."))
            return redirect(next_of(request) or reverse("desk:session", args=[pk]))
    about = f"{session.service}, {describe(session)}"
    return draw_form(request, form, title=gettext_lazy("Places of a session"), about=about)
