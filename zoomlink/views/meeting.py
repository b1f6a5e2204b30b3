"""The page behind a meeting link: it waits, and leads people in when the time comes."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.formats import format_zone
from booking.models import Company
from booking.zones import is_zone
from zoomlink import actions, oauth, tasks
from zoomlink.actions import Door, Phase
from zoomlink.errors import CannotEnter, MeetingNotReady
from zoomlink.views.headers import private
from zoomlink.views.people import is_opened_by_a_person

POLL_SECONDS = 5
RELOAD_SECONDS = 15  # without scripts
LATE = timedelta(seconds=5)  # for the script to be first
FAR = timedelta(hours=12)  # nobody leaves a page open for so long
DAY = timedelta(days=1)
ZONE_COOKIE = "timezone"
# In the form: a host whose start link Zoom does not give joins by the one that everybody has.
AS_GUEST = "as_guest"
_FINAL = {Phase.CANCELLED, Phase.OFFLINE, Phase.OVER}  # an open page need not ask any more
# Where Zoom's own start and join links lead, and go on to.
_ZOOMS_PLACES = (
    "https://zoom.us",
    "https://*.zoom.us",
    "https://*.zoom.com",
    "https://*.zoomgov.com",
)


@require_safe
@private
def meeting(request: HttpRequest, token: str) -> HttpResponse:
    """Wait before the time; at the time send a client on, and show a provider the way in."""
    now = timezone.now()
    door = _door(token, now)
    is_let_in = door.phase is Phase.OPEN and not door.is_host
    if door.booking and door.may_be_entered and is_opened_by_a_person(request):
        actions.note_visit(door.booking, is_let_in=is_let_in, now=now)
    if is_let_in:
        return HttpResponseRedirect(door.destination)
    return _meeting_page(request, door, token, now)


@require_safe
@private
def meeting_status(request: HttpRequest, token: str) -> JsonResponse:
    """Say what the open page should do: nothing of Zoom is in it."""
    now = timezone.now()
    door = _door(token, now)
    return JsonResponse({"phase": door.phase, "note": _note(door, now)})


@require_POST
@private
def meeting_enter(request: HttpRequest, token: str) -> HttpResponse:
    """Let the provider in as host; anybody else, once it is open, as a participant."""
    now = timezone.now()
    door = _door(token, now)
    if not door.may_be_entered:
        return _meeting_page(request, door, token, now, status=409)
    wants_to_host = AS_GUEST not in request.POST
    if door.is_host and wants_to_host and actions.may_enter_as_host(door.session, request.user):
        return _enter_as_host(request, door, token, now)
    if door.phase is Phase.OPEN:
        return HttpResponseRedirect(door.destination)
    return _meeting_page(request, door, token, now, status=403)


def _enter_as_host(request: HttpRequest, door: Door, token: str, now: datetime) -> HttpResponse:
    try:
        return HttpResponseRedirect(actions.enter_as_host(door, now=now))
    except MeetingNotReady as error:
        _wake(error.meeting_id)
        return redirect("zoomlink:meeting", token)
    except CannotEnter:
        transaction.on_commit(tasks.sweep.delay, robust=True)
        text = _("The meeting at Zoom cannot be opened at present. Please try again in a moment.")
        return _meeting_page(request, door, token, now, error=text, status=503)


def _wake(meeting_id: int) -> None:
    transaction.on_commit(lambda: tasks.sync_meeting.delay(meeting_id=meeting_id), robust=True)


def _door(token: str, now: datetime) -> Door:
    door = actions.door_behind(token, now=now)
    if door is None:
        raise Http404
    return door


def _note(door: Door, now: datetime) -> str:
    """What a provider's page says besides, and goes on saying as it changes."""
    if not (door.is_host and door.may_be_entered):
        return ""
    fallback = _("Zoom is not ready: you meet in the fallback room.") if door.is_fallback else ""
    return f"{_who_waits(door, now)} {fallback}".strip()


def _room_with_people(door: Door, now: datetime) -> str:
    return actions.room_with_people(door.session, now=now) if door.may_be_entered else ""


def _who_waits(door: Door, now: datetime) -> str:
    count = actions.waiting_clients(door.session, now=now)
    if not count:
        return ""
    if not door.session.service.is_class:
        return _("Your client is waiting.")
    text = ngettext("%(count)d client is waiting.", "%(count)d clients are waiting.", count)
    return text % {"count": count}


def _meeting_page(
    request: HttpRequest,
    door: Door,
    token: str,
    now: datetime,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    company = Company.objects.current()
    may_enter = door.is_host and actions.may_enter_as_host(door.session, request.user)
    context = {
        "door": door,
        "session": door.session,
        "token": token,
        "company": company,
        "zone": _zone(request, door, company),
        "now": now,
        "is_far": door.session.starts_at - now > FAR,
        "may_enter": may_enter,
        "may_change": door.phase not in _FINAL,
        "poll_seconds": POLL_SECONDS,
        "reload_seconds": RELOAD_SECONDS,
        "note": _note(door, now),
        "room_with_people": _room_with_people(door, now) if may_enter else "",
        "error": error,
    }
    response = render(request, "zoomlink/meeting.html", context, status=status)
    if status == 200 and not may_enter and (seconds := _reload_after(door, now)):
        response["Refresh"] = str(seconds)
    # Entering is a form whose answer leads elsewhere: browsers hold every step of that way
    # against form-action, too.
    response._csp_update = {"form-action": _places_to_enter(door)}  # type: ignore[attr-defined]
    return response


def _reload_after(door: Door, now: datetime) -> int:
    """After how many seconds a page is to come again on whose scripts no one can rely.

    Not all browsers know what the script needs, and those that do hardly run it in a tab
    that nobody looks at. A start by hand is not waited for here: one without any scripts reads
    ``<noscript>``. Not for who may enter as host: only the script can do that for them.
    """
    if door.phase is Phase.WAITING:
        # Browsers count in milliseconds, and do not count on for months.
        return int(min(door.session.starts_at - now + LATE, DAY).total_seconds())
    return RELOAD_SECONDS if door.phase is Phase.NOT_READY else 0


def _zone(request: HttpRequest, door: Door, company: Company) -> ZoneInfo:
    """The zone the visitor chose or their browser named, else the one we know of them."""
    known = door.booking.timezone if door.booking else door.session.provider.timezone
    named = (request.GET.get("zone"), request.COOKIES.get(ZONE_COOKIE), known)
    name = next((name for name in named if is_zone(name)), "")
    zone = ZoneInfo(name) if name else company.zone
    # Browsers may call the company's own zone by an older name, as Europe/Kiev.
    starts_at = door.session.starts_at
    is_companys = format_zone(starts_at, zone, "") == format_zone(starts_at, company.zone, "")
    return company.zone if is_companys else zone


def _places_to_enter(door: Door) -> list[str]:
    """Origins that the answer to the form leads to. Whoever hosts a room may send on."""
    if not (door.is_host and door.may_be_entered):
        return []
    if actions.may_lead_anywhere(door.session):
        return ["https:"]
    return [*_ZOOMS_PLACES, *sorted(oauth.trusted_origins())]
