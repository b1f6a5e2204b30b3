"""Who came: links that were opened, and what Zoom told of people in meetings."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models import Booking
from zoomlink.models.meetings import Meeting


class MeetingVisit(models.Model):
    """When the page behind one booking's link was opened, and led into the meeting."""

    booking = models.OneToOneField(Booking, related_name="meeting_visit", on_delete=models.CASCADE)
    first_at = models.DateTimeField(_("first opened"))
    last_at = models.DateTimeField(_("last opened"))
    entered_at = models.DateTimeField(_("let in"), null=True)

    class Meta:
        verbose_name = _("visit of a meeting page")
        verbose_name_plural = _("visits of meeting pages")

    def __str__(self):
        return f"{self.booking} {self.last_at:%Y-%m-%d %H:%M} UTC"


class Participation(models.Model):
    """One person's stay in a meeting, as Zoom told it; no name is kept.

    ``participant`` is Zoom's ids of this stay: who comes back begins another. ``joined_at`` is
    the coming, ``left_at`` the leaving, None while they are in; the leaving may be told first.
    """

    meeting = models.ForeignKey(Meeting, related_name="participations", on_delete=models.CASCADE)
    participant = models.CharField(max_length=100)
    is_host = models.BooleanField(default=False)
    joined_at = models.DateTimeField(_("joined"), null=True)
    left_at = models.DateTimeField(_("left"), null=True)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "participant"], name="participation_once")
        ]

    def __str__(self):
        return f"{self.meeting_id}: {self.participant}"
