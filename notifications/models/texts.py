"""The company's own words: for everybody, or for a service, a provider, or both."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models import Provider, Service
from notifications.kinds import Audience, Channel, Kind


class Words(models.Model):
    """What a message says in one language.

    ``body_html`` is for mail alone; empty, the HTML is made from ``body``.
    """

    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), max_length=10_000)
    body_html = models.TextField(_("HTML"), max_length=50_000, blank=True)

    class Meta:
        abstract = True


class MessageTemplate(Words):
    """The company's own words for one message in one language; without a row, the shipped."""

    kind = models.CharField(_("message"), max_length=30, choices=Kind)
    audience = models.CharField(_("to"), max_length=10, choices=Audience)
    channel = models.CharField(_("by"), max_length=10, choices=Channel)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "audience", "channel", "language"], name="message_template_one"
            )
        ]

    def __str__(self):
        return f"{self.kind}-{self.audience}-{self.channel} ({self.language})"


class FlexibleRule(models.Model):
    """What is told otherwise of a service, by a provider, or of the one by the other.

    Either nothing (``is_muted``) or the rule's own words; without a rule a level inherits.
    """

    kind = models.CharField(_("message"), max_length=30, choices=Kind)
    audience = models.CharField(_("to"), max_length=10, choices=Audience)
    channel = models.CharField(_("by"), max_length=10, choices=Channel)
    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        related_name="flexible_rules",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
    )
    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        related_name="flexible_rules",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
    )
    is_muted = models.BooleanField(_("do not send"), default=False)

    class Meta:
        verbose_name = _("flexible notification")
        verbose_name_plural = _("flexible notifications")
        constraints = [
            models.CheckConstraint(
                condition=Q(service__isnull=False) | Q(provider__isnull=False),
                name="flexible_rule_of_something",
            ),
            models.UniqueConstraint(
                fields=["kind", "audience", "channel", "service", "provider"],
                name="flexible_rule_of_both",
            ),
            models.UniqueConstraint(
                fields=["kind", "audience", "channel", "service"],
                condition=Q(provider__isnull=True),
                name="flexible_rule_of_service",
            ),
            models.UniqueConstraint(
                fields=["kind", "audience", "channel", "provider"],
                condition=Q(service__isnull=True),
                name="flexible_rule_of_provider",
            ),
        ]

    def __str__(self):
        told = self.get_kind_display(), self.get_audience_display(), self.get_channel_display()
        return ", ".join(map(str, told))

    @property
    def slug(self) -> str:
        return f"{self.kind}-{self.audience}-{self.channel}"


class FlexibleText(Words):
    """The words of a rule in one language; in any other, the next level's are used."""

    rule = models.ForeignKey(FlexibleRule, related_name="texts", on_delete=models.CASCADE)

    class Meta:
        verbose_name = _("text of a flexible notification")
        verbose_name_plural = _("texts of flexible notifications")
        constraints = [
            models.UniqueConstraint(fields=["rule", "language"], name="flexible_text_one")
        ]

    def __str__(self):
        return f"{self.rule} ({self.language})"
