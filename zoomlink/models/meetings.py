"""What Zoom has for each session, as far as we know."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models import Session
from zoomlink.encryption import EncryptedTextField
from zoomlink.models.connection import ZoomConnection


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def due(self, now: datetime):
        """Those that no worker holds and that wait for no later attempt."""
        return self.filter(
            models.Q(claimed_until__isnull=True) | models.Q(claimed_until__lte=now),
            models.Q(next_attempt_at__isnull=True) | models.Q(next_attempt_at__lte=now),
        )

    def try_at_once(self) -> None:
        """Wait no longer: what made an attempt fail may be gone."""
        self.exclude(next_attempt_at=None).update(next_attempt_at=None)


class Meeting(models.Model):
    """What Zoom has for one session, as far as we know. What it should have is computed.

    ``sent`` is the specification that Zoom last accepted; ``is_uncertain`` says that a
    creation was begun whose outcome is not known yet. ``reference`` stands in the
    meeting's agenda, so that it can be found again. ``noted_at`` is when something last
    happened to the session, ``verified_at`` when the meeting was last read at Zoom, None
    until it is; ``must_verify`` asks for that: somebody may have changed or deleted it there.
    ``link_announced`` is whether all clients were told of a link; None until the first
    look after the booking. ``started_at`` and ``ended_at`` are what Zoom told us.
    """

    ABSENT, READY, FAILED, UNLINKED = "absent", "ready", "failed", "unlinked"
    STATES = [
        (ABSENT, _("None")),
        (READY, _("Ready")),
        (FAILED, _("Failed")),
        (UNLINKED, _("Zoom is not connected")),
    ]
    LEASE = timedelta(seconds=120)  # longer than all timeouts of one sync together

    session = models.OneToOneField(Session, related_name="meeting", on_delete=models.PROTECT)
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=ABSENT)
    connection = models.ForeignKey(
        ZoomConnection, null=True, related_name="meetings", on_delete=models.PROTECT
    )
    zoom_id = models.BigIntegerField(null=True)  # 9 to 11 digits, above 2**31
    host_id = models.CharField(max_length=64, blank=True)
    join_url = EncryptedTextField(blank=True)
    sent = models.JSONField(default=dict)
    is_uncertain = models.BooleanField(default=False)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_error = models.CharField(_("error"), max_length=300, blank=True)
    noted_at = models.DateTimeField(null=True)
    must_verify = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True)
    link_announced = models.BooleanField(null=True)
    fallback_told_at = models.DateTimeField(null=True)
    fallback_entered_at = models.DateTimeField(_("host in the fallback room"), null=True)
    client_waits_told_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(_("started at Zoom"), null=True)
    ended_at = models.DateTimeField(_("ended at Zoom"), null=True)
    started_by_host_at = models.DateTimeField(_("started by the provider"), null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")

    def __str__(self):
        return f"{self.session}: {self.get_state_display()}"

    def is_due(self, now: datetime) -> bool:
        """As ``MeetingQuerySet.due``."""
        moments = (self.claimed_until, self.next_attempt_at)
        return all(moment is None or moment <= now for moment in moments)

    @property
    def is_at_zoom(self) -> bool:
        return self.zoom_id is not None

    @property
    def agenda(self) -> str:
        return f"zustrich:{self.reference}"
