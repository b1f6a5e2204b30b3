"""What the administrator switched on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Feature(models.Model):
    """The stored switch of one FeatureSpec (booking/features.py)."""

    key = models.SlugField(_("feature"), max_length=60, unique=True)
    is_enabled = models.BooleanField(_("enabled"), default=False)

    class Meta:
        verbose_name = _("custom feature")
        verbose_name_plural = _("custom features")

    def __str__(self):
        return self.key
