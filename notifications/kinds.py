"""Which messages there are: about what, to whom, by which way, and on at first or not."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    PROOF = "proof", _("Booking to be confirmed by its client")
    REQUESTED = "requested", _("Booking waits for approval")
    CONFIRMATION = "confirmation", _("Booking confirmed")
    APPROVED = "approved", _("Booking approved")
    CHANGED = "changed", _("Booking changed")
    CANCELLED = "cancelled", _("Booking cancelled")
    DECLINED = "declined", _("Booking not confirmed")
    REMINDER = "reminder", _("Reminder")
    FOLLOW_UP = "follow-up", _("Follow-up")
    WAITING = "waiting", _("Place on the waiting list")
    OFFERED = "offered", _("Place offered from the waiting list")
    SESSION_MOVED = "session-moved", _("Class session changed")
    SESSION_CANCELLED = "session-cancelled", _("Class session cancelled")
    LINK_ADDED = "link-added", _("Meeting link added")
    LINK_REMOVED = "link-removed", _("Meeting link removed")
    NOT_READY = "not-ready", _("Meeting not ready")
    FALLBACK_USED = "fallback-used", _("Fallback room used")
    CLIENT_WAITS = "client-waits", _("Client waits for the provider")
    NEWS = "news", _("Message from the staff")
    SIGN_IN_CODE = "sign-in-code", _("Sign-in code")
    SECOND_FACTOR = "second-factor", _("Two-factor sign-in changed")
    CONNECTION_LOST = "connection-lost", _("Zoom connection lost")
    ZOOM_DISCONNECTED = "zoom-disconnected", _("Zoom disconnected")
    ZOOM_USER_MISSING = "zoom-user-missing", _("Zoom user no longer there")
    MEETING_FAILED = "meeting-failed", _("Meeting could not be made")


class Audience(models.TextChoices):
    CLIENT = "client", _("Client")
    PROVIDER = "provider", _("Provider")
    COMPANY = "company", _("Company")
    STAFF = "staff", _("Staff")


class Channel(models.TextChoices):
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    SMS = "sms", _("SMS")

    @property
    def setting(self) -> str:
        """The name of the setting that opens this way; unset, messages are caught."""
        return {"email": "EMAIL_URL", "sms": "SMS_URL"}[self.value]


class Choice(models.TextChoices):
    """What a service, a provider, or the one with the other makes of a message."""

    INHERIT = "inherit", _("Inherit")
    TEXT = "text", _("Own text")
    MUTE = "mute", _("Do not send")


class Reason(models.TextChoices):
    """Why a message was not sent, or not yet: the channel's answers among the rest."""

    OUTDATED = "outdated", _("The booking has changed since; a newer message tells how it stands.")
    NOT_WAITING = "not-waiting", _("The booking does not wait for approval (any more).")
    NOT_TO_PROVE = "not-to-prove", _("The booking does not wait for its client (any more).")
    NOT_OFFERED = "not-offered", _("The place is not offered (any more).")
    NOT_DECLINED = "not-declined", _("The booking was not declined.")
    NOT_CONFIRMED = "not-confirmed", _("The booking is not confirmed (any more).")
    NOT_CANCELLED = "not-cancelled", _("The booking is not cancelled.")
    TOO_LATE = "too-late", _("It would have come too late.")
    QUIET = "quiet", _("It waits until the quiet hours of its reader are over.")
    NO_ADDRESS = "no-address", _("There is no e-mail address or valid phone number to send it to.")
    SWITCHED_OFF = "switched-off", _("This message is switched off.")
    EXPIRED = "expired", _("The code had expired.")
    NO_LINK = "no-link", _("There is no meeting link (any more).")
    HAS_LINK = "has-link", _("There is a meeting link (again).")
    SILENCED = "silenced", _("Staff chose to tell nobody.")
    UNDONE = "undone", _("It was undone before anybody was told, or told anew.")
    NOT_TOLD = "not-told", _("Its reader was never told what this would take back.")
    DID_NOT_COME = "did-not-come", _("The client did not come.")
    OFF_THE_LIST = "off-the-list", _("The client no longer waits for a place.")
    REFUSED = "refused", _("It was refused for good.")
    NOT_TAKEN = "not-taken", _("It was not taken; it is tried again.")
    UNREACHABLE = "unreachable", _("The other end could not be reached; it is tried again.")
    WRONG_ADDRESS = "wrong-address", _("The address cannot be written to.")
    UNSUBSCRIBED = "unsubscribed", _("Its reader has asked for no more messages.")
    STARTED = "started", _("The provider has started the meeting.")
    SOLVED = "solved", _("Zoom is connected again.")
    SETTLED = "settled", _("It was settled before this could go out.")
    ERASED = "erased", _("The client's data was erased.")
    GAVE_UP = "gave-up", _("It was tried too many times.")


# These state how a booking stands; a newer one takes the place of an older one.
STANDING_KINDS = (
    Kind.PROOF,
    Kind.REQUESTED,
    Kind.CONFIRMATION,
    Kind.APPROVED,
    Kind.CHANGED,
    Kind.REMINDER,
    Kind.FOLLOW_UP,
    Kind.OFFERED,
)
# They go out at times of their own, as many as the company likes, instead of at an event.
TIMED_KINDS = (Kind.REMINDER, Kind.FOLLOW_UP)
STANDING_NEWS = tuple(kind for kind in STANDING_KINDS if kind not in TIMED_KINDS)
# Without them nothing comes of what was begun, so they have no switch.
INDISPENSABLE_KINDS = (Kind.PROOF,)
# In the order in which a booking meets them.
BOOKING_KINDS = (
    Kind.PROOF,
    Kind.REQUESTED,
    Kind.APPROVED,
    Kind.DECLINED,
    Kind.CONFIRMATION,
    Kind.CHANGED,
    Kind.CANCELLED,
    Kind.REMINDER,
    Kind.FOLLOW_UP,
    Kind.WAITING,
    Kind.OFFERED,
)
# About a class session itself: to our side once for all its bookings, and to who waits for it.
SESSION_KINDS = (Kind.SESSION_MOVED, Kind.SESSION_CANCELLED)
WAITING_KINDS = (Kind.WAITING, Kind.OFFERED)
# An appointment has neither a whole session to tell of nor a list to wait on.
CLASS_KINDS = (*SESSION_KINDS, *WAITING_KINDS)
LINK_KINDS = (Kind.LINK_ADDED, Kind.LINK_REMOVED)
# About an online meeting: to each client, and to the provider once for all of them.
MEETING_KINDS = (*LINK_KINDS, Kind.NOT_READY, Kind.FALLBACK_USED, Kind.CLIENT_WAITS)
# To those who connect Zoom: what went wrong, and what to do.
STAFF_KINDS = (
    Kind.CONNECTION_LOST,
    Kind.ZOOM_DISCONNECTED,
    Kind.ZOOM_USER_MISSING,
    Kind.MEETING_FAILED,
)
# The feature that lets texts and switches differ by service and provider.
FLEXIBLE = "flexible-notifications"
FIRST_REMINDER_MINUTES = 1440  # the one reminder of a company that does nothing about it


@dataclass(frozen=True)
class MessageSpec:
    """One message that the company may switch and put into its words.

    It is worded when it is sent, about a booking or about a session with its meeting.
    One of ``TIMED_KINDS`` has times instead of a switch, one of ``INDISPENSABLE_KINDS``
    is always on.
    """

    kind: Kind
    audience: Audience
    channel: Channel
    default_on: bool

    @property
    def slug(self) -> str:
        return f"{self.kind.value}-{self.audience.value}-{self.channel.value}"

    @property
    def is_timed(self) -> bool:
        return self.kind in TIMED_KINDS

    @property
    def is_indispensable(self) -> bool:
        return self.kind in INDISPENSABLE_KINDS

    @property
    def has_switch(self) -> bool:
        return not (self.is_timed or self.is_indispensable)


Place = tuple[Audience, Channel]
_CLIENT_MAIL: Place = (Audience.CLIENT, Channel.EMAIL)
_CLIENT_SMS: Place = (Audience.CLIENT, Channel.SMS)
_PROVIDER_MAIL: Place = (Audience.PROVIDER, Channel.EMAIL)
_EVERYBODY = tuple(
    (audience, channel)
    for audience in (Audience.CLIENT, Audience.PROVIDER, Audience.COMPANY)
    for channel in Channel
)
_TO_CLIENTS = (_CLIENT_MAIL, _CLIENT_SMS)
_TO_OUR_SIDE = tuple(place for place in _EVERYBODY if place[0] != Audience.CLIENT)

# A company that does nothing about it: mail to client and provider, SMS to clients where it
# is news of their booking. An SMS costs money, so every other one waits to be wanted, and
# so does whatever the staff have seen or done themselves.
_NEWS = (*_TO_CLIENTS, _PROVIDER_MAIL)
_SHIPPED: dict[Kind, tuple[tuple[Place, ...], tuple[Place, ...]]] = {
    # kind: (to whom there is one, which of them are on)
    Kind.PROOF: ((_CLIENT_MAIL,), (_CLIENT_MAIL,)),
    Kind.REQUESTED: (_EVERYBODY, _NEWS),
    Kind.APPROVED: (_EVERYBODY, _NEWS),
    Kind.DECLINED: (_EVERYBODY, _NEWS),
    Kind.CONFIRMATION: (_EVERYBODY, _NEWS),
    Kind.CHANGED: (_EVERYBODY, _NEWS),
    Kind.CANCELLED: (_EVERYBODY, _NEWS),
    Kind.REMINDER: (_EVERYBODY, (_CLIENT_MAIL,)),
    Kind.FOLLOW_UP: (_TO_CLIENTS, ()),
    Kind.WAITING: (_TO_CLIENTS, (_CLIENT_MAIL,)),
    Kind.OFFERED: (_TO_CLIENTS, _TO_CLIENTS),
    Kind.SESSION_MOVED: (_EVERYBODY, _NEWS),
    Kind.SESSION_CANCELLED: (_EVERYBODY, _NEWS),
    Kind.LINK_ADDED: (_EVERYBODY, (_CLIENT_MAIL,)),
    Kind.LINK_REMOVED: (_EVERYBODY, (_CLIENT_MAIL,)),
    Kind.NOT_READY: (_EVERYBODY, (_CLIENT_MAIL, _CLIENT_SMS, _PROVIDER_MAIL)),
    Kind.FALLBACK_USED: (_EVERYBODY, (_CLIENT_MAIL, _CLIENT_SMS, _PROVIDER_MAIL)),
    Kind.CLIENT_WAITS: (_TO_OUR_SIDE, (_PROVIDER_MAIL,)),
}

MESSAGES = {
    spec.slug: spec
    for kind, (places, on) in _SHIPPED.items()
    for spec in (MessageSpec(kind, *place, default_on=place in on) for place in places)
}

# What staff write to the clients of many bookings, in their own words: nothing to be switched.
NEWS = {
    channel: MessageSpec(Kind.NEWS, Audience.CLIENT, channel, default_on=True)
    for channel in Channel
}


def specs_of(kind: str, audience: str | None = None) -> list[MessageSpec]:
    """The messages of a kind, to everybody or to one audience, in a fixed order."""
    return [
        spec
        for spec in MESSAGES.values()
        if spec.kind == kind and audience in (None, spec.audience)
    ]
