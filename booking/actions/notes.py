"""What staff note on a booking: nobody is told, and nothing of what was agreed changes."""

from datetime import datetime

from booking import events
from booking.actions.holds import lock_booking
from booking.actions.transactions import in_one_transaction
from booking.errors import BookingClosed, TooEarly, WrongValue
from booking.models import Booking, Event, Label, User

LONGEST_COMMENT = 5000


@in_one_transaction
def set_label(*, booking_id: int, label_id: int | None, now: datetime, actor: User) -> Booking:
    """Give a booking a label, or take it off with None. Records LABELLED with its name.

    Raises WrongValue for a label that there is not.
    """
    booking = lock_booking(booking_id)
    label = Label.objects.filter(pk=label_id).first() if label_id is not None else None
    if label_id is not None and label is None:
        raise WrongValue("label")
    if booking.label_id != label_id:
        booking.label = label
        booking.save(update_fields=["label"])
        name = label.name if label else ""
        events.record(Event.LABELLED, now=now, booking=booking, actor=actor, label=name)
    return booking


@in_one_transaction
def note_attendance(*, booking_id: int, attendance: str, now: datetime, actor: User) -> Booking:
    """Note whether the client came. Records ATTENDANCE_NOTED.

    Raises BookingClosed unless the booking is confirmed, TooEarly before it begins,
    WrongValue for another word than those of ``Booking.ATTENDANCES``.
    """
    if attendance not in dict(Booking.ATTENDANCES):
        raise WrongValue("attendance")
    booking = lock_booking(booking_id)
    if not booking.is_confirmed:
        raise BookingClosed
    if now < booking.session.starts_at:
        raise TooEarly
    if booking.attendance != attendance:
        booking.attendance = attendance
        booking.save(update_fields=["attendance"])
        kind = Event.ATTENDANCE_NOTED
        events.record(kind, now=now, booking=booking, actor=actor, attendance=attendance)
    return booking


@in_one_transaction
def write_comment(*, booking_id: int, comment: str, now: datetime, actor: User) -> Booking:
    """Keep the staff's own note on a booking, at most 5,000 characters. Records COMMENTED.

    Raises WrongValue when it is too long.
    """
    if len(comment) > LONGEST_COMMENT:
        raise WrongValue("comment")
    booking = lock_booking(booking_id)
    if booking.comment != comment:
        booking.comment = comment
        booking.save(update_fields=["comment"])
        events.record(Event.COMMENTED, now=now, booking=booking, actor=actor)
    return booking
