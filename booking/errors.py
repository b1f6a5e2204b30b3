"""Why a change was refused, in words fit for the person who asked for it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.slots import Refusal


class BookingError(Exception):
    """A refusal. ``code`` is stable for programs, ``text`` is for people."""

    code = "refused"
    text: str | Promise = _("This cannot be done.")

    def __init__(self, text: str | Promise | None = None):
        super().__init__(self.code)
        if text is not None:
            self.text = text

    def __str__(self):
        return str(self.text)


class SlotTaken(BookingError):
    """Somebody was faster, or the provider is busy then."""

    code = "slot_taken"
    text = _("This time has just been taken. Please choose another one.")


class SessionFull(BookingError):
    code = "session_full"
    text = _("There are not enough places left in this session.")


class BookingClosed(BookingError):
    """The booking is cancelled, declined, expired or over: nothing can be changed."""

    code = "booking_closed"
    text = _("This booking can no longer be changed.")


class TooLate(BookingError):
    """A client's time for changing their booking has passed; staff still may."""

    code = "too_late"
    text = _("It is too late to change this booking online. Please contact us.")


class NotBookable(BookingError):
    """The service, the provider or the combination of them is not offered."""

    code = "not_bookable"
    text = _("This cannot be booked at present.")


class Outdated(BookingError):
    """The change was asked for on the strength of an older state of the booking."""

    code = "outdated"
    text = _("This booking has changed meanwhile. Please look at it once more.")


class KeyReused(BookingError):
    """An idempotency key that stands for a booking of other people or another service."""

    code = "idempotency_key_reused"
    text = _("This request was already used for another booking. Please start again.")


class FeatureRefused(BookingError):
    """A feature needs another one, or clashes with one that is on."""

    code = "feature_refused"


REFUSAL_TEXTS = {
    Refusal.TOO_SOON: _("It is too late to book this time."),
    Refusal.TOO_FAR: _("This time is further ahead than can be booked."),
    Refusal.OFF_GRID: _("Bookings do not start at this minute."),
    Refusal.CLOSED: _("This time lies outside the working hours."),
    Refusal.TIME_OFF: _("The provider is away at this time."),
}


class SlotNotOffered(BookingError):
    """The rules do not offer this time; ``reason`` says which one."""

    code = "slot_not_offered"

    def __init__(self, reason: Refusal):
        super().__init__(REFUSAL_TEXTS[reason])
        self.reason = reason
