"""What the company knows: its people, its catalogue, its hours and what was booked."""

from booking.models.catalog import Service
from booking.models.company import Company
from booking.models.features import Feature
from booking.models.hours import SpecialDay, TimeOff, WorkingHours
from booking.models.people import Client, Provider, User
from booking.models.sessions import Booking, Event, Label, Session

__all__ = [
    "Booking",
    "Client",
    "Company",
    "Event",
    "Feature",
    "Label",
    "Provider",
    "Service",
    "Session",
    "SpecialDay",
    "TimeOff",
    "User",
    "WorkingHours",
]
