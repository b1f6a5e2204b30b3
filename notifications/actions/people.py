"""Clients who change what they said of themselves, or want to be forgotten."""

from django.db.models import Q

from booking.models import Booking, Client, Company, Event, Service
from notifications import recipients
from notifications.actions.purging import blank
from notifications.kinds import Audience, Reason
from notifications.models import Message, MessageQuerySet


def speak_as_wished(event: Event) -> None:
    """Let what is owed to a client speak the language, and tell times in the zone, of today."""
    if {"language", "timezone"}.isdisjoint(event.details["fields"]):
        return
    company = Company.objects.current()
    about = Message.objects.of_clients([event.details["client"]]).to_clients()
    owed = about.filter(state=Message.OWED)
    for message in owed.select_related("booking__client", "waiting__client"):
        if message.booking is not None:
            reader = recipients.client_of(message.booking, message.channel, company)
        elif message.waiting is not None:
            reader = recipients.who_waits(message.waiting, message.channel, company)
        message.language, message.timezone = reader.language, reader.timezone
        message.save(update_fields=["language", "timezone"])


def forget_client(event: Event) -> None:
    """Delete the words of all messages about a client who is being erased, and their addresses.

    What is owed to them is not sent. What our side is owed goes out, in the words that are
    left: of an erased client. Runs while the record still says who it was.
    """
    client = Client.objects.get(pk=event.details["client"])
    told = _to(client)
    told.set_aside(Reason.ERASED, now=event.occurred_at)
    blank(_about(client).exclude(state=Message.OWED), now=event.occurred_at)
    blank(told, now=event.occurred_at)
    told.update(to_address="")


def _about(client: Client) -> MessageQuerySet:
    """Whoever is told: of their bookings, places waited for, and appointments as such."""
    appointments = Booking.objects.filter(client=client, session__service__kind=Service.APPOINTMENT)
    of_sessions = Q(booking=None, session__in=appointments.values("session"))
    own = Message.objects.of_clients([client.pk])
    return Message.objects.filter(Q(pk__in=own.values("pk")) | of_sessions)


def _to(client: Client) -> MessageQuerySet:
    """To themselves: also codes, and what was told to somebody waiting by address alone."""
    by_address = Q(booking=None, waiting=None, to_address__iexact=client.email)
    own = Message.objects.of_clients([client.pk])
    to_clients = Message.objects.filter(audience=Audience.CLIENT, is_test=False)
    is_theirs = Q(pk__in=own.values("pk"))
    return to_clients.filter(is_theirs | by_address if client.email else is_theirs)
