"""Names of the staff side's own for what the domain keeps in one table."""

from django.utils.translation import gettext_lazy as _

from booking.models import Service


class Class(Service):
    """A service with several places, shown under *Manage > Classes*."""

    class Meta:
        proxy = True
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        default_permissions = ()  # a class is a service: the permissions are the service's
