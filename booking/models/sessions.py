"""Stretches of providers' time, and the places taken in them.

Only ``booking.actions`` writes sessions and bookings.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from booking.links import CODE_LENGTH, new_code, new_token
from booking.models.catalog import LONGEST_MINUTES, Service
from booking.models.people import Client, Provider, User
from booking.validators import LAST_POSITION, above_limits, validate_colour


class SessionQuerySet(models.QuerySet["Session"]):
    def active(self):
        return self.filter(status=Session.ACTIVE)

    def occupying(self, from_at: datetime, until_at: datetime):
        """Sessions whose occupied range meets ``[from_at, until_at)``."""
        return self.filter(occupied_from__lt=until_at, occupied_until__gt=from_at)

    def meeting(self, from_at: datetime, until_at: datetime):
        """Sessions that themselves meet ``[from_at, until_at)``, without what they keep free."""
        # As long as a service at most: said, so that years that are over are not read.
        earliest = from_at - timedelta(minutes=LONGEST_MINUTES)
        return self.filter(starts_at__gt=earliest, starts_at__lt=until_at, ends_at__gt=from_at)

    def taking_time(self, now: datetime):
        """Active sessions, without appointments whose hold has run out."""
        return self.active().exclude(held_until__lte=now)

    def starting_within(self, from_at: datetime, until_at: datetime):
        return self.filter(starts_at__gte=from_at, starts_at__lt=until_at)


class SessionSeries(models.Model):
    """Sessions of a class scheduled by a rule: the same wall time on chosen weekdays.

    ``weekdays`` counts from Monday as 0, ``except_on`` holds dates as ISO text; both are
    kept as what was asked for. The sessions themselves say when they really are.
    """

    service = models.ForeignKey(
        Service, verbose_name=_("class"), related_name="series", on_delete=models.PROTECT
    )
    weekdays = models.JSONField(_("days"))
    every_weeks = models.PositiveSmallIntegerField(_("every … weeks"), default=1)
    starts = models.TimeField(_("time"))
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"))
    except_on = models.JSONField(_("except on"), default=list, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64)
    created_at = models.DateTimeField(_("added"), default=now, editable=False)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="series_ends_later"
            ),
            models.CheckConstraint(
                condition=models.Q(every_weeks__gte=1), name="series_every_some_weeks"
            ),
        ]

    def __str__(self):
        return (
            f"{self.service} {self.first_on:%Y-%m-%d}–{self.last_on:%Y-%m-%d} {self.starts:%H:%M}"
        )


class Session(models.Model):
    """A stretch of one provider's time, ``[starts_at, ends_at)``, with places in it.

    ``[occupied_from, occupied_until)`` adds the buffers as they were when it was
    written. ``revision`` rises with time, provider or status. ``held_until`` is set on an
    appointment that is merely held: from then on it takes nobody's time. ``timezone`` and
    ``utc_offset_minutes`` tell what the company's clock was to show at the start, for the
    day when a country changes its mind about its clocks.
    """

    ACTIVE, CANCELLED = "active", "cancelled"
    STATUSES = [(ACTIVE, _("Active")), (CANCELLED, _("Cancelled"))]

    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        related_name="sessions",
        on_delete=models.PROTECT,
    )
    service = models.ForeignKey(
        Service, verbose_name=_("service"), related_name="sessions", on_delete=models.PROTECT
    )
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    occupied_from = models.DateTimeField(_("occupied from"))
    occupied_until = models.DateTimeField(_("occupied until"))
    capacity = models.PositiveSmallIntegerField(_("places"), default=1)
    seats_taken = models.PositiveSmallIntegerField(_("places taken"), default=0)
    status = models.CharField(_("status"), max_length=10, choices=STATUSES, default=ACTIVE)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    host_token = models.CharField(max_length=22, unique=True, default=new_token, editable=False)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    series = models.ForeignKey(
        SessionSeries,
        verbose_name=_("series"),
        related_name="sessions",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, editable=False)
    utc_offset_minutes = models.SmallIntegerField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), default=now, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_ends_later"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    occupied_from__lte=models.F("starts_at"),
                    occupied_until__gte=models.F("ends_at"),
                ),
                name="session_occupies_itself",
            ),
            models.CheckConstraint(
                condition=models.Q(seats_taken__lte=models.F("capacity"), capacity__gte=1),
                name="session_seats_within_capacity",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "occupied_until"], name="session_of_provider"),
            models.Index(fields=["starts_at"], name="session_start"),
            models.Index(fields=["service", "starts_at"], name="session_of_service"),
            models.Index(
                fields=["held_until"],
                name="session_held",
                condition=models.Q(held_until__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.service} {self.starts_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_active(self) -> bool:
        return self.status == self.ACTIVE

    @property
    def seats_left(self) -> int:
        return self.capacity - self.seats_taken

    @property
    def duration(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def buffers(self) -> tuple[timedelta, timedelta]:
        """The time kept free before and after, as it was when the session was written."""
        return self.starts_at - self.occupied_from, self.occupied_until - self.ends_at


class Label(models.Model):
    """A coloured word of the company's own on a booking, such as *paid in cash*."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    colour = models.CharField(
        _("colour"), max_length=7, default="#6b7280", validators=[validate_colour]
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")

    def __str__(self):
        return self.name

    def clean(self):
        if errors := above_limits(self, {"position": LAST_POSITION}):
            raise ValidationError(errors)


class BookingQuerySet(models.QuerySet["Booking"]):
    def confirmed(self):
        return self.filter(state=Booking.CONFIRMED)

    def taking_seats(self):
        return self.filter(state__in=Booking.TAKING_SEATS)

    def coming(self, now: datetime):
        """Those with a place in what is not over yet, soonest first; no hold that ran out."""
        lapsed = models.Q(state=Booking.HELD, held_until__lte=now)
        rows = self.taking_seats().exclude(lapsed).filter(session__ends_at__gt=now)
        return rows.order_by("session__starts_at", "pk")

    def unproved(self, now: datetime):
        """Holds that wait for the proof of their client's address, and have not run out."""
        return self.filter(state=Booking.HELD, proof_token__isnull=False, held_until__gt=now)

    def of_user(self, user: User):
        """Bookings of every client record that ``user`` proved to be theirs."""
        return self.filter(client__user=user)

    def with_people(self):
        return self.select_related("client", "session__provider", "session__service")


class Booking(models.Model):
    """One client's place or places in a session.

    ``revision`` rises with whatever its people must be told: session, time,
    provider, state. ``phone``, ``language`` and ``timezone`` are what was given with it.
    ``answers`` is a list of ``{"question": id, "label": text, "answer": text}`` in order, and
    ``agreed`` one of ``{"consent": id, "text": text}``, both in the words they had then.
    ``proof_token`` is set on a hold that only whoever reads the client's mail may confirm.
    """

    HELD, PENDING, CONFIRMED = "held", "pending", "confirmed"
    CANCELLED, DECLINED, EXPIRED = "cancelled", "declined", "expired"
    STATES = [
        (HELD, _("Held")),
        (PENDING, _("Waiting for approval")),
        (CONFIRMED, _("Confirmed")),
        (CANCELLED, _("Cancelled")),
        (DECLINED, _("Declined")),
        (EXPIRED, _("Expired")),
    ]
    TAKING_SEATS = (HELD, PENDING, CONFIRMED)
    UNKNOWN, ATTENDED, NO_SHOW = "unknown", "attended", "no_show"
    ATTENDANCES = [(UNKNOWN, "—"), (ATTENDED, _("Came")), (NO_SHOW, _("Did not come"))]
    SITE, STAFF, API = "site", "staff", "api"
    SOURCES = [(SITE, _("Booking site")), (STAFF, _("Staff")), (API, _("API"))]

    session = models.ForeignKey(
        Session, verbose_name=_("session"), related_name="bookings", on_delete=models.PROTECT
    )
    client = models.ForeignKey(
        Client, verbose_name=_("client"), related_name="bookings", on_delete=models.PROTECT
    )
    code = models.CharField(
        _("code"), max_length=CODE_LENGTH, unique=True, default=new_code, editable=False
    )
    seats = models.PositiveSmallIntegerField(_("places"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=CONFIRMED)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    attendance = models.CharField(
        _("attendance"), max_length=10, choices=ATTENDANCES, default=UNKNOWN
    )
    label = models.ForeignKey(
        Label, verbose_name=_("label"), null=True, blank=True, on_delete=models.SET_NULL
    )
    phone = PhoneNumberField(_("phone"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True)
    note = models.TextField(_("note from the client"), blank=True)
    answers = models.JSONField(_("answers"), default=list, blank=True)
    agreed = models.JSONField(_("agreed to"), default=list, blank=True)
    comment = models.TextField(_("comment of the staff"), blank=True)
    source = models.CharField(_("booked through"), max_length=10, choices=SOURCES, default=SITE)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    manage_token = models.CharField(max_length=22, unique=True, default=new_token, editable=False)
    join_token = models.CharField(max_length=22, unique=True, default=new_token, editable=False)
    proof_token = models.CharField(
        max_length=22, unique=True, null=True, blank=True, editable=False
    )
    idempotency_key = models.CharField(
        max_length=200, unique=True, null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("booked"), default=now, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        permissions = [
            ("see_all_bookings", _("See the bookings of all providers")),
            ("override_rules", _("Book outside the rules")),
            ("label_booking", _("Set labels of bookings")),
            ("export_bookings", _("Export bookings")),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(seats__gte=1), name="booking_has_a_seat"),
            models.CheckConstraint(
                condition=~models.Q(state="held") | models.Q(held_until__isnull=False),
                name="booking_held_until_some_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="cancelled") | models.Q(cancelled_at__isnull=False),
                name="booking_cancelled_at_some_time",
            ),
        ]
        indexes = [
            models.Index(fields=["session", "state"], name="booking_of_session"),
            models.Index(
                fields=["state"],
                name="booking_undecided",
                condition=models.Q(state__in=["held", "pending"]),
            ),
        ]

    def __str__(self):
        return self.code

    @property
    def is_confirmed(self) -> bool:
        return self.state == self.CONFIRMED

    @property
    def contact_phone(self) -> PhoneNumber | str:
        """The phone given with this booking, else the client's; needs ``client`` loaded."""
        return self.phone or self.client.phone

    @property
    def takes_seats(self) -> bool:
        return self.state in self.TAKING_SEATS

    @property
    def answered(self) -> list[tuple[str, str]]:
        """Each question with its answer; *yes* and *no* in the reader's language."""
        words = {"yes": _("Yes"), "no": _("No")}
        return [
            (row["label"], str(words.get(row["answer"], row["answer"]))) for row in self.answers
        ]

    @property
    def answer_lines(self) -> list[str]:
        """The same as lines: ``Shoe size: 42``, ``A mat? Yes``."""
        return [
            f"{label} {answer}" if label.endswith(("?", ":")) else f"{label}: {answer}"
            for label, answer in self.answered
        ]
