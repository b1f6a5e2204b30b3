"""Who is told, where, in which language and zone."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils.translation import get_supported_language_variant
from phonenumber_field.phonenumber import PhoneNumber

from booking.models import Booking, Company, Provider, User, WaitingEntry
from notifications.kinds import Audience, Channel


@dataclass(frozen=True)
class Recipient:
    """One person or office, by one channel; ``address`` may be missing.

    ``name`` tells recipients of one message apart within its key.
    """

    audience: str
    name: str
    address: str
    language: str
    timezone: str
    provider: Provider | None = None


def client_of(booking: Booking, channel: str, company: Company) -> Recipient:
    """The client, in the language and zone they booked in."""
    client = booking.client
    return Recipient(
        audience=Audience.CLIENT,
        name="client",
        address=_address(client.email, booking.contact_phone, channel),
        language=supported(booking.language or client.language, company),
        timezone=zone_of(booking, company),
    )


def who_waits(entry: WaitingEntry, channel: str, company: Company) -> Recipient:
    """Who is on a waiting list, in the language and zone they joined it in."""
    client = entry.client
    return Recipient(
        audience=Audience.CLIENT,
        name=f"waiting-{entry.pk}",
        address=_address(client.email, entry.phone or client.phone, channel),
        language=supported(entry.language or client.language, company),
        timezone=_known_zone(entry.timezone or client.timezone, company),
    )


def as_recipient(provider: Provider, channel: str, company: Company) -> Recipient:
    """A provider, by the address of their own."""
    return Recipient(
        audience=Audience.PROVIDER,
        name=f"provider-{provider.pk}",
        address=_address(provider.email, provider.phone, channel),
        language=supported(provider.language, company),
        timezone=_known_zone(provider.timezone, company),
        provider=provider,
    )


def office(channel: str, company: Company) -> Recipient:
    """The company itself."""
    return Recipient(
        audience=Audience.COMPANY,
        name="company",
        address=_address(company.email, company.phone, channel),
        language=supported("", company),
        timezone=company.timezone,
    )


def zone_of(booking: Booking, company: Company) -> str:
    """The zone the client booked in, as far as there is such a zone."""
    return _known_zone(booking.timezone or booking.client.timezone, company)


def of_booking(booking: Booking, audience: str, channel: str, company: Company) -> Recipient:
    """Who stands for an audience in a booking: its client, its present provider, or the company."""
    if audience == Audience.CLIENT:
        return client_of(booking, channel, company)
    if audience == Audience.PROVIDER:
        return as_recipient(booking.session.provider, channel, company)
    return office(channel, company)


def supported(language: str, company: Company) -> str:
    """Return the nearest language there are texts in: the wanted, the company's, the site's."""
    for wanted in (language, company.language):
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)


def staff_who_connect_zoom() -> QuerySet[User]:
    """Those who can mend the connection to Zoom."""
    connect_zoom = Permission.objects.filter(
        content_type__app_label="zoomlink", codename="manage_online_meetings"
    )
    may_connect = (
        Q(is_superuser=True)
        | Q(groups__permissions__in=connect_zoom)
        | Q(user_permissions__in=connect_zoom)
    )
    return User.objects.filter(may_connect, is_staff=True, is_active=True).distinct()


def _known_zone(name: str, company: Company) -> str:
    """Return ``name`` if there is such a zone: a browser's may be newer than our list."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return company.timezone


def _address(email: str, phone: PhoneNumber | str | None, channel: str) -> str:
    """The e-mail address, or the phone number as E.164 where it is a number at all."""
    if channel == Channel.EMAIL:
        return email
    if isinstance(phone, PhoneNumber) and phone.is_valid():
        return str(phone.as_e164)
    return ""
