"""What is asked of whoever books: questions of a service, and boxes of the company to tick."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.catalog import Service
from booking.validators import LAST_POSITION, above_limits


class AskedQuerySet(models.QuerySet):
    def asked(self):
        return self.filter(is_active=True).order_by("position", "pk")


class Question(models.Model):
    """Something a client is asked when booking a service. ``options`` has one in a line."""

    TEXT, LONG_TEXT, CHOICE, YES_NO = "text", "long_text", "choice", "yes_no"
    KINDS = [
        (TEXT, _("Line of text")),
        (LONG_TEXT, _("Several lines of text")),
        (CHOICE, _("Choice of one")),
        (YES_NO, _("Yes or no")),
    ]

    service = models.ForeignKey(
        Service, verbose_name=_("service"), related_name="questions", on_delete=models.CASCADE
    )
    label = models.CharField(_("question"), max_length=200)
    help_text = models.CharField(_("explanation"), max_length=250, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS, default=TEXT)
    options = models.TextField(
        _("options"), blank=True, help_text=_("Of a choice: one in each line.")
    )
    is_required = models.BooleanField(_("must be answered"), default=False)
    is_active = models.BooleanField(_("asked"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = AskedQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self):
        return self.label

    def clean(self):
        errors = above_limits(self, {"position": LAST_POSITION})
        if self.kind == self.CHOICE and len(self.choices) < 2:
            errors["options"] = ValidationError(_("Write two options at least."), code="too_few")
        if errors:
            raise ValidationError(errors)

    @property
    def choices(self) -> list[str]:
        """The options without empty lines and without saying one twice."""
        lines = (" ".join(line.split()) for line in self.options.splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class Consent(models.Model):
    """A box that whoever books may or must tick."""

    text = models.CharField(_("text"), max_length=500)
    is_required = models.BooleanField(_("must be ticked"), default=True)
    is_active = models.BooleanField(_("shown"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = AskedQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")

    def __str__(self):
        return self.text

    def clean(self):
        if errors := above_limits(self, {"position": LAST_POSITION}):
            raise ValidationError(errors)
