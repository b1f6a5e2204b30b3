"""What clients may book at all, whatever face they come through."""

from django.http import Http404

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
    """One of these."""
    return _if_offered(Service.objects.active_by_id(service_id))


def offered_service_or_404(slug: str) -> Service:
    """One of these by its address. Raises Http404."""
    service = _if_offered(Service.objects.active_by_slug(slug))
    if service is None:
        raise Http404
    return service


def _if_offered(service: Service | None) -> Service | None:
    """The features are asked only where it depends on them."""
    if service is not None and service.is_class and not features.is_on("classes"):
        return None
    return service
