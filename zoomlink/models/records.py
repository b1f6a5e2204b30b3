"""What is kept of the traffic with Zoom: calls of a day, deliveries, audits and trials."""

import uuid
from datetime import date, datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models import User
from zoomlink.models.connection import ZoomConnection


class HostDay(models.Model):
    """How many meetings of one host were created or changed on one day (UTC)."""

    connection = models.ForeignKey(ZoomConnection, related_name="days", on_delete=models.CASCADE)
    host_id = models.CharField(max_length=64)
    day: "models.DateField[date, date]" = models.DateField()
    writes = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("day of a host")
        verbose_name_plural = _("days of hosts")
        constraints = [
            models.UniqueConstraint(fields=["connection", "host_id", "day"], name="host_day_once")
        ]

    def __str__(self):
        return f"{self.host_id} {self.day}: {self.writes}"


class WebhookDelivery(models.Model):
    """An event that Zoom sent, until it is handled and for some weeks after.

    ``key`` is the same for every repetition. ``facts`` holds what we act on, and no link,
    passcode or name.
    """

    key = models.CharField(max_length=64, unique=True)
    event = models.CharField(max_length=60)
    event_at = models.DateTimeField()
    received_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    handled_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery from Zoom")
        verbose_name_plural = _("deliveries from Zoom")
        indexes = [
            models.Index(
                fields=["received_at"],
                name="webhook_unhandled",
                condition=models.Q(handled_at__isnull=True),
            )
        ]

    def __str__(self):
        return f"{self.event} {self.event_at:%Y-%m-%d %H:%M:%S} UTC"


class Audit(models.Model):
    """One comparison of all that stands at Zoom with all that we know of.

    ``orphans`` are meetings with a reference of ours that no session here knows:
    ``{"zoom_id", "host_id", "host", "topic", "starts_at"}`` each.
    """

    connection = models.ForeignKey(ZoomConnection, related_name="audits", on_delete=models.CASCADE)
    ran_at = models.DateTimeField(_("ran"))
    checked = models.PositiveIntegerField(_("meetings compared"), default=0)
    missing = models.PositiveIntegerField(_("missing at Zoom"), default=0)
    removed = models.PositiveIntegerField(_("duplicates deleted"), default=0)
    orphans = models.JSONField(_("orphans"), default=list)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("audit of meetings")
        verbose_name_plural = _("audits of meetings")
        get_latest_by = "ran_at"

    def __str__(self):
        return f"{self.ran_at:%Y-%m-%d %H:%M} UTC"


class Trial(models.Model):
    """One test of the connection: a meeting created, read, changed and deleted for real.

    ``steps`` are ``{"name", "seconds", "error"}`` in their order; ``zoom_id`` is set while the
    meeting of the test stands at Zoom.
    """

    PATIENCE = timedelta(minutes=10)  # nobody waits longer for a worker
    LEASE = timedelta(seconds=120)  # longer than a worker may take for one task

    started_at = models.DateTimeField(_("started"))
    started_by = models.ForeignKey(
        User, verbose_name=_("started by"), null=True, on_delete=models.SET_NULL
    )
    begun_at = models.DateTimeField(_("taken up by a worker"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    steps = models.JSONField(default=list)
    zoom_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("test of the connection")
        verbose_name_plural = _("tests of the connection")
        get_latest_by = "started_at"

    def __str__(self):
        return f"{self.started_at:%Y-%m-%d %H:%M} UTC"

    def is_under_way(self, now: datetime) -> bool:
        """Whether a worker has it in hand, or may still take it up."""
        if self.finished_at is not None:
            return False
        if self.begun_at is None:
            return now < self.started_at + self.PATIENCE
        return now < self.begun_at + self.LEASE

    @property
    def agenda(self) -> str:
        """What stands at Zoom: the same for whoever looks for what a test has left there."""
        name = f"{self.pk} {self.started_at.isoformat()}"
        return f"zustrich:test:{uuid.uuid5(uuid.NAMESPACE_OID, name)}"
