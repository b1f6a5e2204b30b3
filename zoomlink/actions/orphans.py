"""Deleting meetings that the latest audit found to be nobody's, after a person has said so."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from zoomlink import oauth
from zoomlink.actions.audit import OURS, reference_of
from zoomlink.actions.connection import ask_zoom
from zoomlink.client import Deadline, ZoomClient, ZoomMeetingGone
from zoomlink.errors import NotAnOrphan
from zoomlink.models import Audit, Meeting, ZoomConnection


def latest_audit(connection: ZoomConnection) -> Audit | None:
    return connection.audits.order_by("-ran_at", "-pk").first()


def delete_orphans(zoom_ids: Iterable[int], *, now: datetime) -> None:
    """Delete meetings at Zoom that stand among the orphans of the latest audit.

    Each is read once more before; all of it takes no longer than a page of staff may. Raises
    NotAnOrphan for one that is not listed, or is no longer what it was, and what ``ask_zoom``
    raises; those deleted until then stay so.
    """
    connection = ZoomConnection.objects.current()
    audit = latest_audit(connection) if connection else None
    listed = {orphan["zoom_id"] for orphan in audit.orphans} if audit else set()
    deadline = Deadline(oauth.PAGE_SECONDS)
    for zoom_id in zoom_ids:
        if audit is None or zoom_id not in listed:
            raise NotAnOrphan(_("The latest comparison does not list this meeting."))
        ask_zoom(partial(_delete, zoom_id=zoom_id), now=now, deadline=deadline)
        _strike(audit.pk, zoom_id)


def _delete(client: ZoomClient, zoom_id: int) -> None:
    try:
        found = client.meeting(zoom_id)
    except ZoomMeetingGone:
        return
    reference = reference_of(found)
    is_known = reference is not None and Meeting.objects.filter(reference=reference).exists()
    if is_known or not found.agenda.startswith(OURS):
        raise NotAnOrphan(_("This meeting has changed at Zoom. Compare again, then decide."))
    client.delete_meeting(zoom_id)


@transaction.atomic(durable=True)
def _strike(audit_id: int, zoom_id: int) -> None:
    """Take a meeting off the list, with whatever was taken off it meanwhile."""
    audit = Audit.objects.select_for_update().get(pk=audit_id)
    audit.orphans = [orphan for orphan in audit.orphans if orphan["zoom_id"] != zoom_id]
    audit.save(update_fields=["orphans"])
