"""What a delivery tells, from the rows as they are at its first attempt."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from booking.links import manage_url
from booking.models import Booking, Client, Company, Event, Provider
from webhooks.models import Delivery
from webhooks.payloads import Facts, envelope, moment, sample
from zoomlink.actions import links_for
from zoomlink.actions.links import CLIENT


def body_of(delivery: Delivery) -> str:
    """Return the JSON of a delivery. The provider's link never stands in it."""
    company = Company.objects.current()
    event = delivery.event
    return envelope(
        uid=delivery.uid,
        kind=delivery.kind,
        occurred_at=event.occurred_at if event is not None else delivery.created_at,
        company=company.name,
        zone=company.zone,
        facts=_facts(delivery, company.zone),
    )


def _facts(delivery: Delivery, zone: ZoneInfo) -> Facts:
    if delivery.client is not None:
        return {"client": _client(delivery.client)}
    if delivery.booking_id is None:
        return sample(delivery.created_at, zone)
    booking = Booking.objects.with_people().select_related("label").get(pk=delivery.booking_id)
    facts: dict[str, Any] = {"booking": _booking(booking, zone)}
    if delivery.endpoint.sends_manage_link:
        facts["booking"]["manage_url"] = manage_url(booking.manage_token)
    if delivery.event is not None and delivery.event.kind == Event.RESCHEDULED:
        facts["previous"] = _previous(delivery.event, zone)
    return facts


def _booking(booking: Booking, zone: ZoneInfo) -> dict[str, Any]:
    session = booking.session
    link = links_for([booking], viewer=CLIENT).get(booking.pk)
    return {
        "code": booking.code,
        "state": booking.state,
        "starts_at": moment(session.starts_at, zone),
        "ends_at": moment(session.ends_at, zone),
        "timezone": zone.key,
        "seats": booking.seats,
        "revision": booking.revision,
        "service": {
            "id": session.service_id,
            "name": session.service.name,
            "slug": session.service.slug,
        },
        "provider": _provider(session.provider),
        "client": {
            **_client(booking.client),
            "phone": str(booking.contact_phone),
            "language": booking.language or booking.client.language,
            "timezone": booking.timezone or booking.client.timezone,
        },
        "note": booking.note,
        "answers": booking.answers,
        "label": booking.label.name if booking.label is not None else None,
        "source": booking.source,
        "cancel_reason": booking.cancel_reason,
        "join_url": link.url if link is not None else None,
    }


def _provider(provider: Provider) -> dict[str, Any]:
    return {"id": provider.pk, "name": provider.name, "email": provider.email}


def _client(client: Client) -> dict[str, Any]:
    return {
        "id": client.pk,
        "name": client.name,
        "email": client.email,
        "phone": str(client.phone),
        "language": client.language,
        "timezone": client.timezone,
    }


def _previous(event: Event, zone: ZoneInfo) -> dict[str, Any]:
    """Where a booking was before it was moved, as the event has it."""
    was = event.details["was"]
    provider = Provider.objects.filter(pk=was["provider"]).first()
    return {
        "starts_at": moment(datetime.fromisoformat(was["starts_at"]), zone),
        "ends_at": moment(datetime.fromisoformat(was["ends_at"]), zone),
        "provider": _provider(provider) if provider is not None else None,
    }
