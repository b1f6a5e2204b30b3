"""The registry of [placeholders]: what each means, where it may stand, what it becomes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.formats import format_date, format_time
from booking.links import manage_url
from booking.models import Booking, Company, Provider, Session
from notifications.kinds import Audience
from notifications.render import Value

EVERYBODY = frozenset({Audience.CLIENT, Audience.PROVIDER, Audience.COMPANY})
ONLY_CLIENT = frozenset({Audience.CLIENT})
OUR_SIDE = frozenset({Audience.PROVIDER, Audience.COMPANY})


@dataclass(frozen=True)
class Facts:
    """All a message may speak of: a booking with its people, or None and a whole session.

    ``starts_at``, ``ends_at`` and ``provider`` are the session's, or, for the one it was
    taken from, what they were. Times are told in ``zone``.
    """

    session: Session
    booking: Booking | None
    company: Company
    provider: Provider
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    language: str
    is_short: bool = False
    started_at_before: datetime | None = None
    join_url: str = ""
    host_url: str = ""

    def day(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        return format_date(moment, self.zone, self.language, short=self.is_short)

    def time(self, moment: datetime | None) -> str:
        return "" if moment is None else format_time(moment, self.zone, self.language)

    def moment(self, moment: datetime | None) -> str:
        return "" if moment is None else f"{self.day(moment)}, {self.time(moment)}"


@dataclass(frozen=True)
class Variable:
    """One placeholder, known by its name and perhaps another one."""

    name: str
    meaning: str | Promise
    sample: str | Promise
    value: Callable[[Facts], object]
    audiences: frozenset[Audience] = EVERYBODY
    is_link: bool = False
    alias: str = ""


def _of_booking(value: Callable[[Booking], object]) -> Callable[[Facts], object]:
    """What only a booking has; of a whole session there is nothing to tell."""
    return lambda facts: "" if facts.booking is None else value(facts.booking)


_VARIABLES = (
    Variable(
        "client_name",
        _("name of the client"),
        _("Ben Booker"),
        _of_booking(lambda b: b.client.name),
    ),
    Variable(
        "client_email",
        _("e-mail of the client"),
        "ben@example.com",
        _of_booking(lambda b: b.client.email),
    ),
    Variable(
        "client_phone",
        _("phone of the client"),
        "+380441234567",
        _of_booking(lambda b: b.contact_phone),
    ),
    Variable(
        "client_note",
        _("what the client wrote when booking"),
        _("My first visit"),
        _of_booking(lambda b: b.note),
    ),
    Variable(
        "service",
        _("name of the service"),
        _("Consultation"),
        lambda f: f.session.service.name,
        alias="event",
    ),
    Variable(
        "service_duration",
        _("length of the booking in minutes"),
        "30",
        lambda f: int((f.ends_at - f.starts_at).total_seconds()) // 60,
    ),
    Variable(
        "provider",
        _("name of the provider"),
        _("Ada Host"),
        lambda f: f.provider.name,
        alias="unit",
    ),
    Variable(
        "provider_email",
        _("e-mail of the provider"),
        "ada@example.com",
        lambda f: f.provider.email,
    ),
    Variable(
        "provider_phone",
        _("phone of the provider"),
        "+380447654321",
        lambda f: f.provider.phone,
    ),
    Variable("code", _("code of the booking"), "K7XW2M9P", _of_booking(lambda b: b.code)),
    Variable("places", _("number of places"), "1", _of_booking(lambda b: b.seats)),
    Variable(
        "date_start",
        _("day of the start"),
        _("Tuesday, 24 November 2026"),
        lambda f: f.day(f.starts_at),
    ),
    Variable(
        "time_start",
        _("time of the start, with its zone"),
        _("14:00 (Kyiv, UTC+2)"),
        lambda f: f.time(f.starts_at),
    ),
    Variable(
        "date_end", _("day of the end"), _("Tuesday, 24 November 2026"), lambda f: f.day(f.ends_at)
    ),
    Variable(
        "time_end",
        _("time of the end, with its zone"),
        _("14:30 (Kyiv, UTC+2)"),
        lambda f: f.time(f.ends_at),
    ),
    Variable(
        "date_start_before",
        _("day of the start before the change"),
        _("Monday, 23 November 2026"),
        lambda f: f.day(f.started_at_before),
    ),
    Variable(
        "time_start_before",
        _("time of the start before the change"),
        _("10:00 (Kyiv, UTC+2)"),
        lambda f: f.time(f.started_at_before),
    ),
    Variable(
        "cancel_reason",
        _("why the booking was cancelled or declined"),
        _("I fell ill"),
        _of_booking(lambda b: b.cancel_reason),
    ),
    Variable(
        "offer_until",
        _("until when an offered place is kept"),
        _("Monday, 23 November 2026, 16:00 (Kyiv, UTC+2)"),
        lambda f: f.moment(f.booking.held_until) if f.booking else "",
        audiences=ONLY_CLIENT,
    ),
    Variable("company_name", _("name of the company"), _("Studio North"), lambda f: f.company.name),
    Variable(
        "company_email",
        _("e-mail of the company"),
        "hello@example.com",
        lambda f: f.company.email,
    ),
    Variable(
        "company_phone", _("phone of the company"), "+380440000000", lambda f: f.company.phone
    ),
    Variable(
        "company_address",
        _("address of the company"),
        _("1 North Street, Kyiv"),
        lambda f: f.company.address,
    ),
    Variable(
        "reschedule_link",
        _("page where the client moves the booking"),
        "https://example.com/b/…/",
        _of_booking(lambda b: manage_url(b.manage_token)),
        audiences=ONLY_CLIENT,
        is_link=True,
    ),
    Variable(
        "cancel_link",
        _("page where the client cancels the booking"),
        "https://example.com/b/…/",
        _of_booking(lambda b: manage_url(b.manage_token)),
        audiences=ONLY_CLIENT,
        is_link=True,
    ),
    Variable(
        "offer_link",
        _("page where the client takes an offered place"),
        "https://example.com/b/…/",
        _of_booking(lambda b: manage_url(b.manage_token)),
        audiences=ONLY_CLIENT,
        is_link=True,
    ),
    Variable(
        "my_bookings_link",
        _("page with all bookings of the client"),
        "https://example.com/my-bookings/",
        lambda f: f"{settings.SITE_URL}/my-bookings/",
        audiences=ONLY_CLIENT,
        is_link=True,
    ),
    Variable(
        "online_meeting_link",
        _("the client's link to the online meeting"),
        "https://example.com/m/…/",
        lambda f: f.join_url,
        audiences=ONLY_CLIENT,
        is_link=True,
    ),
    Variable(
        "online_meeting_provider_link",
        _("the provider's link to the online meeting"),
        "https://example.com/m/…/",
        lambda f: f.host_url,
        audiences=OUR_SIDE,
        is_link=True,
    ),
)

ALL_NAMES = frozenset(
    name for variable in _VARIABLES for name in (variable.name, variable.alias) if name
)


def allowed_for(audience: str) -> list[Variable]:
    """The variables that may stand in messages to ``audience``, in the order of the registry."""
    return [variable for variable in _VARIABLES if audience in variable.audiences]


def names_for(audience: str) -> set[str]:
    """Names and other names of what may stand in messages to ``audience``."""
    allowed = allowed_for(audience)
    return {variable.name for variable in allowed} | {v.alias for v in allowed if v.alias}


def values_of(facts: Facts, audience: str) -> dict[str, Value]:
    """What every known name becomes; a name this audience must not see becomes nothing."""
    values = {name: Value("") for name in ALL_NAMES}
    for variable in allowed_for(audience):
        value = Value(str(variable.value(facts) or ""), is_link=variable.is_link)
        values[variable.name] = value
        if variable.alias:
            values[variable.alias] = value
    return values
