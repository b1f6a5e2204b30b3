"""The domain's place among Django's apps."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from booking.features import WAITING_LIST, FeatureSpec, register
from booking.guards import install_guards


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = _("Manage")

    def ready(self):
        post_migrate.connect(install_guards, sender=self)
        register(
            FeatureSpec(
                key="classes",
                name=_("Classes"),
                description=_("Group sessions with several places, scheduled beforehand."),
            )
        )
        register(
            FeatureSpec(
                key=WAITING_LIST,
                name=_("Waiting list"),
                description=_(
                    "Clients wait for a place in a full class. Who comes next is offered a place "
                    "that comes free, kept for them for a while."
                ),
                requires=("classes",),
            )
        )
