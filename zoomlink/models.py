"""What is known of Zoom: the connection, its users, who is who, and the meetings."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models import Provider, Session, User
from zoomlink.encryption import EncryptedTextField

# The granular scopes of an admin-managed app that some call of ours needs, each with
# the older, broader scope that also allows it (Zoom's documentation, "Granular scopes").
NEEDED_SCOPES = {
    "user:read:user:admin": "user:read:admin",
    "user:read:list_users:admin": "user:read:admin",
    "meeting:write:meeting:admin": "meeting:write:admin",
    "meeting:update:meeting:admin": "meeting:write:admin",
    "meeting:delete:meeting:admin": "meeting:write:admin",
    "meeting:update:status:admin": "meeting:write:admin",
    "meeting:read:meeting:admin": "meeting:read:admin",
    "meeting:read:list_meetings:admin": "meeting:read:admin",
}


class ConnectionQuerySet(models.QuerySet["ZoomConnection"]):
    def connected(self):
        """The current connection if it works: to ask whether there is one, without its tokens."""
        return self.filter(is_current=True, state=ZoomConnection.CONNECTED)

    def current(self) -> "ZoomConnection | None":
        """The connection in force, working or lost; None before Authorize and after Logout."""
        return self.filter(is_current=True).first()


class ZoomConnection(models.Model):
    """One Zoom account, authorised by one of its users. At most one is current.

    The row of an account stays after *Logout*, without tokens, so that connecting the
    same account again finds who was who.
    """

    CONNECTED, LOST, CLOSED = "connected", "lost", "closed"
    STATES = [
        (CONNECTED, _("Connected")),
        (LOST, _("Needs reconnecting")),
        (CLOSED, _("Logged out")),
    ]

    account_id = models.CharField(max_length=64, unique=True)
    user_id = models.CharField(max_length=64)
    email = models.EmailField(_("Zoom user"))
    display_name = models.CharField(_("name"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=CONNECTED)
    is_current = models.BooleanField(default=True)
    lost_reason = models.CharField(_("reason"), max_length=300, blank=True)
    scopes = models.TextField(blank=True)
    shares_access = models.BooleanField(_("all users of the account"), null=True)
    api_url = models.URLField(max_length=200, blank=True)
    access_token = EncryptedTextField(blank=True)
    refresh_token = EncryptedTextField(blank=True)
    token_version = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField(null=True)
    refresh_claimed_until = models.DateTimeField(null=True)
    connected_by = models.ForeignKey(
        User, verbose_name=_("connected by"), null=True, on_delete=models.SET_NULL
    )
    connected_at = models.DateTimeField(_("connected"))

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Zoom connection")
        verbose_name_plural = _("Zoom connections")
        permissions = [("manage_online_meetings", _("Connect Zoom"))]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=models.Q(is_current=True),
                name="zoom_connection_one_current",
            ),
            models.CheckConstraint(
                condition=models.Q(is_current=True)
                | models.Q(access_token="", refresh_token="", state="closed"),
                name="zoom_connection_closed_without_tokens",
            ),
        ]

    def __str__(self):
        return self.display_name or self.email

    @property
    def is_connected(self) -> bool:
        return self.state == self.CONNECTED

    @property
    def missing_scopes(self) -> list[str]:
        """The needed scopes that were not granted, in neither the new nor the old form."""
        granted = set(self.scopes.split())
        return [
            scope
            for scope, older in NEEDED_SCOPES.items()
            if not granted & {scope, older, scope.removesuffix(":admin")}
        ]


class ZoomUser(models.Model):
    """A user of the connected account, as Zoom last listed it."""

    connection = models.ForeignKey(ZoomConnection, related_name="users", on_delete=models.CASCADE)
    zoom_id = models.CharField(max_length=64)
    email = models.EmailField()
    name = models.CharField(max_length=200, blank=True)
    is_licensed = models.BooleanField(default=False)
    is_missing = models.BooleanField(_("no longer at Zoom"), default=False)

    class Meta:
        verbose_name = _("Zoom user")
        verbose_name_plural = _("Zoom users")
        constraints = [
            models.UniqueConstraint(fields=["connection", "zoom_id"], name="zoom_user_once")
        ]

    def __str__(self):
        return f"{self.name} ({self.email})" if self.name else self.email


class ProviderMeeting(models.Model):
    """How a provider meets clients online. No row means *None*."""

    NONE, ZOOM, OWN_LINK = "none", "zoom", "own_link"
    ENGINES = [(NONE, _("None")), (ZOOM, _("Zoom")), (OWN_LINK, _("Own link"))]

    provider = models.OneToOneField(
        Provider, related_name="meeting_choice", on_delete=models.CASCADE
    )
    engine = models.CharField(_("meets by"), max_length=10, choices=ENGINES, default=NONE)
    zoom_user = models.ForeignKey(
        ZoomUser,
        verbose_name=_("Zoom user"),
        related_name="providers",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    own_link = models.URLField(_("own link"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("provider for meetings")
        verbose_name_plural = _("providers for meetings")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(engine="own_link") | ~models.Q(own_link=""),
                name="provider_meeting_own_link_given",
            )
        ]

    def __str__(self):
        return f"{self.provider}: {self.get_engine_display()}"


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
    meeting's agenda, so that it can be found again.
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
