"""What clients may book at all, whatever face they come through."""

from booking import features
from booking.models import Service


def offered_services():
    """Services that can be booked with the features that are on."""
    services = Service.objects.active()
    if not features.is_on("classes"):
        services = services.filter(kind=Service.APPOINTMENT)
    return services
