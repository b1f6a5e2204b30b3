"""Every variable, in the order in which the editor offers them."""

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from booking.features import WAITING_LIST
from booking.formats import format_price, format_zone
from booking.links import (
    calendar_url,
    desk_booking_url,
    desk_session_url,
    manage_url,
    meeting_url,
    proof_url,
    waiting_url,
)
from booking.models import Booking, Client
from notifications.kinds import Audience, Channel
from notifications.variables.facts import Facts, Variable
from zoomlink.actions import FEATURE as ONLINE_MEETINGS

ONLY_CLIENT = frozenset({Audience.CLIENT})
OUR_SIDE = frozenset({Audience.PROVIDER, Audience.COMPANY})
ONLY_MAIL = frozenset({Channel.EMAIL})  # what people write at length has no room in an SMS
# As long as a real one, so that an SMS is counted right.
_SAMPLE_TOKEN = "Sample-of-22-letters--"


def _of_booking(value: Callable[[Booking], object]) -> Callable[[Facts], object]:
    """What only a booking has; of a whole session there is nothing to tell."""
    return lambda facts: "" if facts.booking is None else value(facts.booking)


def _of_client(value: Callable[[Client], object]) -> Callable[[Facts], object]:
    """What is known of who booked, or of who waits for a place."""

    def of_either(facts: Facts) -> object:
        about = facts.booking or facts.entry
        return "" if about is None else value(about.client)

    return of_either


def _client_name(facts: Facts) -> str:
    with override(facts.language):
        return str(_of_client(str)(facts))


def _client_phone(facts: Facts) -> object:
    if facts.booking is not None:
        return facts.booking.contact_phone
    return facts.entry.phone or facts.entry.client.phone if facts.entry is not None else ""


def _places(facts: Facts) -> object:
    about = facts.booking or facts.entry
    return "" if about is None else about.seats


def _price(facts: Facts) -> str:
    service = facts.session.service
    if service.price is None:
        return ""
    return format_price(service.price, service.currency, facts.language)


def _status(facts: Facts) -> str:
    if facts.booking is None:
        return ""
    with override(facts.language):
        return str(facts.booking.get_state_display())


def _answers(facts: Facts) -> str:
    if facts.booking is None:
        return ""
    with override(facts.language):
        return "; ".join(facts.booking.answer_lines)


def _desk_page(facts: Facts) -> str:
    if facts.booking is not None:
        return desk_booking_url(facts.booking.pk)
    return desk_session_url(facts.session.pk)


VARIABLES = (
    Variable(
        "client_name",
        _("name of the client"),
        _("Ben Booker"),
        _client_name,
    ),
    Variable(
        "client_email",
        _("e-mail of the client"),
        "ben@example.com",
        _of_client(lambda client: client.email),
    ),
    Variable(
        "client_phone",
        _("phone of the client"),
        "+380441234567",
        _client_phone,
    ),
    Variable(
        "client_note",
        _("what the client wrote when booking"),
        _("My first visit"),
        _of_booking(lambda b: b.note),
    ),
    Variable(
        "additional_fields",
        _("what the client answered to the questions of the service"),
        _("Shoe size: 42; Do you need a mat? Yes"),
        _answers,
    ),
    Variable(
        "client_timezone",
        _("time zone of the client"),
        _("Kyiv, UTC+2"),
        lambda f: format_zone(f.starts_at, f.of_client.zone, f.language) if f.booking else "",
    ),
    Variable(
        "service",
        _("name of the service"),
        _("Consultation"),
        lambda f: f.session.service.name,
        alias="event",
    ),
    Variable(
        "service_description",
        _("description of the service"),
        _("Half an hour to talk about what you need."),
        lambda f: f.session.service.description,
        channels=ONLY_MAIL,
    ),
    Variable(
        "service_duration",
        _("length of the booking in minutes"),
        "30",
        lambda f: int((f.ends_at - f.starts_at).total_seconds()) // 60,
    ),
    Variable("price", _("price shown of the service"), _("500 UAH"), _price),
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
    Variable("places", _("number of places"), "1", _places, feature="classes"),
    Variable(
        "date_start",
        _("day of the start"),
        _("Tuesday, 24 November 2026"),
        lambda f: f.day(f.starts_at),
        short_sample=_("Tue, 24 Nov"),
    ),
    Variable("status", _("state of the booking"), _("Confirmed"), _status),
    Variable(
        "comment",
        _("comment of the staff"),
        _("Regular guest"),
        _of_booking(lambda b: b.comment),
        audiences=OUR_SIDE,
        channels=ONLY_MAIL,
    ),
    Variable(
        "time_start",
        _("time of the start, with its zone"),
        _("14:00 (Kyiv, UTC+2)"),
        lambda f: f.time(f.starts_at),
    ),
    Variable(
        "date_end",
        _("day of the end"),
        _("Tuesday, 24 November 2026"),
        lambda f: f.day(f.ends_at),
        short_sample=_("Tue, 24 Nov"),
    ),
    Variable(
        "time_end",
        _("time of the end, with its zone"),
        _("14:30 (Kyiv, UTC+2)"),
        lambda f: f.time(f.ends_at),
    ),
    Variable(
        "date_start_client",
        _("day of the start where the client is"),
        _("Tuesday, 24 November 2026"),
        lambda f: f.of_client.day(f.starts_at) if f.booking else "",
        short_sample=_("Tue, 24 Nov"),
    ),
    Variable(
        "time_start_client",
        _("time of the start where the client is, with its zone"),
        _("14:00 (Kyiv, UTC+2)"),
        lambda f: f.of_client.time(f.starts_at) if f.booking else "",
    ),
    Variable(
        "date_start_before",
        _("day of the start before the change"),
        _("Monday, 23 November 2026"),
        lambda f: f.day(f.started_at_before),
        short_sample=_("Mon, 23 Nov"),
    ),
    Variable(
        "time_start_before",
        _("time of the start before the change"),
        _("10:00 (Kyiv, UTC+2)"),
        lambda f: f.time(f.started_at_before),
    ),
    Variable(
        "time_end_before",
        _("time of the end before the change, where the length has changed"),
        _("10:30 (Kyiv, UTC+2)"),
        lambda f: f.time(f.ended_at_before),
    ),
    Variable(
        "cancel_reason",
        _("why the booking was cancelled or declined"),
        _("I fell ill"),
        lambda f: f.reason if f.booking is None else f.booking.cancel_reason,
    ),
    Variable(
        "bookings",
        _("number of bookings in the class session"),
        "3",
        lambda f: "" if f.bookings is None else str(f.bookings),
        audiences=OUR_SIDE,
        feature="classes",
    ),
    Variable(
        "offer_until",
        _("until when an offered place is kept"),
        _("Monday, 23 November 2026, 16:00 (Kyiv, UTC+2)"),
        lambda f: f.moment(f.booking.held_until) if f.booking else "",
        audiences=ONLY_CLIENT,
        feature=WAITING_LIST,
    ),
    Variable(
        "confirm_until",
        _("until when the client can confirm what is held for them"),
        _("Monday, 23 November 2026, 09:15 (Kyiv, UTC+2)"),
        lambda f: f.moment(f.booking.held_until) if f.booking and f.booking.proof_token else "",
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
        "location",
        _("where it takes place: the reader's link to the online meeting, else the address"),
        _("1 North Street, Kyiv"),
        lambda f: f.join_url or f.host_url or f.company.address,
        is_link=True,
    ),
    Variable(
        "reschedule_link",
        _("page where the client moves the booking"),
        manage_url(_SAMPLE_TOKEN),
        _of_booking(lambda b: manage_url(b.manage_token)),
        audiences=ONLY_CLIENT,
        is_link=True,
    ),
    Variable(
        "cancel_link",
        _("page where the client cancels the booking"),
        manage_url(_SAMPLE_TOKEN),
        _of_booking(lambda b: manage_url(b.manage_token)),
        audiences=ONLY_CLIENT,
        is_link=True,
    ),
    Variable(
        "offer_link",
        _("page where the client takes an offered place"),
        manage_url(_SAMPLE_TOKEN),
        _of_booking(lambda b: manage_url(b.manage_token)),
        audiences=ONLY_CLIENT,
        is_link=True,
        feature=WAITING_LIST,
    ),
    Variable(
        "confirm_link",
        _("page where the client confirms what is held for them"),
        proof_url(_SAMPLE_TOKEN),
        _of_booking(lambda b: proof_url(b.proof_token) if b.proof_token else ""),
        audiences=ONLY_CLIENT,
        is_link=True,
    ),
    Variable(
        "add_to_calendar_link",
        _("file with the booking for the client's own calendar"),
        calendar_url(_SAMPLE_TOKEN),
        _of_booking(lambda b: calendar_url(b.manage_token)),
        audiences=ONLY_CLIENT,
        is_link=True,
    ),
    Variable(
        "waiting_link",
        _("page where the client leaves the waiting list"),
        waiting_url(_SAMPLE_TOKEN),
        lambda f: waiting_url(f.entry.token) if f.entry is not None else "",
        audiences=ONLY_CLIENT,
        is_link=True,
        feature=WAITING_LIST,
    ),
    Variable(
        "my_bookings_link",
        _("page with all bookings of the client"),
        f"{settings.SITE_URL}/my-bookings/",
        lambda f: f"{settings.SITE_URL}/my-bookings/",
        audiences=ONLY_CLIENT,
        is_link=True,
    ),
    Variable(
        "online_meeting_link",
        _("the client's link to the online meeting"),
        meeting_url(_SAMPLE_TOKEN),
        lambda f: f.join_url,
        audiences=ONLY_CLIENT,
        is_link=True,
        feature=ONLINE_MEETINGS,
    ),
    Variable(
        "online_meeting_provider_link",
        _("the provider's link to the online meeting"),
        meeting_url(_SAMPLE_TOKEN),
        lambda f: f.host_url,
        audiences=OUR_SIDE,
        is_link=True,
        feature=ONLINE_MEETINGS,
    ),
    Variable(
        "admin_link",
        _("page of the booking on the staff side"),
        desk_booking_url(1234),
        _desk_page,
        audiences=OUR_SIDE,
        is_link=True,
    ),
)
