"""What the company chose: switches, times of reminders, and how messages go out at all."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.memory import forget, recall
from notifications.kinds import TIMED_KINDS, Audience, Channel, Kind

_CURRENT = "messaging"
LONGEST_TIMING = 60 * 1440  # minutes
LONGEST_UNDO = 120  # seconds


class MessageSetting(models.Model):
    """A switch of one message, where it differs from how it ships."""

    kind = models.CharField(_("message"), max_length=30, choices=Kind)
    audience = models.CharField(_("to"), max_length=10, choices=Audience)
    channel = models.CharField(_("by"), max_length=10, choices=Channel)
    is_on = models.BooleanField(_("on"))

    class Meta:
        verbose_name = _("message setting")
        verbose_name_plural = _("message settings")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "audience", "channel"], name="message_setting_one"
            )
        ]

    def __str__(self):
        return f"{self.kind}-{self.audience}-{self.channel}"


class Timing(models.Model):
    """When one reminder or follow-up goes out: ``minutes`` before the start or after the end.

    A message of ``TIMED_KINDS`` has no switch: it goes out as often as it has rows here.
    ``owed_at`` is empty until every booking made earlier has been gone through for it.
    """

    kind = models.CharField(
        _("message"), max_length=30, choices=[(kind.value, kind.label) for kind in TIMED_KINDS]
    )
    audience = models.CharField(_("to"), max_length=10, choices=Audience)
    channel = models.CharField(_("by"), max_length=10, choices=Channel)
    minutes = models.PositiveIntegerField(
        _("minutes before the start, or after the end"),
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TIMING)],
    )
    owed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("time of a message")
        verbose_name_plural = _("times of messages")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "audience", "channel", "minutes"], name="timing_once"
            ),
            models.CheckConstraint(condition=models.Q(minutes__gte=1), name="timing_positive"),
        ]

    def __str__(self):
        return f"{self.slug} {self.minutes}"

    @property
    def slug(self) -> str:
        return f"{self.kind}-{self.audience}-{self.channel}"

    @property
    def rule(self) -> str:
        """What a message's key calls it, such as ``remind-1440``."""
        return f"{'remind' if self.kind == Kind.REMINDER else 'follow'}-{self.minutes}"

    @property
    def distance(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class MessagingManager(models.Manager["MessagingSettings"]):
    def current(self) -> "MessagingSettings":
        """Return the settings, read once in a request; before anybody saved any, the first."""
        return recall(_CURRENT, self._read)

    def _read(self) -> "MessagingSettings":
        one = MessagingSettings.THE_ONE
        return self.filter(pk=one).first() or MessagingSettings(pk=one)


class MessagingSettings(models.Model):
    """How messages go out, whatever they say.

    Quiet hours are wall time of the recipient, both given or neither; they may span midnight.
    """

    THE_ONE = 1

    attaches_calendar_files = models.BooleanField(
        _("calendar file in e-mails"),
        default=True,
        help_text=_("Puts a booking into its reader’s calendar, and updates or removes it there."),
    )
    undo_seconds = models.PositiveSmallIntegerField(
        _("messages of a change by staff wait … seconds"),
        default=15,
        validators=[MaxValueValidator(LONGEST_UNDO)],
        help_text=_("What is undone meanwhile is told to nobody."),
    )
    sms_quiet_from = models.TimeField(_("no SMS from"), null=True, blank=True)
    sms_quiet_until = models.TimeField(_("until"), null=True, blank=True)
    keeps_texts_days = models.PositiveSmallIntegerField(
        _("delete the texts of messages after … days"),
        null=True,
        blank=True,
        default=365,
        validators=[MinValueValidator(1)],
        help_text=_("That a message was sent stays known. Leave empty to keep the texts."),
    )

    objects = MessagingManager()

    class Meta:
        verbose_name = _("settings of messages")
        verbose_name_plural = _("settings of messages")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="messaging_is_one")]

    def __str__(self):
        return str(_("settings of messages"))

    def save(self, *args, **kwargs):
        self.pk = self.THE_ONE
        super().save(*args, **kwargs)
        forget(_CURRENT)

    def clean(self):
        if (self.sms_quiet_from is None) != (self.sms_quiet_until is None):
            missing = "sms_quiet_from" if self.sms_quiet_from is None else "sms_quiet_until"
            raise ValidationError({missing: _("Give both times, or neither.")})
        if self.sms_quiet_from is not None and self.sms_quiet_from == self.sms_quiet_until:
            raise ValidationError({"sms_quiet_until": _("The two times must differ.")})
