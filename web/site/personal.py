"""All that is kept about a client, for themselves to take along."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from booking.models import Booking, Client, Company, Event, User, WaitingEntry
from notifications.actions import messages_to
from notifications.models import Message


def everything_about(user: User, *, now: datetime) -> dict[str, Any]:
    """What is known of every record of a signed-in client: JSON, times in UTC (ISO 8601).

    What the staff wrote about them is in it, for it is about them; who of the staff did what
    is not. No secrets of Zoom, and no address that works for anybody else.
    """
    bookings = Booking.objects.of_user(user).with_people()
    return {
        "made_at": now.isoformat(),
        "company": Company.objects.current().name,
        "signs_in_as": user.email,
        "since": user.date_joined.isoformat(),
        "records": [_record(client) for client in user.clients.order_by("pk")],
        "bookings": _bookings(bookings.order_by("session__starts_at", "pk")),
        "waiting_lists": _waiting(user),
        "messages": [_message(message) for message in messages_to(user)],
    }


def _record(client: Client) -> dict[str, Any]:
    return {
        "name": client.name,
        "email": client.email,
        "phone": str(client.phone),
        "language": client.language,
        "time_zone": client.timezone,
        "added_at": client.created_at.isoformat(),
    }


def _bookings(bookings: Iterable[Booking]) -> list[dict[str, Any]]:
    found = list(bookings)
    happened: dict[int, list[Event]] = {booking.pk: [] for booking in found}
    for event in Event.objects.filter(booking__in=happened).order_by("occurred_at", "pk"):
        happened[event.booking_id].append(event)  # type: ignore[index]
    return [_booking(booking, happened[booking.pk]) for booking in found]


def _booking(booking: Booking, happened: list[Event]) -> dict[str, Any]:
    session = booking.session
    return {
        "code": booking.code,
        "name": booking.client.name,
        "service": session.service.name,
        "provider": session.provider.name,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "places": booking.seats,
        "state": booking.state,
        "attendance": booking.attendance,
        "booked_through": booking.source,
        "booked_at": booking.created_at.isoformat(),
        "cancelled_at": _moment(booking.cancelled_at),
        "reason": booking.cancel_reason,
        "phone": str(booking.phone),
        "language": booking.language,
        "time_zone": booking.timezone,
        "note": booking.note,
        "answers": [{"question": a["label"], "answer": a["answer"]} for a in booking.answers],
        "agreed_to": [consent["text"] for consent in booking.agreed],
        "comment_of_the_staff": booking.comment,
        "history": [_event(event) for event in happened],
    }


def _event(event: Event) -> dict[str, Any]:
    told = {"what": event.kind, "at": event.occurred_at.isoformat()}
    told["by"] = "staff" if event.actor_id is not None else "client or system"
    if reason := event.details.get("reason"):
        told["reason"] = reason
    return told


def _waiting(user: User) -> list[dict[str, Any]]:
    entries = WaitingEntry.objects.of_user(user).with_session().select_related("client")
    return [
        {
            "name": entry.client.name,
            "service": entry.session.service.name,
            "starts_at": entry.session.starts_at.isoformat(),
            "places": entry.seats,
            "state": entry.state,
            "phone": str(entry.phone),
            "language": entry.language,
            "time_zone": entry.timezone,
            "joined_at": entry.created_at.isoformat(),
        }
        for entry in entries.order_by("created_at", "pk")
    ]


def _message(message: Message) -> dict[str, Any]:
    return {
        "about": message.booking.code if message.booking else "",
        "what": message.kind,
        "by": message.channel,
        "to": message.to_address,
        "state": message.state,
        "delivery": message.delivery,
        "due_at": message.due_at.isoformat(),
        "finished_at": _moment(message.ended_at),
        "subject": message.subject,
        "text": message.body_text,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
