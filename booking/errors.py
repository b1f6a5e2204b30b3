"""Why a change was refused, in words fit for the person who asked for it."""

import enum
from collections.abc import Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

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


class HoldExpired(BookingError):
    """The time for which something was held has run out."""

    code = "hold_expired"
    text = _("The time is no longer held for you. Please book it once more.")


class ProofNeeded(BookingError):
    """Only whoever reads the client's mail can confirm this hold."""

    code = "proof_needed"
    text = _("Please confirm it by the link in the e-mail that we have sent you.")


class TooManyUnproved(BookingError):
    """So many holds wait for one address to be proved that it gets no more for now."""

    code = "too_many_unproved"
    text = _(
        "Several bookings wait to be confirmed by e-mail from this address already. Please "
        "confirm those first, or try again later."
    )


class TooEarly(BookingError):
    """Something that can only be said once the booking has begun."""

    code = "too_early"
    text = _("The booking has not begun yet.")


class OverrideRefused(BookingError):
    """The rules were to be set aside by nobody of the staff."""

    code = "override_refused"
    text = _("Only staff can book outside the rules.")


class SilenceRefused(BookingError):
    """Nobody was to be told of a change that no staff made."""

    code = "silence_refused"
    text = _("Only staff can choose that nobody is told.")


class LengthRefused(BookingError):
    """A length other than the service's was wanted by nobody of the staff."""

    code = "length_refused"
    text = _("Only staff can choose how long it takes.")


class CapacityBelowTaken(BookingError):
    """Fewer places than are taken already."""

    code = "capacity_below_taken"

    def __init__(self, taken: int):
        text = ngettext_lazy(
            "%(count)d place is taken already.", "%(count)d places are taken already.", "count"
        )
        super().__init__(text % {"count": taken})
        self.taken = taken


class SeriesClashes(BookingError):
    """Sessions of a series that overlap others; ``starts`` are their aware starts."""

    code = "series_clashes"
    text = _("The provider is busy at some of these times.")

    def __init__(self, starts: Sequence[datetime]):
        super().__init__()
        self.starts = starts


class SessionMoved(BookingError):
    """A session of a class that is no longer at the time it was chosen for."""

    code = "session_moved"
    text = _("This session has been moved meanwhile. Please look at its new time.")


class PlacesLeft(BookingError):
    """Nobody need wait for what can be booked."""

    code = "places_left"
    text = _("There are places left in this session. Please book one.")


class AlreadyWaiting(BookingError):
    code = "already_waiting"
    text = _("You are on the waiting list of this session already.")


class WrongValue(BookingError):
    """A value outside of what is possible; ``field`` is the argument at fault."""

    code = "wrong_value"
    text = _("This value is not possible.")

    def __init__(self, field: str):
        super().__init__()
        self.field = field


class WrongLength(WrongValue):
    """A length that no service can have."""

    text = _("A length is whole minutes, at least 5 and less than a day.")

    def __init__(self) -> None:
        super().__init__("duration")


class WrongAnswer(WrongValue):
    """What was said to a question, ``answers.3``, or to a box to tick, ``agreed_to.2``.

    ``reason`` is for programs: required, invalid, too_long or unknown. ``why`` is for people
    who see the question; the text names it, which is ``of``.
    """

    def __init__(self, field: str, reason: str, why: str | Promise, *, of: str = ""):
        super().__init__(field)
        self.reason, self.why = reason, why
        self.text = f"{of}: {why}" if of else why


class Outdated(BookingError):
    """The change was asked for on the strength of an older state of the booking."""

    code = "outdated"
    text = _("This booking has changed meanwhile. Please look at it once more.")


class KeyReused(BookingError):
    """An idempotency key that stands for a booking of other people or another service."""

    code = "idempotency_key_reused"
    text = _("This request was already used for another booking. Please start again.")


class MergeRefused(BookingError):
    """Records of clients that cannot become one, with a text that says why."""

    code = "merge_refused"


class ClientExists(BookingError):
    """Another record has the same name and address already."""

    code = "client_exists"
    text = _("Another record with this e-mail has this name already.")


class FeatureRefused(BookingError):
    """A feature needs another one, or clashes with one that is on."""

    code = "feature_refused"


REFUSAL_TEXTS = {
    Refusal.TOO_SOON: _("It is too late to book this time."),
    Refusal.TOO_FAR: _("This time is further ahead than can be booked."),
    Refusal.OFF_GRID: _("Bookings do not start at this minute."),
    Refusal.CLOSED: _("This time lies outside the working hours."),
    Refusal.SERVICE_HOURS: _("This service is not offered at this time of the week."),
    Refusal.TIME_OFF: _("The provider is away at this time."),
    Refusal.DAY_FULL: _("Nothing more can be booked on this day."),
}


class OutsideReason(enum.StrEnum):
    """Why what was booked lies outside the rules of today."""

    PROVIDER_INACTIVE = "provider_inactive"
    SERVICE_INACTIVE = "service_inactive"
    NOT_OF_SERVICE = "not_of_service"
    CLOSED = "closed"
    SERVICE_HOURS = "service_hours"
    TIME_OFF = "time_off"


OUTSIDE_TEXTS = {
    OutsideReason.PROVIDER_INACTIVE: _("The provider is not active."),
    OutsideReason.SERVICE_INACTIVE: _("The service is not active."),
    OutsideReason.NOT_OF_SERVICE: _("The provider no longer offers this service."),
    OutsideReason.CLOSED: REFUSAL_TEXTS[Refusal.CLOSED],
    OutsideReason.SERVICE_HOURS: REFUSAL_TEXTS[Refusal.SERVICE_HOURS],
    OutsideReason.TIME_OFF: REFUSAL_TEXTS[Refusal.TIME_OFF],
}


class SlotNotOffered(BookingError):
    """The rules do not offer this time; ``reason`` says which one."""

    code = "slot_not_offered"

    def __init__(self, reason: Refusal):
        super().__init__(REFUSAL_TEXTS[reason])
        self.reason = reason
