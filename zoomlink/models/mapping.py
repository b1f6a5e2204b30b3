"""Who is who: how each provider meets clients online."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models import Provider
from zoomlink.models.connection import ZoomUser


class ProviderMeeting(models.Model):
    """How a provider meets clients online. No row means *None*."""

    NONE, ZOOM, OWN_LINK = "none", "zoom", "own_link"
    ENGINES = [(NONE, _("None")), (ZOOM, _("Zoom")), (OWN_LINK, _("Own link"))]

    provider = models.OneToOneField(
        Provider, related_name="meeting_choice", on_delete=models.CASCADE
    )
    engine = models.CharField(_("meets by"), max_length=10, choices=ENGINES, default=NONE)
    zoom_user = models.ForeignKey(
        ZoomUser,
        verbose_name=_("Zoom user"),
        related_name="providers",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    own_link = models.URLField(_("own link"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("provider for meetings")
        verbose_name_plural = _("providers for meetings")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(engine="own_link") | ~models.Q(own_link=""),
                name="provider_meeting_own_link_given",
            )
        ]

    def __str__(self):
        return f"{self.provider}: {self.get_engine_display()}"
