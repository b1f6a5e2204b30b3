"""An SMS makes a noise: it waits until its reader's quiet hours end, unless that is too late."""

from datetime import datetime
from zoneinfo import ZoneInfo

from booking.models import Booking
from notifications.kinds import Channel, Kind
from notifications.models import Message, MessagingSettings
from notifications.quiet import QuietHours

# About this very moment: their readers wait for them, or somebody waits for their readers.
_AT_ONCE = (Kind.SIGN_IN_CODE, Kind.CLIENT_WAITS, Kind.FALLBACK_USED, Kind.NOT_READY)


def quiet_hours() -> QuietHours | None:
    """The company's quiet hours for SMS; None where it has none."""
    chosen = MessagingSettings.objects.current()
    if chosen.sms_quiet_from is None or chosen.sms_quiet_until is None:
        return None
    return QuietHours(chosen.sms_quiet_from, chosen.sms_quiet_until)


def held_until(message: Message, booking: Booking | None, *, now: datetime) -> datetime | None:
    """Return until when a message waits for quiet hours to end; None when it goes out now.

    It waits for nothing where what it tells of begins, or an offer ends, before they do.
    What somebody sends for a test is never held.
    """
    if message.channel != Channel.SMS or message.is_test or message.kind in _AT_ONCE:
        return None
    hours = quiet_hours()
    night = hours.around(now, ZoneInfo(message.timezone)) if hours is not None else None
    if night is None:
        return None
    _begin, end = night
    return None if any(at <= end for at in _deadlines(message, booking, now)) else end


def _deadlines(message: Message, booking: Booking | None, now: datetime) -> list[datetime]:
    """After which of these moments its reader would be told too late."""
    session = booking.session if booking is not None else message.session
    if message.kind == Kind.FOLLOW_UP or session is None:
        return []
    if message.kind == Kind.NEWS and session.starts_at <= now:
        return []
    if message.kind == Kind.REMINDER:
        return [session.starts_at]
    found = [session.starts_at]
    was = message.event.details.get("was", {}) if message.event is not None else {}
    if "starts_at" in was:
        # Who is not told of a change in time comes when it was to begin before.
        found.append(datetime.fromisoformat(was["starts_at"]))
    if message.kind == Kind.OFFERED and booking is not None and booking.held_until is not None:
        found.append(booking.held_until)
    return found
