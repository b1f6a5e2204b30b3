"""Who wants to hear of bookings, and what they were sent. Only ``webhooks.actions`` writes here."""

from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from booking.models import Booking, Client, Event, User
from webhooks.addresses import AddressRefused, require_plausible
from webhooks.client import LONGEST_EXCERPT
from webhooks.kinds import Pause, Reason, label_of
from webhooks.signing import new_secret
from zoomlink.encryption import EncryptedTextField


def new_uid() -> str:
    """Return the name of a delivery: the same at every attempt to send."""
    return f"msg_{uuid4().hex}"


def validate_address(url: str) -> None:
    """Raise ValidationError for what is no address, or one that nothing is sent to."""
    try:
        require_plausible(url)
    except AddressRefused as refusal:
        problem = refusal.problem.value
        raise ValidationError(Reason(problem).label, code=problem) from None


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def paused(self):
        """Those that ought to get something, and do not."""
        return self.filter(is_active=True).exclude(paused_at=None)

    def in_order(self):
        return self.order_by("name", "pk")


class Endpoint(models.Model):
    """An address that is told of bookings.

    ``events`` lists names of ``EVENT_TYPES``. A former secret signs beside the new one until
    ``former_until``. ``failures`` counts attempts that failed since the last that did not, the
    first of them ``failing_since``; while ``rests_until`` is to come nothing is tried. What is
    ``paused_at`` some moment waits for somebody to resume it.
    """

    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(_("address"), max_length=500, validators=[validate_address])
    events = models.JSONField(_("what it is told of"), default=list)
    sends_manage_link = models.BooleanField(_("send the client's own link"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    secret = EncryptedTextField(default=new_secret, editable=False)
    former_secret = EncryptedTextField(blank=True, editable=False)
    former_until = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    rests_until = models.DateTimeField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True, editable=False)
    pause_reason = models.CharField(max_length=10, choices=Pause, blank=True, editable=False)
    created_by = models.ForeignKey(
        User, related_name="+", null=True, blank=True, editable=False, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("added"), default=now, editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        default_permissions = ("change", "view")

    def __str__(self):
        return self.name

    def secrets_at(self, at: datetime) -> list[str]:
        """The secrets that sign now, the newest first; none where no key opens them."""
        is_overlap = self.former_until is not None and at < self.former_until
        known = [self.secret, self.former_secret if is_overlap else ""]
        return [secret for secret in known if secret]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def claimable(self, at: datetime):
        """Waiting and due, or claimed by somebody who never came back."""
        return self.filter(
            Q(state=Delivery.WAITING, next_attempt_at__lte=at)
            | Q(state=Delivery.SENDING, claimed_until__lte=at)
        )

    def let_out(self, at: datetime):
        """Those whose endpoint may be tried; a test is tried in any case."""
        is_rested = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=at)
        return self.filter(Q(is_test=True) | (is_rested & Q(endpoint__paused_at=None)))

    def ended(self):
        return self.filter(state__in=Delivery.ENDED)

    def about(self, client_ids: list[int]):
        return self.filter(Q(booking__client__in=client_ids) | Q(client__in=client_ids))

    def newest_first(self):
        return self.order_by("-created_at", "-pk")

    def without_bodies(self):
        """For lists: what was sent is most of a row."""
        return self.defer("body", "answer")


class Delivery(models.Model):
    """One webhook to one endpoint, from being owed to its end.

    ``key`` says what it is for, so that nothing is owed twice. ``body`` is written at the
    first attempt, and is the same at all of them. ``tries`` tells of each attempt:
    ``{"at": ISO 8601, "status": of HTTP or null, "reason": a Reason or ""}``; ``status`` and
    ``reason`` are those of the last, ``answer`` the beginning of what came back.
    """

    WAITING, SENDING = "waiting", "sending"
    SENT, FAILED, SKIPPED = "sent", "failed", "skipped"
    STATES = [
        (WAITING, _("Waiting")),
        (SENDING, _("Being sent")),
        (SENT, _("Sent")),
        (FAILED, _("Failed")),
        (SKIPPED, _("Skipped")),
    ]
    ENDED = (SENT, FAILED, SKIPPED)

    endpoint = models.ForeignKey(Endpoint, related_name="deliveries", on_delete=models.CASCADE)
    key = models.CharField(max_length=80, unique=True, editable=False)
    uid = models.CharField(max_length=40, unique=True, default=new_uid, editable=False)
    kind = models.CharField(_("what"), max_length=30)
    is_test = models.BooleanField(_("test"), default=False, editable=False)
    event = models.ForeignKey(
        Event, related_name="+", null=True, blank=True, on_delete=models.CASCADE
    )
    booking = models.ForeignKey(
        Booking, related_name="webhooks", null=True, blank=True, on_delete=models.CASCADE
    )
    client = models.ForeignKey(
        Client, related_name="webhooks", null=True, blank=True, on_delete=models.CASCADE
    )
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=WAITING)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    tries = models.JSONField(default=list, blank=True, editable=False)
    body = models.TextField(blank=True)
    status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    answer = models.CharField(max_length=LONGEST_EXCERPT, blank=True)
    ended_at = models.DateTimeField(_("finished"), null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"), default=now, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ()  # whoever may change endpoints
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_until__isnull=False),
                name="webhook_sending_is_claimed",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="waiting"), name="webhook_waiting"
            ),
            models.Index(
                fields=["claimed_until"], condition=Q(state="sending"), name="webhook_sending"
            ),
            models.Index(fields=["-created_at"], name="webhook_newest"),
            models.Index(
                fields=["ended_at"], condition=Q(ended_at__isnull=False), name="webhook_ended"
            ),
        ]

    def __str__(self):
        return self.key

    @property
    def has_ended(self) -> bool:
        return self.state in self.ENDED

    @property
    def label(self):
        return label_of(self.kind)

    @property
    def reason_text(self) -> str:
        """What came of the last attempt, in words; nothing before the first."""
        return outcome_text(self.status, self.reason)


def outcome_text(status: int | None, reason: str) -> str:
    """What came of an attempt, in words."""
    if reason:
        return str(Reason(reason).label)
    if status is None:
        return ""
    if 300 <= status < 400:
        return _now("Answered %(status)d, and leads elsewhere, which is not followed.") % {
            "status": status
        }
    return _now("Answered %(status)d.") % {"status": status}
