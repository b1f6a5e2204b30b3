"""The connection to a Zoom account, and the users of that account."""

from datetime import datetime

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import User
from zoomlink.encryption import EncryptedTextField
from zoomlink.scopes import are_of_single_user, missing


class ConnectionQuerySet(models.QuerySet["ZoomConnection"]):
    def connected(self):
        """The current connection if it works: to ask whether there is one, without its tokens."""
        return self.filter(is_current=True, state=ZoomConnection.CONNECTED)

    def usable(self):
        """The current connection while Zoom may be asked: connected, or just leaving."""
        return self.filter(is_current=True, state__in=ZoomConnection.USABLE)

    def current(self) -> "ZoomConnection | None":
        """The connection in force, working or lost; None before Authorize and after Logout."""
        return self.filter(is_current=True).first()


class ZoomConnection(models.Model):
    """One Zoom account, authorised by one of its users. At most one is current.

    The row of an account stays after *Logout*, without tokens, so that connecting the
    same account again finds who was who. *Leaving* lasts while the meetings to come are
    being deleted, before the access is given back. ``refresh_is_uncertain`` says that Zoom
    was asked for a new pair of tokens and its answer was lost. Until ``paused_until`` the
    account has used up its calls of the day.
    """

    CONNECTED, LEAVING, LOST, CLOSED = "connected", "leaving", "lost", "closed"
    STATES = [
        (CONNECTED, _("Connected")),
        (LEAVING, _("Logging out")),
        (LOST, _("Needs reconnecting")),
        (CLOSED, _("Logged out")),
    ]

    USABLE = (CONNECTED, LEAVING)

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
    refreshed_at = models.DateTimeField(null=True)
    refresh_is_uncertain = models.BooleanField(default=False)
    checked_at = models.DateTimeField(_("last checked"), null=True)
    check_error = models.CharField(_("last check"), max_length=300, blank=True)
    paused_until = models.DateTimeField(_("calls of the day used up, until"), null=True)
    leaving_since = models.DateTimeField(null=True)
    left_by = models.ForeignKey(
        User,
        verbose_name=_("logged out by"),
        null=True,
        related_name="+",
        on_delete=models.SET_NULL,
    )
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
    def is_leaving(self) -> bool:
        return self.state == self.LEAVING

    @property
    def is_usable(self) -> bool:
        """Whether Zoom may be asked: while connected, and until everything is cleared away."""
        return self.state in self.USABLE

    def is_paused(self, now: datetime) -> bool:
        """Whether Zoom takes no more calls for the account today."""
        return self.paused_until is not None and now < self.paused_until

    def address_of(self, host_id: str) -> str:
        """How a host is named in a path: an app of one user may not even use that user's id."""
        return "me" if host_id == self.user_id else host_id

    @property
    def is_of_single_user(self) -> bool:
        """Whether the app is user-managed: it knows its own user, and no shared access."""
        return are_of_single_user(self.scopes.split())

    @property
    def scopes_to_add(self) -> list[tuple[str, Promise]]:
        """The needed scopes that were not granted, each with what it is for."""
        return list(missing(self.scopes.split()))

    @property
    def missing_scopes(self) -> list[str]:
        """The names of the needed scopes that were not granted."""
        return [name for name, _purpose in self.scopes_to_add]


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
