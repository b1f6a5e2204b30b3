"""The one way a date, a time or a price is written for people: on pages, in mail and in SMS.

``moment`` is aware, ``zone`` an IANA zone, ``language`` a code such as ``uk``. A time
always names its zone, by city and offset: ``14:00 (Kyiv, UTC+2)``.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date as babel_date
from babel.dates import format_interval, get_timezone_location
from babel.numbers import format_decimal

# English dates are written day first, as the company's part of the world does.
_LONG = {"uk": "full"}
_LONG_OTHERWISE = "EEEE, d MMMM y"
_SHORT = "EEE, d MMM"


def is_ambiguous(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the wall time of ``moment`` comes twice, as when the clock goes back."""
    here = moment.astimezone(zone)
    return here.utcoffset() != here.replace(fold=1 - here.fold).utcoffset()


def format_date(moment: datetime, zone: ZoneInfo, language: str, *, short: bool = False) -> str:
    """Return the day, such as ``Tuesday, 24 November 2026``; short: ``Tue, 24 Nov``."""
    pattern = _SHORT if short else _LONG.get(language, _LONG_OTHERWISE)
    written = babel_date(moment.astimezone(zone).date(), pattern, locale=_locale(language))
    return _plain(written)  # its unbreakable spaces cost an SMS its plain alphabet


def format_days(first: date, last: date, language: str) -> str:
    """Return dates that follow one another: ``23–29 Nov 2026``."""
    written = format_interval(first, last, "yMMMMd", locale=_day_first(language))
    return _plain(written)


def format_month(day: date, language: str) -> str:
    """Return the month of a date, as a heading: ``November 2026``."""
    written = babel_date(day, "LLLL y", locale=_locale(language))
    return written[:1].upper() + written[1:]


def format_weekday(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Return the day of the week, short: ``Tue``."""
    return babel_date(moment.astimezone(zone).date(), "EEE", locale=_locale(language))


def format_clock(moment: datetime, zone: ZoneInfo) -> str:
    """Return the wall time, ``14:00``, for where the zone stands beside it.

    One that comes twice carries its offset: ``03:30 (UTC+3)``.
    """
    clock = _bare_clock(moment, zone)
    return f"{clock} ({format_offset(moment, zone)})" if is_ambiguous(moment, zone) else clock


def format_offset(moment: datetime, zone: ZoneInfo) -> str:
    """Return how far a zone is from UTC at ``moment``: ``UTC+5:30``."""
    shift = moment.astimezone(zone).utcoffset()
    minutes = int(shift.total_seconds()) // 60 if shift is not None else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "-"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"


def format_zone(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Return the zone by its city and its offset at ``moment``: ``Kyiv, UTC+2``."""
    city = _city(zone.key, _locale(language))
    offset = format_offset(moment, zone)
    return offset if city in ("UTC", offset) else f"{city}, {offset}"


def format_time(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Return wall time and zone: ``14:00 (Kyiv, UTC+2)``."""
    return f"{_bare_clock(moment, zone)} ({format_zone(moment, zone, language)})"


def format_moment(moment: datetime, zone: ZoneInfo, language: str, *, short: bool = False) -> str:
    """Return day, wall time and zone; short as ``format_date`` has it."""
    day = format_date(moment, zone, language, short=short)
    return f"{day}, {format_time(moment, zone, language)}"


def format_period(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, language: str) -> str:
    """Return a period within its zone; the second day only where it differs.

    Across a clock change each end carries its own offset.
    """
    if format_offset(starts_at, zone) != format_offset(ends_at, zone):
        start = format_moment(starts_at, zone, language)
        return f"{start} – {format_moment(ends_at, zone, language)}"
    day = format_date(starts_at, zone, language)
    last_day = format_date(ends_at, zone, language)
    end = format_time(ends_at, zone, language)
    if day == last_day:
        return f"{day}, {_bare_clock(starts_at, zone)}–{end}"
    return f"{day}, {_bare_clock(starts_at, zone)} – {last_day}, {end}"


def format_price(amount: Decimal, currency: str, language: str) -> str:
    """Return an amount with its ISO 4217 code: ``500 UAH``, ``99.50 EUR``.

    Signs of currencies and unbreakable spaces would cost an SMS its plain alphabet.
    """
    pattern = "0" if amount == amount.to_integral_value() else "0.00"
    return f"{format_decimal(amount, pattern, locale=_locale(language))} {currency}"


@cache
def _city(zone_name: str, locale: str) -> str:
    """The city a zone is named after, in the reader's language.

    Babel 2.18 keeps some translations under a zone's former name (Europe/Kiev) and
    looks for the present one; without that, its own function would do.
    """
    formerly = [old for old, new in get_global("zone_aliases").items() if new == zone_name]
    known = Locale.parse(locale).time_zones
    for name in (zone_name, *formerly):
        if name in known and "city" in known[name]:
            return str(known[name]["city"])
    return get_timezone_location(ZoneInfo(zone_name), locale=locale, return_city=True)


def _bare_clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


def _day_first(language: str) -> str:
    return "en_GB" if language == "en" else _locale(language)


def _plain(written: str) -> str:
    """With spaces as keyboards have them."""
    return " ".join(written.split())


def _locale(language: str) -> str:
    return language.replace("-", "_") or "en"
