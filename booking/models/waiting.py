"""Who waits for a place in a class session that is full."""

from datetime import datetime

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from booking.links import new_token
from booking.models.people import Client, User
from booking.models.sessions import Booking, Session


class WaitingEntryQuerySet(models.QuerySet["WaitingEntry"]):
    def waiting(self):
        return self.filter(state=WaitingEntry.WAITING)

    def in_turn(self):
        return self.order_by("created_at", "pk")

    def of_user(self, user: User):
        """Entries of every client record that ``user`` proved to be theirs."""
        return self.filter(client__user=user)

    def with_session(self):
        return self.select_related("session__provider", "session__service")

    def on_the_list(self, now: datetime):
        """Those who wait, and those who hold an offer they have not answered."""
        is_offered = models.Q(
            state=WaitingEntry.OFFERED, booking__state=Booking.HELD, booking__held_until__gt=now
        )
        return self.filter(models.Q(state=WaitingEntry.WAITING) | is_offered)


class WaitingEntry(models.Model):
    """One client waiting for places in one session.

    When places come free, ``booking`` is the hold that is offered; what becomes of the offer
    is the booking's to say. ``token`` opens the page on which its holder leaves the list.
    """

    WAITING, OFFERED, LEFT = "waiting", "offered", "left"
    STATES = [(WAITING, _("Waiting")), (OFFERED, _("Offered")), (LEFT, _("Left"))]

    session = models.ForeignKey(
        Session, verbose_name=_("session"), related_name="waiting", on_delete=models.PROTECT
    )
    client = models.ForeignKey(
        Client, verbose_name=_("client"), related_name="waiting", on_delete=models.PROTECT
    )
    seats = models.PositiveSmallIntegerField(_("places"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=WAITING)
    booking = models.OneToOneField(
        Booking,
        verbose_name=_("booking"),
        related_name="offered_to",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    phone = PhoneNumberField(_("phone"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True)
    token = models.CharField(max_length=22, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(_("added"), default=now, editable=False)

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("place on the waiting list")
        verbose_name_plural = _("waiting list")
        constraints = [
            models.CheckConstraint(condition=models.Q(seats__gte=1), name="waiting_for_a_seat"),
            models.UniqueConstraint(
                fields=["session", "client"],
                condition=models.Q(state="waiting"),
                name="waiting_once",
            ),
        ]

    def __str__(self):
        return f"{self.client}: {self.session}"

    def waits(self, now: datetime) -> bool:
        """Whether a place may still come free for it; needs the session loaded."""
        return (
            self.state == self.WAITING and self.session.is_active and self.session.starts_at > now
        )

    def people_before(self) -> int:
        """How many wait for the same session and came earlier."""
        earlier = models.Q(created_at__lt=self.created_at) | models.Q(
            created_at=self.created_at, pk__lt=self.pk
        )
        return WaitingEntry.objects.waiting().filter(earlier, session=self.session_id).count()
