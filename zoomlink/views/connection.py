"""Authorize, the way back from Zoom, and Logout."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from zoomlink import actions, oauth
from zoomlink.client import (
    ZoomAppMisconfigured,
    ZoomCodeRejected,
    ZoomError,
    ZoomGrantDead,
    ZoomRateLimited,
    ZoomScopeMissing,
    ZoomTokenExpired,
    ZoomUnavailable,
)
from zoomlink.errors import NotConnected, SignInRefused, ZoomlinkError
from zoomlink.views.headers import forgets_query, private

SETTINGS_PAGE = "desk:online-meetings"
_TAKEN_BACK = gettext_lazy("Zoom took the access back at once. Please press Authorize again.")
# What Zoom may answer on the way back, and the way out of it.
REASONS: list[tuple[type[ZoomError], Promise]] = [
    (
        ZoomCodeRejected,
        gettext_lazy("Zoom did not accept the sign-in any more. Please press Authorize again."),
    ),
    (
        ZoomAppMisconfigured,
        gettext_lazy(
            "Zoom does not accept our app: %(reason)s. Check ZOOM_CLIENT_ID and "
            "ZOOM_CLIENT_SECRET, and that the redirect URL of the app is exactly %(address)s"
        ),
    ),
    (
        ZoomScopeMissing,
        gettext_lazy(
            "The app at Zoom lacks permissions (scopes): %(scopes)s. Add them to the app there, "
            "then press Authorize again."
        ),
    ),
    (ZoomGrantDead, _TAKEN_BACK),
    (ZoomTokenExpired, _TAKEN_BACK),
    (
        ZoomRateLimited,
        gettext_lazy(
            "Zoom takes no more calls from this account at present. Nothing was changed; please "
            "press Authorize again later."
        ),
    ),
    (
        ZoomUnavailable,
        gettext_lazy(
            "Zoom does not answer at present. Nothing was changed; please try again later."
        ),
    ),
]
OTHER_REASON = gettext_lazy(
    "Zoom refused: %(reason)s. Nothing was changed; please press Authorize again."
)


def _may_connect(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Staff who hold *Connect Zoom*; anybody else who is signed in gets 403."""
    allowed = permission_required("zoomlink.manage_online_meetings", raise_exception=True)
    return staff_member_required(allowed(view))


@_may_connect
@require_POST
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
@private  # its address holds a code
@forgets_query
@_may_connect
def callback(request: HttpRequest) -> HttpResponse:
    """Take the administrator back from Zoom; the state makes this GET single-use."""
    try:
        verifier = oauth.redeem(request.session, request.GET.get("state", ""), now=timezone.now())
    except SignInRefused as error:
        facts = {"reason": error, "site_url": settings.SITE_URL}
        return render(request, "zoomlink/sign_in_refused.html", facts, status=400)
    # Used up before Zoom is asked, which may take a while: the page may be loaded twice.
    request.session.save()
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
    """What Zoom did not like, and the way out."""
    text = next((text for kind, text in REASONS if isinstance(error, kind)), OTHER_REASON)
    said = str(error).rstrip(".")
    scopes = ", ".join(sorted(getattr(error, "scopes", ()))) or said
    return text % {"reason": said, "scopes": scopes, "address": oauth.redirect_uri()}


@_may_connect
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Leave Zoom: at once, or after the coming meetings are deleted where that is wished."""
    try:
        if request.POST.get("meetings") == "delete":
            _leave_in_order(request)
        else:
            _leave_at_once(request)
    except NotConnected as error:
        messages.error(request, str(error))
    return redirect(SETTINGS_PAGE)


def _leave_in_order(request: HttpRequest) -> None:
    """Workers delete first; with nothing to delete, or no way to, there is no need to wait."""
    try:
        coming = actions.begin_leaving(now=timezone.now(), actor=request.user)
    except NotConnected:
        coming = 0  # nothing, or a lost connection, which can still be left
    if not coming:
        _leave_at_once(request)
        return
    text = ngettext(
        "Logging out: %(number)s coming meeting is deleted at Zoom first.",
        "Logging out: %(number)s coming meetings are deleted at Zoom first.",
        coming,
    )
    messages.info(request, text % {"number": coming})


def _leave_at_once(request: HttpRequest) -> None:
    """Tokens are erased here, and revoked there if Zoom answers."""
    if actions.disconnect(actor=request.user, now=timezone.now()):
        messages.success(request, _("Logged out. Zoom has withdrawn our access."))
    else:
        messages.warning(request, actions.revoke_failed_text())
