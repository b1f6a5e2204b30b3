"""The closed lists of webhooks: what they tell, and why one was not sent."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Event
from webhooks.addresses import Problem
from webhooks.client import Trouble

FEATURE = "webhooks"
TEST = "test"


@dataclass(frozen=True)
class EventType:
    """One kind of webhook, by the name that stands in its body."""

    name: str
    label: Promise
    told_by: str  # a kind of Event

    @property
    def is_about_client(self) -> bool:
        return self.name.startswith("client.")


EVENT_TYPES = {
    kind.name: kind
    for kind in (
        EventType("booking.created", _("Booked"), Event.BOOKED),
        EventType("booking.requested", _("Asked for approval"), Event.REQUESTED),
        EventType("booking.approved", _("Approved"), Event.APPROVED),
        EventType("booking.declined", _("Declined"), Event.DECLINED),
        EventType("booking.expired", _("Not approved in time"), Event.EXPIRED),
        EventType("booking.changed", _("Moved: time, length or provider"), Event.RESCHEDULED),
        EventType("booking.cancelled", _("Cancelled"), Event.CANCELLED),
        EventType("booking.restored", _("Cancellation undone"), Event.RESTORED),
        EventType("meeting.link_ready", _("Meeting link added later"), Event.LINK_ADDED),
        EventType("meeting.link_removed", _("Meeting link removed"), Event.LINK_REMOVED),
        EventType("meeting.started", _("Meeting started"), Event.MEETING_STARTED),
        EventType("meeting.ended", _("Meeting ended"), Event.MEETING_ENDED),
        EventType("client.changed", _("Client changed their details"), Event.CLIENT_CHANGED),
        EventType("client.erased", _("Client's data erased"), Event.CLIENT_ERASED),
    )
}
TYPE_OF = {kind.told_by: kind for kind in EVENT_TYPES.values()}


def label_of(name: str) -> str | Promise:
    """What a kind of webhook is called by people."""
    kind = EVENT_TYPES.get(name)
    return kind.label if kind is not None else _("Test")


class Reason(TextChoices):
    """Why a delivery stands as it does, where no HTTP status says it."""

    UNREACHABLE = Trouble.UNREACHABLE.value, _("Nobody answers at this address.")
    TOO_LATE = Trouble.TOO_LATE.value, _("There was no answer in time.")
    CERTIFICATE = Trouble.CERTIFICATE.value, _("The certificate of the other side is not valid.")
    BROKE_OFF = Trouble.BROKE_OFF.value, _("The connection broke before there was an answer.")
    UNREADABLE = Problem.UNREADABLE.value, _("This is no address of a web page.")
    NOT_HTTP = Problem.NOT_HTTP.value, _("The address must begin with https:// or http://.")
    CREDENTIALS = (
        Problem.CREDENTIALS.value,
        _("A user or password in the address is not sent. Leave it out and check the signature."),
    )
    FORBIDDEN = Problem.FORBIDDEN.value, _("Nothing is sent to this address: no receiver is there.")
    UNENCRYPTED = (
        Problem.UNENCRYPTED.value,
        _("On the Internet the address must begin with https://."),
    )
    NO_SECRET = "no_secret", _("The secret can no longer be read. Make a new one.")
    LOST = "lost", _("The attempt broke off on our side, each time.")
    FEATURE_OFF = "feature_off", _("Webhooks were switched off.")
    ENDPOINT_OFF = "endpoint_off", _("The endpoint was switched off.")
    TOO_OLD = "too_old", _("It had waited for a week.")


class Pause(TextChoices):
    """Why an endpoint gets nothing for the time being."""

    FAILING = "failing", _("Every attempt of a whole day failed.")
    GONE = "gone", _("The other side said that it is gone (410).")
