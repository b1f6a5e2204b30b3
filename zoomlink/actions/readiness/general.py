"""The conditions that all meetings share: the connection, its rights, events and workers."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from zoomlink.actions.readiness.reports import Check, Level, Mend, written
from zoomlink.actions.signs import last_call, last_sweep
from zoomlink.models import WebhookDelivery, ZoomConnection

SWEEP_IS_OVERDUE = timedelta(minutes=5)
# Without these there is no meeting to go to, in either kind of app.
NO_MEETING_WITHOUT = ("meeting:write:meeting", "meeting:read:meeting")


def webhook_url() -> str:
    """Where the app at Zoom sends its events."""
    return f"{settings.SITE_URL}/zoom/webhook/"


def heard_events() -> dict[str, datetime]:
    """When Zoom last sent each kind of event."""
    last = WebhookDelivery.objects.values_list("event").annotate(Max("received_at"))
    return dict(last.order_by("event"))


def general_checks(
    connection: ZoomConnection | None,
    heard: dict[str, datetime],
    *,
    without_zoom: Level,
    now: datetime,
) -> Iterator[Check]:
    """``without_zoom``: how bad it is to have no connection."""
    yield _connection(connection, without_zoom, now)
    if connection is not None and connection.is_connected:
        yield from _scopes(connection)
        yield _events(heard)
    yield _workers(now)


def _connection(connection: ZoomConnection | None, without_zoom: Level, now: datetime) -> Check:
    if connection is None:
        return Check(without_zoom, _("Zoom is not connected."), Mend.CONNECTION)
    if connection.state == ZoomConnection.LOST:
        reason = connection.lost_reason or _("Zoom refuses our access.")
        text = _("The connection to Zoom is lost: %(reason)s")
        return Check(Level.BROKEN, text % {"reason": reason}, Mend.CONNECTION)
    if connection.is_leaving:
        text = _("Logging out of Zoom: no meetings are made any more.")
        return Check(without_zoom, text, Mend.CONNECTION)
    return _working(connection, now)


def _working(connection: ZoomConnection, now: datetime) -> Check:
    until = connection.paused_until
    if until is not None and now < until:
        text = _("Zoom takes no more calls for this account until %(moment)s.")
        return Check(Level.BROKEN, text % {"moment": written(until)})
    if connection.check_error:
        text = _("The last check of the connection failed: %(error)s")
        return Check(Level.WARNING, text % {"error": connection.check_error}, Mend.CONNECTION)
    return Check(Level.READY, _("Zoom is connected as %(who)s.") % {"who": connection})


def _scopes(connection: ZoomConnection) -> Iterator[Check]:
    missing = connection.scopes_to_add
    for scope, purpose in missing:
        level = Level.BROKEN if scope.startswith(NO_MEETING_WITHOUT) else Level.WARNING
        text = _("The app at Zoom lacks the permission “%(scope)s”, needed %(purpose)s.")
        yield Check(level, text % {"scope": scope, "purpose": purpose}, Mend.APP)
    if not missing:
        yield Check(Level.READY, _("The app at Zoom has the permissions it needs."))


def _events(heard: dict[str, datetime]) -> Check:
    if not settings.ZOOM_WEBHOOK_SECRET:
        text = _("ZOOM_WEBHOOK_SECRET is not set: what happens at Zoom is not heard here.")
        return Check(Level.WARNING, text, Mend.SERVER)
    called_at = last_call()
    if not heard and called_at is not None:
        text = _("Zoom reaches us, last %(moment)s; no event that matters has come yet.")
        return Check(Level.READY, text % {"moment": written(called_at)})
    if not heard:
        text = _(
            "No event has come from Zoom yet, so early starts and who came are not seen. Check "
            "the event address of the app at Zoom: %(address)s"
        )
        return Check(Level.WARNING, text % {"address": webhook_url()}, Mend.APP)
    last = max(heard.values())
    return Check(
        Level.READY, _("Events come from Zoom, last %(moment)s.") % {"moment": written(last)}
    )


def _workers(now: datetime) -> Check:
    swept_at = last_sweep()
    if swept_at is not None and now < swept_at + SWEEP_IS_OVERDUE:
        return Check(Level.READY, _("Workers look after the meetings every minute."))
    text = _("No worker looks after the meetings. Start the worker and beat.")
    if swept_at is not None:
        text = _("No worker has looked after the meetings since %(moment)s.")
        text %= {"moment": written(swept_at)}
    return Check(Level.BROKEN, text, Mend.SERVER)
