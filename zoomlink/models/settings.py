"""How meetings are held: what the company wants, and what a service wants otherwise."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.memory import forget, recall
from booking.models import Service
from zoomlink.client import is_room_link

_CURRENT = "meeting-settings"
DAY_MINUTES = 1440
AS_AT_ZOOM, ALWAYS, NEVER = "zoom", "always", "never"
RECORDINGS = [
    (AS_AT_ZOOM, _("As set at Zoom")),
    ("none", _("Not recorded")),
    ("local", _("On the host's computer")),
    ("cloud", _("In Zoom's cloud")),
]
PASSCODES = [
    (AS_AT_ZOOM, _("As set at Zoom")),
    (ALWAYS, _("Always, a new one for each meeting")),
    (NEVER, _("None")),
]


class MeetingSettingsManager(models.Manager["MeetingSettings"]):
    def current(self) -> "MeetingSettings":
        """Return the company's settings, read once in a request; the first values before any."""
        return recall(_CURRENT, self._read)

    def _read(self) -> "MeetingSettings":
        return self.filter(pk=MeetingSettings.THE_ONE).first() or MeetingSettings()


class MeetingSettings(models.Model):
    """The company's wishes for its meetings. One row, ``THE_ONE``.

    ``create_minutes_before`` counts only with *shortly before the start*. The fallback link
    is shown ``fallback_minutes`` before the start where Zoom's meeting is not ready.
    """

    THE_ONE = 1
    AT_BOOKING, SHORTLY_BEFORE = "at_booking", "shortly_before"
    MOMENTS = [
        (AT_BOOKING, _("At booking: the host sees it at Zoom, too")),
        (SHORTLY_BEFORE, _("Shortly before the start: nothing is listed at Zoom before")),
    ]

    create_when = models.CharField(
        _("when to create"), max_length=20, choices=MOMENTS, default=AT_BOOKING
    )
    create_minutes_before = models.PositiveSmallIntegerField(
        _("minutes before the start"),
        default=30,
        validators=[MinValueValidator(10), MaxValueValidator(DAY_MINUTES)],
    )
    waiting_room = models.BooleanField(_("waiting room at Zoom"), default=False)
    join_before_host = models.BooleanField(_("join before the host"), default=True)
    auto_recording = models.CharField(
        _("recording"), max_length=10, choices=RECORDINGS, default=AS_AT_ZOOM
    )
    passcode = models.CharField(_("passcode"), max_length=10, choices=PASSCODES, default=AS_AT_ZOOM)
    fallback_link = models.URLField(
        _("fallback room"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
    )
    fallback_minutes = models.PositiveSmallIntegerField(
        _("shown … minutes before the start"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )

    objects = MeetingSettingsManager()

    class Meta:
        verbose_name = _("meeting settings")
        verbose_name_plural = _("meeting settings")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="meeting_settings_one_row")
        ]

    def __str__(self):
        return str(self._meta.verbose_name)

    def save(self, *args, **kwargs):
        self.pk = self.THE_ONE
        super().save(*args, **kwargs)
        forget(_CURRENT)

    @property
    def lead(self) -> timedelta | None:
        """How long before its start a meeting is made; None for at booking."""
        if self.create_when == self.AT_BOOKING:
            return None
        return timedelta(minutes=self.create_minutes_before)

    def clean(self):
        """Refuse a room nobody is led to, and a meeting made only when it is shown already."""
        if self.fallback_link and not is_room_link(self.fallback_link):
            raise ValidationError({"fallback_link": _("Give the whole address of the room.")})
        is_late = self.create_when == self.SHORTLY_BEFORE
        if is_late and self.create_minutes_before <= self.fallback_minutes:
            text = _("Create meetings earlier than the fallback room is shown.")
            raise ValidationError({"create_minutes_before": text})


class ServiceMeetingSettings(models.Model):
    """What one service wants otherwise; None and "" are *as the company*."""

    service = models.OneToOneField(
        Service, related_name="meeting_settings", on_delete=models.CASCADE
    )
    waiting_room = models.BooleanField(_("waiting room at Zoom"), null=True, blank=True)
    join_before_host = models.BooleanField(_("join before the host"), null=True, blank=True)
    auto_recording = models.CharField(_("recording"), max_length=10, choices=RECORDINGS, blank=True)
    passcode = models.CharField(_("passcode"), max_length=10, choices=PASSCODES, blank=True)

    class Meta:
        verbose_name = _("meeting settings of a service")
        verbose_name_plural = _("meeting settings of services")

    def __str__(self):
        return str(self.service)
