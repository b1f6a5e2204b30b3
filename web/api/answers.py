"""Rows and free times in the words of the API."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.availability import OfferedSlot
from booking.links import manage_url
from booking.models import Booking, Company
from booking.zones import is_zone
from web.api.schemas import BookingOut
from zoomlink.actions import CLIENT, links_for


def zone_named(name: str | None) -> ZoneInfo:
    """The zone of a name, else the company's."""
    return ZoneInfo(name) if name and is_zone(name) else Company.objects.current().zone


def slots_out(slots: Iterable[OfferedSlot], zone: ZoneInfo) -> list[dict[str, object]]:
    """Free times as ``SlotOut`` describes them, in ``zone``.

    Written out here: two months on a grid of one minute are ninety thousand.
    """
    return [
        {
            "starts_at": _written(slot.starts_at, zone),
            "ends_at": _written(slot.ends_at, zone),
            "providers": slot.provider_ids,
            "seats_left": slot.seats_left,
            "session": slot.session_id,
        }
        for slot in slots
    ]


def _written(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat().replace("+00:00", "Z")


def booking_out(booking: Booking) -> BookingOut:
    """A booking, with its session, service and provider loaded, in the zone it was booked in."""
    session, zone = booking.session, zone_named(booking.timezone)
    link = links_for([booking], viewer=CLIENT).get(booking.pk)
    return BookingOut(
        code=booking.code,
        token=booking.manage_token,
        state=booking.state,
        service=session.service_id,
        session=session.pk,
        provider=session.provider_id,
        starts_at=session.starts_at.astimezone(zone),
        ends_at=session.ends_at.astimezone(zone),
        seats=booking.seats,
        revision=booking.revision,
        answers=booking.answers,
        join_url=link.url if link else None,
        manage_url=manage_url(booking.manage_token),
    )
