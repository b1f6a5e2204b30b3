"""Online meetings: the app at Zoom, and every condition that the page *Readiness* shows."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from booking import features
from web.doctor.findings import Finding, ok, problem, warning
from web.doctor.settings import keys_are_usable
from web.health import database_is_migrated
from zoomlink import oauth
from zoomlink.actions import FEATURE, Level, Mend, ask_zoom, check_readiness
from zoomlink.actions.readiness import Check, Pair, webhook_url
from zoomlink.client import ZoomError
from zoomlink.errors import ZoomlinkError
from zoomlink.models import Meeting, ZoomConnection

_ZOOM = "https://zoom.us"
_PAGE = "Custom Features, Online video meetings, Settings"
_WAYS_OUT = {
    Mend.FEATURES: "Enable them in Custom Features.",
    Mend.CONNECTION: f"Authorize in {_PAGE}.",
    Mend.PROVIDERS: f"Choose in {_PAGE}, Providers for meetings.",
    Mend.SERVICE: "Give the service a provider, or hold it in person.",
    Mend.APP: "Change the app at marketplace.zoom.us, then authorize again.",
    Mend.USERS: "Give the user a licence at Zoom, or make the service shorter.",
    Mend.SERVER: "Run the worker and beat; set what is missing.",
    None: "Wait, or plan fewer changes a day.",
}


def findings(*, now: datetime, asks_zoom: bool) -> Iterator[Finding]:
    """``asks_zoom``: let Zoom say who is connected; nothing else here calls it."""
    yield from _app()
    can_look = database_is_migrated() and keys_are_usable()
    if not can_look or not features.is_on(FEATURE):
        return
    yield from _readiness(now)
    if asks_zoom:
        yield _answer(now)


def _app() -> Iterator[Finding]:
    if settings.ZOOM_IS_SIMULATED:
        yield warning(
            "Zoom is the simulator: no meeting is real.",
            "Unset DEBUG, and set ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET.",
        )
        return
    missing = [
        name
        for name in ("ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_WEBHOOK_SECRET")
        if not getattr(settings, name)
    ]
    if missing:
        yield warning(
            f"{', '.join(missing)} not set: online meetings cannot be connected, or do not hear "
            "of changes made at Zoom.",
            "Copy them from your app at marketplace.zoom.us.",
        )
    else:
        yield ok("Zoom's app is given, with the secret of its events.")
    yield ok(
        f"The app at Zoom needs {oauth.redirect_uri()} for redirects, {webhook_url()} for events."
    )
    if settings.ZOOM_OAUTH_URL != _ZOOM:
        yield warning("ZOOM_OAUTH_URL leads to something else than Zoom.", "Unset it.")


def _readiness(now: datetime) -> Iterator[Finding]:
    yield from _keys()
    readiness = check_readiness(now=now)
    yield from (_finding(check, check.text) for check in readiness.general)
    if not readiness.pairs:
        yield warning("No service is held online yet.", f"Tick some in {_PAGE}.")
    for pair in readiness.pairs:
        yield from (_finding(check, f"{_name(pair)}: {check.text}") for check in pair.checks)
    for meeting in readiness.troubled:
        if meeting.state == Meeting.FAILED:
            yield problem(f"No meeting for {meeting.session}: {meeting.last_error}", "See there.")


def _keys() -> Iterator[Finding]:
    """Whether the tokens can still be read: after the loss of a key they cannot."""
    connection = ZoomConnection.objects.current()
    if connection is not None and connection.is_usable and not connection.refresh_token:
        yield problem(
            "ENCRYPTION_KEYS does not open the stored access to Zoom.",
            "Put the former key back at the end of ENCRYPTION_KEYS, or authorize again.",
        )


def _finding(check: Check, text: str) -> Finding:
    if check.level == Level.READY:
        return ok(text)
    tell = problem if check.level == Level.BROKEN else warning
    return tell(text, _WAYS_OUT[check.mend])


def _name(pair: Pair) -> str:
    return f"{pair.service} – {pair.provider}" if pair.provider else str(pair.service)


def _answer(now: datetime) -> Finding:
    try:
        me = ask_zoom(lambda client: client.me(), now=now)
    except (ZoomError, ZoomlinkError) as error:
        return problem(f"Zoom was asked who is connected: {error}", f"Look at {_PAGE}.")
    return ok(f"Zoom answers: connected as {me.email}.")
