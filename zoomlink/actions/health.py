"""Seeing that Zoom still lets us in, before a client would notice that it does not."""

from datetime import datetime, timedelta

from zoomlink.actions.connection import LONGEST_NAME, ask_zoom
from zoomlink.client import ZoomError
from zoomlink.errors import ZoomlinkError
from zoomlink.models import ZoomConnection

# An access token lives an hour, so that each check renews the grant, too: Zoom lets a
# refresh token that nobody uses die (after 90 days, by its documentation of 2026).
EVERY = timedelta(hours=1)


def check_health(*, now: datetime) -> bool:
    """Ask Zoom who we are, once an hour, or at once where a renewal's answer was lost.

    True when Zoom was asked. A dead grant is recorded as lost; of any other failure the
    reason is kept until the next check.
    """
    connection = ZoomConnection.objects.usable().first()
    if connection is None or not _is_due(connection, now):
        return False
    found: dict[str, object] = {"checked_at": now}
    try:
        me = ask_zoom(lambda client: client.me(), now=now)
    except (ZoomError, ZoomlinkError) as error:
        found["check_error"] = str(error)[:300]
    else:
        name = me.name[:LONGEST_NAME]
        found |= {"check_error": "", "email": me.email, "display_name": name}
    mine = ZoomConnection.objects.filter(pk=connection.pk, connected_at=connection.connected_at)
    mine.update(**found)
    return True


def _is_due(connection: ZoomConnection, now: datetime) -> bool:
    if connection.refresh_is_uncertain or connection.check_error:
        return True
    return connection.checked_at is None or connection.checked_at + EVERY <= now
