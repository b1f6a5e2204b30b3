"""What happened. Only ``booking.events`` writes here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.people import User
from booking.models.sessions import Booking, Session


class Event(models.Model):
    """What happened, once and for all: the history of a booking and the audit trail."""

    BOOKED, RESCHEDULED, CANCELLED = "booked", "rescheduled", "cancelled"
    HELD, REQUESTED = "held", "requested"
    APPROVED, DECLINED, EXPIRED = "approved", "declined", "expired"
    LABELLED, ATTENDANCE_NOTED, COMMENTED = "labelled", "attendance_noted", "commented"
    SESSION_SCHEDULED, SESSION_MOVED = "session_scheduled", "session_moved"
    SESSION_CAPACITY_CHANGED = "session_capacity_changed"
    SESSION_CANCELLED = "session_cancelled"
    FEATURE_ENABLED, FEATURE_DISABLED = "feature_enabled", "feature_disabled"
    ZOOM_CONNECTED, ZOOM_DISCONNECTED = "zoom_connected", "zoom_disconnected"
    ZOOM_CONNECTION_LOST = "zoom_connection_lost"
    MEETING_FAILED = "meeting_failed"
    LINK_ADDED, LINK_REMOVED = "link_added", "link_removed"
    MEETING_CHOSEN, MEETING_SETTINGS_CHANGED = "meeting_chosen", "meeting_settings_changed"
    ZOOM_LEAVING, ZOOM_USER_MISSING = "zoom_leaving", "zoom_user_missing"
    MEETING_GONE = "meeting_gone"
    MEETING_STARTED, MEETING_ENDED = "meeting_started", "meeting_ended"
    FALLBACK_USED, FALLBACK_ENDED = "fallback_used", "fallback_ended"
    CLIENT_WAITS = "client_waits"
    MEETING_NOT_READY = "meeting_not_ready"
    WAITING_JOINED, WAITING_LEFT = "waiting_joined", "waiting_left"
    RESTORED = "restored"
    CLIENTS_MERGED = "clients_merged"
    CLIENT_CHANGED, CLIENT_ERASED = "client_changed", "client_erased"
    KINDS = [
        (BOOKED, _("Booked")),
        (RESCHEDULED, _("Moved")),
        (CANCELLED, _("Cancelled")),
        (HELD, _("Held")),
        (REQUESTED, _("Asked for approval")),
        (APPROVED, _("Approved")),
        (DECLINED, _("Declined")),
        (EXPIRED, _("Expired")),
        (LABELLED, _("Label changed")),
        (ATTENDANCE_NOTED, _("Attendance noted")),
        (COMMENTED, _("Comment changed")),
        (SESSION_SCHEDULED, _("Session scheduled")),
        (SESSION_MOVED, _("Session moved")),
        (SESSION_CAPACITY_CHANGED, _("Places changed")),
        (SESSION_CANCELLED, _("Session cancelled")),
        (FEATURE_ENABLED, _("Feature enabled")),
        (FEATURE_DISABLED, _("Feature disabled")),
        (ZOOM_CONNECTED, _("Zoom connected")),
        (ZOOM_DISCONNECTED, _("Zoom disconnected")),
        (ZOOM_CONNECTION_LOST, _("Zoom connection lost")),
        (MEETING_FAILED, _("Meeting could not be made")),
        (LINK_ADDED, _("Meeting link added")),
        (LINK_REMOVED, _("Meeting link removed")),
        (MEETING_CHOSEN, _("Way of meeting chosen")),
        (MEETING_SETTINGS_CHANGED, _("Settings of meetings changed")),
        (ZOOM_LEAVING, _("Logout from Zoom begun")),
        (ZOOM_USER_MISSING, _("Zoom user no longer there")),
        (MEETING_GONE, _("Meeting deleted at Zoom")),
        (MEETING_STARTED, _("Meeting started")),
        (MEETING_ENDED, _("Meeting ended")),
        (FALLBACK_USED, _("Fallback room used")),
        (FALLBACK_ENDED, _("Fallback room no longer needed")),
        (CLIENT_WAITS, _("Client waits for the provider")),
        (MEETING_NOT_READY, _("Meeting not ready")),
        (WAITING_JOINED, _("Joined the waiting list")),
        (WAITING_LEFT, _("Left the waiting list")),
        (RESTORED, _("Cancellation undone")),
        (CLIENTS_MERGED, _("Clients merged")),
        (CLIENT_CHANGED, _("Client changed their details")),
        (CLIENT_ERASED, _("Client erased their data")),
    ]

    kind = models.CharField(_("what"), max_length=40, choices=KINDS)
    session = models.ForeignKey(
        Session, related_name="events", null=True, blank=True, on_delete=models.PROTECT
    )
    booking = models.ForeignKey(
        Booking, related_name="events", null=True, blank=True, on_delete=models.PROTECT
    )
    actor = models.ForeignKey(
        User,
        verbose_name=_("by"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,  # or a history would say that the client did it
        help_text=_("Empty: the client, or the system."),
    )
    details = models.JSONField(_("details"), default=dict, blank=True)
    occurred_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["occurred_at"], name="event_time")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.occurred_at:%Y-%m-%d %H:%M} UTC"
