"""The ledger of every message owed or sent. Only ``notifications.actions`` writes it."""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from booking.models import Booking, Event, Provider, Session, User, WaitingEntry
from notifications.calendar_files import CalendarFile
from notifications.kinds import MESSAGES, Audience, Channel, Kind, Reason
from notifications.models.settings import Timing


def new_message_id() -> str:
    """Return a Message-ID (RFC 5322, section 3.6.4): the same at every attempt to send."""
    return f"<{uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>"


class MessageQuerySet(models.QuerySet["Message"]):
    def claimable(self, at: datetime):
        """Owed and due, or claimed by somebody who never came back."""
        return self.filter(
            Q(state=Message.OWED, next_attempt_at__lte=at)
            | Q(state=Message.SENDING, claimed_until__lte=at)
        )

    def newest_first(self):
        return self.order_by("-created_at", "-pk")

    def with_subjects(self):
        return self.select_related("booking", "session__service", "provider")

    def without_words(self):
        """For lists: the words are left where they are, for they are most of a row."""
        return self.defer("body_text", "body_html")

    def of_clients(self, client_ids: Collection[int]):
        """About their bookings and places on waiting lists, whoever is told."""
        of_bookings = Q(booking__client__in=client_ids)
        return self.filter(of_bookings | Q(waiting__client__in=client_ids))

    def to_clients(self):
        """To somebody who books or waits, about that: no code, and no test of the words."""
        told = self.filter(audience=Audience.CLIENT, is_test=False)
        return told.exclude(kind=Kind.SIGN_IN_CODE)

    def to_user(self, user: User):
        """To the client records that ``user`` proved to be theirs."""
        is_theirs = Q(booking__client__user=user) | Q(waiting__client__user=user)
        return self.to_clients().filter(is_theirs)

    def sign_in_codes(self):
        return self.filter(kind=Kind.SIGN_IN_CODE)

    def ended_by(self, moment: datetime):
        return self.filter(state__in=Message.ENDED, ended_at__lte=moment)

    def with_texts(self):
        """Those whose texts were not deleted, whether they ever had any or not."""
        return self.filter(purged_at=None)

    def heard(self):
        """What its reader knows of, or will within a minute, as far as is known."""
        return self.filter(state__in=Message.HEARD).exclude(delivery=Message.UNDELIVERED)

    def with_problems(self):
        """Those lost that nobody sent again, and those not sent at the first attempt."""
        lost = Message.LOST & Q(resends=None)
        return self.filter(lost | Q(state=Message.OWED, attempts__gt=0))

    def with_resends(self):
        """Each knows by ``was_resent`` whether somebody sent it again."""
        again = Message.objects.filter(resend_of=OuterRef("pk"))
        return self.annotate(was_resent=Exists(again))

    def lost_since(self, moment: datetime):
        """Those that ended without reaching their reader, and that nobody sent again."""
        return self.filter(Message.LOST, ended_at__gte=moment, resends=None)

    def carry_on(self, revision: int) -> None:
        """Let what may still go out tell how things stand at a later revision."""
        self.filter(state__in=Message.UNSENT).update(revision=revision)

    def set_aside(self, reason: Reason, *, now: datetime) -> int:
        """Skip those that nobody has begun to send; how many."""
        return self.filter(state=Message.OWED).update(
            state=Message.SKIPPED, reason=reason, ended_at=now
        )


class Message(models.Model):
    """One message to one recipient by one channel, from being owed to its end.

    ``key`` says what it is for, so that nothing is owed twice: subject, revision,
    kind, recipient, channel. What the company may switch is worded when it is sent, sign-in
    codes and notices when they are owed; either way the words stay here. They hold links
    and codes that work for whoever reads them.

    ``told`` is what its reader knows from it once it went out: ``{"starts_at": ISO 8601,
    "provider": id, "state": of the booking}``. ``reason`` is a ``Reason`` and ``detail`` the
    channel's own words, where it gave any. ``gateway_id`` is the name that the gateway gave
    it, by which ``delivery`` is reported later. A test (``is_test``) tells of no booking: its
    words were tried by whoever asked for it, and go to them.

    ``calendar_file`` goes out with it and is not kept: it is made at every attempt.
    """

    OWED, SENDING = "owed", "sending"
    SENT, CAUGHT, FAILED, SKIPPED = "sent", "caught", "failed", "skipped"
    STATES = [
        (OWED, _("Owed")),
        (SENDING, _("Being sent")),
        (SENT, _("Sent")),
        (CAUGHT, _("Caught, not sent")),
        (FAILED, _("Failed")),
        (SKIPPED, _("Skipped")),
    ]
    ENDED = (SENT, CAUGHT, FAILED, SKIPPED)
    # What is being sent may fail, and be owed again.
    UNSENT = (OWED, SENDING)
    # What its reader knows of, or will within a minute, unless it comes back.
    HEARD = (SENDING, SENT, CAUGHT)
    UNREPORTED, DELIVERED, UNDELIVERED, COMPLAINED = "", "delivered", "undelivered", "complained"
    DELIVERIES = [
        (UNREPORTED, "—"),
        (DELIVERED, _("Delivered")),
        (UNDELIVERED, _("Not delivered")),
        (COMPLAINED, _("Reported as unwanted")),
    ]

    # What did not reach its reader, as far as is known.
    LOST = Q(state=FAILED) | Q(delivery__in=(UNDELIVERED, COMPLAINED))

    key = models.CharField(max_length=150, unique=True, editable=False)
    kind = models.CharField(_("message"), max_length=30, choices=Kind)
    audience = models.CharField(_("to"), max_length=10, choices=Audience)
    channel = models.CharField(_("by"), max_length=10, choices=Channel)
    booking = models.ForeignKey(
        Booking, related_name="messages", null=True, blank=True, on_delete=models.PROTECT
    )
    session = models.ForeignKey(
        Session, related_name="messages", null=True, blank=True, on_delete=models.PROTECT
    )
    provider = models.ForeignKey(
        Provider,
        related_name="messages",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text=_("Who is told, when it is a provider."),
    )
    waiting = models.ForeignKey(
        WaitingEntry,
        related_name="messages",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text=_("Who is told, when it is somebody on a waiting list."),
    )
    timing = models.ForeignKey(
        Timing, related_name="messages", null=True, blank=True, on_delete=models.SET_NULL
    )
    event = models.ForeignKey(
        Event, related_name="messages", null=True, blank=True, on_delete=models.PROTECT
    )
    revision = models.PositiveIntegerField(_("of revision"), default=0)
    to_address = models.CharField(_("address"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10)
    timezone = models.CharField(_("time zone"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=OWED)
    due_at = models.DateTimeField(_("due"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    ended_at = models.DateTimeField(_("finished"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    detail = models.CharField(_("details"), max_length=500, blank=True)
    subject = models.CharField(_("subject"), max_length=400, blank=True)
    body_text = models.TextField(_("text"), blank=True)
    body_html = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, default=new_message_id, editable=False)
    told = models.JSONField(default=dict, blank=True, editable=False)
    gateway_id = models.CharField(max_length=200, blank=True, editable=False)
    delivery = models.CharField(
        _("delivery"), max_length=12, choices=DELIVERIES, default=UNREPORTED, blank=True
    )
    delivery_at = models.DateTimeField(_("reported"), null=True, blank=True)
    delivery_detail = models.CharField(_("report"), max_length=500, blank=True)
    is_test = models.BooleanField(_("test"), default=False, editable=False)
    purged_at = models.DateTimeField(_("text deleted"), null=True, blank=True, editable=False)
    resend_of = models.ForeignKey(
        "self", related_name="resends", null=True, blank=True, on_delete=models.PROTECT
    )
    requested_by = models.ForeignKey(
        User,
        verbose_name=_("sent again by"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    created_at = models.DateTimeField(_("written"), default=now, editable=False)

    calendar_file: CalendarFile | None = None

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("sent messages")
        permissions = [("view_message_links", _("Read links and codes in sent messages"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_until__isnull=False),
                name="message_sending_is_claimed",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="owed"), name="message_owed"
            ),
            models.Index(
                fields=["claimed_until"], condition=Q(state="sending"), name="message_sending"
            ),
            models.Index(fields=["-created_at"], name="message_newest"),
            models.Index(
                fields=["gateway_id"], condition=~Q(gateway_id=""), name="message_at_gateway"
            ),
            # Asked on every page of the staff, and every hour.
            models.Index(
                fields=["ended_at"],
                condition=Q(state="failed") | Q(delivery__in=["undelivered", "complained"]),
                name="message_lost",
            ),
            models.Index(
                fields=["ended_at"], condition=Q(purged_at__isnull=True), name="message_unpurged"
            ),
        ]

    def __str__(self):
        return self.key

    @property
    def has_ended(self) -> bool:
        return self.state in self.ENDED

    @property
    def slug(self) -> str:
        return f"{self.kind}-{self.audience}-{self.channel}"

    @property
    def is_switchable(self) -> bool:
        """Whether the company may switch and word it; it is then worded when it is sent."""
        return self.slug in MESSAGES and not self.is_test

    @property
    def is_lost(self) -> bool:
        """Whether it did not reach its reader, as far as is known."""
        return self.state == self.FAILED or self.delivery in (self.UNDELIVERED, self.COMPLAINED)

    @property
    def may_be_sent_again(self) -> bool:
        """Whether it is over, and holds for more than the one moment or reader of a test."""
        return self.has_ended and self.is_switchable and not self.is_test

    @property
    def reason_text(self) -> str:
        """Why it stands as it does, for people; before there were codes, words were kept."""
        return str(Reason(self.reason).label) if self.reason in Reason.values else self.reason
