"""What clients may book at all, whatever face they come through."""

from booking import features
from booking.models import Service
from booking.models.catalog import ServiceQuerySet


def offered_services() -> ServiceQuerySet:
    """Services that can be booked with the features that are on."""
    services = Service.objects.active()
    if not features.is_on("classes"):
        services = services.filter(kind=Service.APPOINTMENT)
    return services


def offered_service(service_id: int) -> Service | None:
    """One of these; the features are asked only where it depends on them."""
    service = Service.objects.active_by_id(service_id)
    if service is not None and service.is_class and not features.is_on("classes"):
        return None
    return service
