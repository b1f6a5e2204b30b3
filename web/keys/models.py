"""Keys by which the company's own programs use the API; only ``web.keys.actions`` writes them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models import User

SHOWN_CHARACTERS = 11  # of a secret, by which people tell keys apart: zk_ and eight more
MOST_REQUESTS = 100_000


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def active(self):
        return self.filter(revoked_at__isnull=True)

    def newest_first(self):
        """Those in use before those that no longer work."""
        return self.order_by(models.F("revoked_at").asc(nulls_first=True), "-pk")


class ApiKey(models.Model):
    """One key; of its secret only the SHA-256 is kept, in ``digest``, as hexadecimal digits.

    A *page* key stands in a web page, where anybody can read it: it may what anybody may, from
    the pages of ``origins``. A *server* key is secret, and may also read all bookings.
    ``requests_per_minute`` None is the installation's limit.
    """

    PAGE, SERVER = "page", "server"
    KINDS = [(PAGE, _("For a web page")), (SERVER, _("For a server"))]

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS)
    prefix = models.CharField(_("begins with"), max_length=SHOWN_CHARACTERS, db_index=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    origins = models.JSONField(_("allowed origins"), default=list, blank=True)
    requests_per_minute = models.PositiveIntegerField(
        _("changes per minute"), null=True, blank=True
    )
    created_by = models.ForeignKey(
        User, verbose_name=_("made by"), related_name="+", on_delete=models.PROTECT
    )
    created_at = models.DateTimeField(_("made"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        default_permissions = ("add", "change", "view")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(requests_per_minute__isnull=True)
                | models.Q(requests_per_minute__gte=1),
                name="api_key_of_some_requests",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_for_server(self) -> bool:
        return self.kind == self.SERVER
