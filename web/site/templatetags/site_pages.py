"""What the booking site's templates need beyond Django's own."""

import re
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext

from booking import features, formats
from booking.models import Company, Service
from web.site import addresses, zones
from web.site.rules import rules_of
from zoomlink.actions import FEATURE

register = template.Library()
_NUMBER_AND_ABBREVIATION = re.compile(r"(?<=\d) (?=[^\W\d]+\.)")


@register.simple_tag(takes_context=True)
def current_company(context) -> Company:
    """The company of the page; read here where a view gave none."""
    return context.get("company") or Company.objects.current()


@register.simple_tag(takes_context=True)
def address(context, name: str, *args, **query) -> str:
    """A page of the site, with what a frame carries on: for links that begin anew.

    What is empty stays out of the query.
    """
    given = {key: value for key, value in query.items() if value}
    return addresses.address(context.request, name, *args, **given)


@register.simple_tag
def outside(name: str, *args) -> str:
    """The same page at the site itself: for links of a frame that open a tab."""
    return addresses.outside(name, *args)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Tabler icon from the sprite; decoration, so hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#icon-{}"></use></svg>',
        static("vendor/icons.svg"),
        name,
    )


@register.filter
def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Wall time in a zone that is named nearby; one that comes twice has its offset."""
    return _unbroken(formats.format_clock(moment, zone))


@register.filter
def offset(moment: datetime, zone: ZoneInfo) -> str:
    """How far a zone is from UTC at a moment."""
    return _unbroken(formats.format_offset(moment, zone))


@register.filter
def day_in(moment: datetime, zone: ZoneInfo) -> str:
    """The day a moment has in a zone."""
    return formats.format_date(moment, zone, get_language() or "")


@register.simple_tag
def time_in(moment: datetime, zone: ZoneInfo) -> str:
    """Wall time and zone."""
    return _unbroken(formats.format_time(moment, zone, get_language() or ""))


@register.simple_tag
def moment(at: datetime, zone: ZoneInfo, company_zone: ZoneInfo, *, short: bool = False) -> str:
    """Day, wall time and zone; where clocks differ, the company's, its day only if another."""
    language = get_language() or ""
    written = formats.format_moment(at, zone, language, short=short)
    if zones.show_different_times(zone, company_zone, at):
        is_same_day = at.astimezone(zone).date() == at.astimezone(company_zone).date()
        there = (
            formats.format_time(at, company_zone, language)
            if is_same_day
            else formats.format_moment(at, company_zone, language, short=short)
        )
        written = f"{written} · {there}"
    return _unbroken(written)


@register.inclusion_tag("site/_period.html")
def period(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, company_zone: ZoneInfo):
    """When something is, in the visitor's zone and, where clocks differ, the company's."""
    language = get_language() or ""
    second = ""
    if any(zones.show_different_times(zone, company_zone, at) for at in (starts_at, ends_at)):
        second = _unbroken(formats.format_period(starts_at, ends_at, company_zone, language))
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "here": _unbroken(formats.format_period(starts_at, ends_at, zone, language)),
        "there": second,
    }


def _unbroken(text: str) -> str:
    """Keep together what no line should break: ``UTC−5``, ``2026 р.``, ``26 лист.``."""
    text = _NUMBER_AND_ABBREVIATION.sub("\N{NO-BREAK SPACE}", text)
    return text.replace("UTC-", "UTC\N{MINUS SIGN}")


@register.simple_tag
def zone_choices() -> tuple[str, ...]:
    """The zones a visitor can choose."""
    return zones.choices()


@register.filter
def meets_online(service: Service) -> bool:
    """Whether a service is online, as far as the feature is on."""
    return service.is_online_meeting and features.is_on(FEATURE)


@register.filter
def price(amount: Decimal, currency: str) -> str:
    """What something costs, such as ``500 UAH``; what costs nothing, in a word."""
    if not amount:
        return pgettext("price", "Free")
    return formats.format_price(amount, currency, get_language() or "")


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last word, to stand where a picture would."""
    letters = [word[0] for word in name.split() if word[0].isalnum()]
    return "".join(letters[:1] + letters[1:][-1:]).upper()


@register.filter
def rules(company: Company) -> list[str]:
    """Until when clients may change what they booked."""
    return rules_of(company)


@register.filter
def duration(minutes: int) -> str:
    """A length for people, such as ``1 h 30 min``."""
    hours, rest = divmod(minutes, 60)
    hours_text = ngettext("%(count)d h", "%(count)d h", hours) % {"count": hours}
    rest_text = ngettext("%(count)d min", "%(count)d min", rest) % {"count": rest}
    return " ".join(part for number, part in ((hours, hours_text), (rest, rest_text)) if number)


@register.simple_tag
def weekdays() -> list[tuple[str, str]]:
    """Short and full names from Monday, in the language of the page."""
    return [(str(WEEKDAYS_ABBR[n]), str(WEEKDAYS[n])) for n in range(7)]
