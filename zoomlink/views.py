"""The way to Zoom and back, and the page behind every meeting link."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from booking.models import Company
from zoomlink import actions, oauth
from zoomlink.actions import Door, Phase
from zoomlink.client import (
    ZoomAppMisconfigured,
    ZoomCodeRejected,
    ZoomError,
    ZoomUnavailable,
    origin_of,
)
from zoomlink.errors import CannotEnter, NotConnected, SignInRefused, ZoomlinkError

SETTINGS_PAGE = "desk:online-meetings"
POLL_SECONDS = 5


def _may_connect(view):
    """Staff who hold *Connect Zoom*; anybody else who is signed in gets 403."""
    allowed = permission_required("zoomlink.manage_online_meetings", raise_exception=True)
    return staff_member_required(allowed(view))


@require_POST
@_may_connect
def authorize(request: HttpRequest) -> HttpResponse:
    """Send the administrator to sign in at Zoom."""
    if not settings.ZOOM_CLIENT_ID:
        messages.error(request, _("Give ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET first."))
        return redirect(SETTINGS_PAGE)
    try:
        actions.refuse_second_connection()
    except ZoomlinkError as error:
        messages.error(request, str(error))
        return redirect(SETTINGS_PAGE)
    return redirect(oauth.begin(request.session, now=timezone.now()))


@require_GET
@_may_connect
def callback(request: HttpRequest) -> HttpResponse:
    """Take the administrator back from Zoom; the state makes this GET single-use."""
    try:
        verifier = oauth.redeem(request.session, request.GET.get("state", ""), now=timezone.now())
    except SignInRefused as error:
        return render(request, "zoomlink/sign_in_refused.html", {"reason": error}, status=400)
    if not request.GET.get("code"):
        messages.warning(request, _("Zoom was not connected: the access was not allowed there."))
        return redirect(SETTINGS_PAGE)
    _connect(request, verifier)
    return redirect(SETTINGS_PAGE)


def _connect(request: HttpRequest, verifier: str) -> None:
    """Exchange the code and say how it went."""
    try:
        connection = actions.connect(
            code=request.GET["code"], verifier=verifier, actor=request.user, now=timezone.now()
        )
    except ZoomlinkError as error:
        messages.error(request, str(error))
    except ZoomError as error:
        messages.error(request, _reason(error))
    else:
        messages.success(request, _("Zoom is connected: %(user)s.") % {"user": connection})


def _reason(error: ZoomError) -> str:
    if isinstance(error, ZoomCodeRejected):
        return _("Zoom did not accept the sign-in any more. Please press Authorize again.")
    if isinstance(error, ZoomAppMisconfigured):
        return _("Zoom does not know our app. Check ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET.")
    if isinstance(error, ZoomUnavailable):
        return _("Zoom does not answer at present. Nothing was changed; please try again later.")
    return _("Zoom refused: %(reason)s") % {"reason": error}


@require_POST
@_may_connect
def logout(request: HttpRequest) -> HttpResponse:
    """Leave Zoom: tokens are erased here, and revoked there if Zoom answers."""
    try:
        is_revoked = actions.disconnect(actor=request.user, now=timezone.now())
    except NotConnected as error:
        messages.error(request, str(error))
        return redirect(SETTINGS_PAGE)
    if is_revoked:
        messages.success(request, _("Logged out. Zoom has withdrawn our access."))
    else:
        messages.warning(request, actions.revoke_failed_text())
    return redirect(SETTINGS_PAGE)


def _private(view):
    """A token opens it: kept out of caches, search engines and referrers."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


def _door(token: str) -> Door:
    door = actions.door_behind(token, now=timezone.now())
    if door is None:
        raise Http404
    return door


@require_safe
@_private
def meeting(request: HttpRequest, token: str) -> HttpResponse:
    """Wait before the time; at the time send a client on, and show a provider the way in."""
    door = _door(token)
    if door.phase is Phase.OPEN and not door.is_host:
        return redirect(door.destination)
    return _meeting_page(request, door, token)


def _meeting_page(
    request: HttpRequest, door: Door, token: str, *, error: str = "", status: int = 200
) -> HttpResponse:
    company = Company.objects.current()
    context = {
        "door": door,
        "phase": door.phase.value,
        "session": door.session,
        "booking": door.booking,
        "token": token,
        "company": company,
        "zone": (door.booking and door.booking.timezone) or company.timezone,
        "may_enter": door.is_host and actions.may_enter_as_host(door.session, request.user),
        "poll_seconds": POLL_SECONDS,
        "error": error,
    }
    response = render(request, "zoomlink/meeting.html", context, status=status)
    # Entering is a form whose answer leads to Zoom: browsers hold redirects of a form
    # against form-action, too.
    response._csp_update = {"form-action": _entrances(door)}
    return response


def _entrances(door: Door) -> list[str]:
    own = actions.own_link_of(door.session)
    places = {"https://*.zoom.us", "https://zoom.us", *oauth.trusted_origins()}
    return sorted(places | ({origin_of(own)} if own else set()))


@require_safe
@_private
def meeting_status(request: HttpRequest, token: str) -> JsonResponse:
    """Say what the open page should do: nothing of Zoom is in it."""
    return JsonResponse({"phase": _door(token).phase.value})


@require_POST
@_private
def meeting_enter(request: HttpRequest, token: str) -> HttpResponse:
    """Let the provider in as host; anybody else with the host link as a participant."""
    door = _door(token)
    if not actions.may_enter_as_host(door.session, request.user):
        if door.phase is Phase.OPEN:
            return redirect(door.destination)
        return _meeting_page(request, door, token, status=403)
    try:
        return redirect(actions.enter_as_host(door, now=timezone.now()))
    except CannotEnter:
        text = _("Zoom does not let the host in at present. Try again in a moment.")
        return _meeting_page(request, door, token, error=text, status=503)
