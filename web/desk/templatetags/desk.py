"""Times on the staff side's pages, the company's with the zone named; and the banner."""

from datetime import datetime

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.translation import get_language

from booking.formats import (
    format_clock,
    format_date,
    format_moment,
    format_period,
    format_time,
    format_weekday,
    format_zone,
)
from booking.models import Booking, Company, Session
from web.desk import warnings
from web.desk.first_steps import CHANGE_COMPANY, progress_of
from zoomlink.actions import Attendance

register = template.Library()


@register.filter
def day(moment: datetime) -> str:
    """``Tue, 24 Nov``."""
    return format_date(moment, _zone(), _language(), short=True)


@register.filter
def weekday(moment: datetime) -> str:
    """``Tue``."""
    return format_weekday(moment, _zone(), _language())


@register.filter
def clock(moment: datetime) -> str:
    """``14:00``, for where the zone stands on the page."""
    return format_clock(moment, _zone())


@register.filter
def start(at: datetime) -> str:
    """Day and wall time, with the zone where the clocks show that time twice."""
    local = at.astimezone(_zone())
    is_twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return f"{day(at)}, {format_time(at, _zone(), _language()) if is_twice else clock(at)}"


@register.filter
def time_and_zone(at: datetime) -> str:
    """Wall time and zone, for where the day stands on the page: ``14:00 (Kyiv, UTC+2)``."""
    return format_time(at, _zone(), _language())


@register.filter
def moment(at: datetime) -> str:
    """Day, wall time and zone."""
    return format_moment(at, _zone(), _language())


@register.filter
def period(session: Session) -> str:
    """Day, start, end and zone of a session."""
    return format_period(session.starts_at, session.ends_at, _zone(), _language())


@register.simple_tag
def zone_name(moment: datetime) -> str:
    """``Kyiv, UTC+2``: the company's zone at that moment."""
    return format_zone(moment, _zone(), _language())


@register.inclusion_tag("desk/_banner.html", takes_context=True)
def meeting_banner(context: Context) -> dict[str, object]:
    """What is wrong with online meetings, for whoever is signed in."""
    user = context["request"].user
    return {"warning": warnings.meeting_banner(user) if user.is_staff else None}


@register.inclusion_tag("desk/_banner.html", takes_context=True)
def webhook_banner(context: Context) -> dict[str, object]:
    """Which webhooks are paused, for whoever is signed in and can mend it."""
    user = context["request"].user
    return {"warning": warnings.webhook_banner(user) if user.is_staff else None}


@register.inclusion_tag("desk/_first_steps.html", takes_context=True)
def first_steps(context: Context) -> dict[str, object]:
    """The next of a new company's first steps, for those who may change the company."""
    request = context["request"]
    is_shown = request.user.has_perm(CHANGE_COMPANY)
    is_shown = is_shown and not Company.objects.current().hides_first_steps
    progress = progress_of(request.user) if is_shown else None
    return {"progress": progress, "request": request, "csrf_token": context.get("csrf_token")}


@register.filter
def known_of(attendances: dict[int, Attendance], booking: Booking) -> Attendance | None:
    """What is known of one booking's client."""
    return attendances.get(booking.pk)


@register.filter
def state_colour(booking: Booking) -> str:
    """The label's colour for a booking's state; the word stands in it."""
    colours = {Booking.CONFIRMED: "success", Booking.PENDING: "warning", Booking.HELD: "info"}
    return colours.get(booking.state, "danger")


def _zone():
    return timezone.get_current_timezone()


def _language() -> str:
    return get_language() or "en"
