"""Which messages there are: about what, to whom, by which way, and on at first or not."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    REQUESTED = "requested", _("Booking waits for approval")
    CONFIRMATION = "confirmation", _("Booking confirmed")
    CHANGED = "changed", _("Booking changed")
    CANCELLED = "cancelled", _("Booking cancelled")
    DECLINED = "declined", _("Booking not confirmed")
    REMINDER = "reminder", _("Reminder")
    OFFERED = "offered", _("Place offered from the waiting list")
    SESSION_MOVED = "session-moved", _("Class session changed")
    SESSION_CANCELLED = "session-cancelled", _("Class session cancelled")
    LINK_ADDED = "link-added", _("Meeting link added")
    LINK_REMOVED = "link-removed", _("Meeting link removed")
    FALLBACK_USED = "fallback-used", _("Fallback room used")
    CLIENT_WAITS = "client-waits", _("Client waits for the provider")
    SIGN_IN_CODE = "sign-in-code", _("Sign-in code")
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
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")

    @property
    def setting(self) -> str:
        """The name of the setting that opens this way; unset, messages are caught."""
        return {"email": "EMAIL_URL", "sms": "SMS_URL"}[self.value]


class Reason(models.TextChoices):
    """Why a message was not sent, where it was not the channel that refused it."""

    OUTDATED = "outdated", _("The booking has changed since; a newer message tells how it stands.")
    NOT_WAITING = "not-waiting", _("The booking does not wait for approval (any more).")
    NOT_OFFERED = "not-offered", _("The place is not offered (any more).")
    NOT_DECLINED = "not-declined", _("The booking was not declined.")
    NOT_CONFIRMED = "not-confirmed", _("The booking is not confirmed (any more).")
    NOT_CANCELLED = "not-cancelled", _("The booking is not cancelled.")
    TOO_LATE = "too-late", _("It would have come too late.")
    NO_ADDRESS = "no-address", _("There is no e-mail address or valid phone number to send it to.")
    SWITCHED_OFF = "switched-off", _("This message is switched off.")
    EXPIRED = "expired", _("The code had expired.")
    NO_LINK = "no-link", _("There is no meeting link (any more).")
    HAS_LINK = "has-link", _("There is a meeting link (again).")
    UNDONE = "undone", _("It was undone before anybody was told, or told anew.")
    STARTED = "started", _("The provider has started the meeting.")
    SOLVED = "solved", _("Zoom is connected again.")
    SETTLED = "settled", _("It was settled before this could go out.")
    GAVE_UP = "gave-up", _("It was tried too many times.")


# These state how a booking stands; a newer one takes the place of an older one.
STANDING_KINDS = (Kind.REQUESTED, Kind.CONFIRMATION, Kind.CHANGED, Kind.REMINDER, Kind.OFFERED)
BOOKING_KINDS = (*STANDING_KINDS, Kind.CANCELLED, Kind.DECLINED)
# About a class session itself: to our side once for all its bookings, and to who waits for it.
SESSION_KINDS = (Kind.SESSION_MOVED, Kind.SESSION_CANCELLED)
LINK_KINDS = (Kind.LINK_ADDED, Kind.LINK_REMOVED)
# About an online meeting: to each client, and to the provider once for all of them.
MEETING_KINDS = (*LINK_KINDS, Kind.FALLBACK_USED, Kind.CLIENT_WAITS)
# To those who connect Zoom: what went wrong, and what to do.
STAFF_KINDS = (
    Kind.CONNECTION_LOST,
    Kind.ZOOM_DISCONNECTED,
    Kind.ZOOM_USER_MISSING,
    Kind.MEETING_FAILED,
)
REMINDER_MINUTES = 1440


@dataclass(frozen=True)
class MessageSpec:
    """One message that the company may switch and put into its words.

    It is worded when it is sent, about a booking or about a session with its meeting.
    """

    kind: Kind
    audience: Audience
    channel: Channel
    default_on: bool

    @property
    def slug(self) -> str:
        return f"{self.kind.value}-{self.audience.value}-{self.channel.value}"


def _specs() -> list[MessageSpec]:
    """A company that does nothing about it: mail to client and provider, SMS to clients.

    An SMS costs money, so a reminder by SMS and every SMS to staff wait to be wanted. Of
    reminders, and of what the staff declined, the staff need no news; an offer concerns
    its client alone.
    """
    specs = []
    for kind in BOOKING_KINDS:
        is_reminder = kind == Kind.REMINDER
        is_news = kind not in (Kind.REMINDER, Kind.DECLINED)
        specs += [
            MessageSpec(kind, Audience.CLIENT, Channel.EMAIL, True),
            MessageSpec(kind, Audience.CLIENT, Channel.SMS, not is_reminder),
        ]
        if kind == Kind.OFFERED:
            continue
        specs += [
            MessageSpec(kind, Audience.PROVIDER, Channel.EMAIL, is_news),
            MessageSpec(kind, Audience.PROVIDER, Channel.SMS, False),
            MessageSpec(kind, Audience.COMPANY, Channel.EMAIL, False),
        ]
    return specs


def _meeting_specs() -> list[MessageSpec]:
    """Mail to who must act or find another room; an SMS where minutes are left for it.

    A provider sees in the calendar which meetings are online, and need not be told.
    """
    specs = []
    for kind in LINK_KINDS:
        specs += [
            MessageSpec(kind, Audience.CLIENT, Channel.EMAIL, True),
            MessageSpec(kind, Audience.CLIENT, Channel.SMS, False),
            MessageSpec(kind, Audience.PROVIDER, Channel.EMAIL, False),
            MessageSpec(kind, Audience.PROVIDER, Channel.SMS, False),
        ]
    return [
        *specs,
        MessageSpec(Kind.FALLBACK_USED, Audience.CLIENT, Channel.EMAIL, True),
        MessageSpec(Kind.FALLBACK_USED, Audience.CLIENT, Channel.SMS, True),
        MessageSpec(Kind.FALLBACK_USED, Audience.PROVIDER, Channel.EMAIL, True),
        MessageSpec(Kind.FALLBACK_USED, Audience.PROVIDER, Channel.SMS, False),
        MessageSpec(Kind.CLIENT_WAITS, Audience.PROVIDER, Channel.EMAIL, True),
        MessageSpec(Kind.CLIENT_WAITS, Audience.PROVIDER, Channel.SMS, False),
    ]


MESSAGES = {spec.slug: spec for spec in (*_specs(), *_meeting_specs())}


def specs_of(kind: str, audience: str | None = None) -> list[MessageSpec]:
    """The messages of a kind, to everybody or to one audience, in a fixed order."""
    return [
        spec
        for spec in MESSAGES.values()
        if spec.kind == kind and audience in (None, spec.audience)
    ]
