"""What the company knows: its people, its catalogue, its hours and what was booked."""

from booking.models.asking import Consent, Question
from booking.models.catalog import Category, Service
from booking.models.company import Company
from booking.models.events import Event
from booking.models.features import Feature
from booking.models.hours import ServiceHours, SpecialDay, TimeOff, WorkingHours
from booking.models.people import Client, Provider, User
from booking.models.sessions import Booking, Label, Session, SessionSeries
from booking.models.waiting import WaitingEntry

__all__ = [
    "Booking",
    "Category",
    "Client",
    "Company",
    "Consent",
    "Event",
    "Feature",
    "Label",
    "Provider",
    "Question",
    "Service",
    "ServiceHours",
    "Session",
    "SessionSeries",
    "SpecialDay",
    "TimeOff",
    "User",
    "WaitingEntry",
    "WorkingHours",
]
