"""The answers of `booking.availability.explain` in words for the people of the company."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from booking.availability import RuleAnswer
from booking.formats import format_date, format_moment, format_period
from booking.slots import Refusal

RULE_NAMES: dict[Refusal, str | Promise] = {
    Refusal.TOO_SOON: gettext_lazy("Notice"),
    Refusal.TOO_FAR: gettext_lazy("How far ahead"),
    Refusal.OFF_GRID: gettext_lazy("Start times"),
    Refusal.CLOSED: gettext_lazy("Working hours"),
    Refusal.SERVICE_HOURS: gettext_lazy("Times of the service"),
    Refusal.TIME_OFF: gettext_lazy("Time off"),
    Refusal.DAY_FULL: gettext_lazy("Daily maximum"),
    Refusal.BUSY: gettext_lazy("Other bookings"),
}


@dataclass(frozen=True)
class Line:
    """One rule: its name, whether it lets the time through, and what it was judged by."""

    name: str
    holds: bool
    text: str


def explained(answers: Sequence[RuleAnswer], zone: ZoneInfo) -> list[Line]:
    """One line for each answer, times in ``zone``, in the language that is active."""
    return [
        Line(str(RULE_NAMES[one.rule]), one.holds, _TEXTS[one.rule](one.facts, zone))
        for one in answers
    ]


Facts = dict[str, Any]


def _notice(facts: Facts, zone: ZoneInfo) -> str:
    return _("The earliest start that can be booked now is %(moment)s.") % {
        "moment": _moment(facts["earliest"], zone)
    }


def _horizon(facts: Facts, zone: ZoneInfo) -> str:
    return _("The last day that can be booked now is %(day)s.") % {"day": _day(facts["last_day"])}


def _grid(facts: Facts, zone: ZoneInfo) -> str:
    minutes = facts["grid_minutes"]
    return ngettext(
        "Bookings start every minute.",
        "Bookings start every %(count)d minutes, counted from midnight.",
        minutes,
    ) % {"count": minutes}


def _hours(facts: Facts, zone: ZoneInfo) -> str:
    return _(
        "The company is open %(company)s on %(day)s (%(company_zone)s); "
        "the provider works %(provider)s on %(provider_day)s (%(provider_zone)s)."
    ) % {
        "company": _stretches(facts["company"]),
        "company_zone": facts["company_zone"],
        "day": _day(facts["date"]),
        "provider": _stretches(facts["provider"]),
        "provider_zone": facts["provider_zone"],
        "provider_day": _day(facts["provider_date"]),
    }


def _service_hours(facts: Facts, zone: ZoneInfo) -> str:
    if facts["service"] is None:
        return _("The service has no times of its own.")
    return _("On this day the service takes place: %(times)s.") % {
        "times": _stretches(facts["service"])
    }


def _time_off(facts: Facts, zone: ZoneInfo) -> str:
    found = [
        " – ".join(filter(None, [_period(one["starts_at"], one["ends_at"], zone), one["note"]]))
        for one in facts["time_off"]
    ]
    return "; ".join(found) or _("There is no time off then.")


def _maximums(facts: Facts, zone: ZoneInfo) -> str:
    found = []
    if facts["service_maximum"] is not None:
        text = _("%(count)d of at most %(maximum)d bookings of the service on this day.")
        found.append(text % {"count": facts["service_count"], "maximum": facts["service_maximum"]})
    if facts["provider_maximum"] is not None:
        text = _("%(count)d of at most %(maximum)d sessions of the provider on this day.")
        found.append(
            text % {"count": facts["provider_count"], "maximum": facts["provider_maximum"]}
        )
    return " ".join(found) or _("There is no daily maximum.")


def _sessions(facts: Facts, zone: ZoneInfo) -> str:
    found = [
        _("%(service)s, which with its buffers takes %(period)s")
        % {
            "service": one["service__name"],
            "period": _period(one["occupied_from"], one["occupied_until"], zone),
        }
        for one in facts["sessions"]
    ]
    return "; ".join(found) or _("Nothing else is booked then.")


_TEXTS: dict[Refusal, Callable[[Facts, ZoneInfo], str]] = {
    Refusal.TOO_SOON: _notice,
    Refusal.TOO_FAR: _horizon,
    Refusal.OFF_GRID: _grid,
    Refusal.CLOSED: _hours,
    Refusal.SERVICE_HOURS: _service_hours,
    Refusal.TIME_OFF: _time_off,
    Refusal.DAY_FULL: _maximums,
    Refusal.BUSY: _sessions,
}


def _stretches(stretches: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{start}–{end}" for start, end in stretches) or _("not at all")


def _language() -> str:
    return get_language() or "en"


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return format_moment(moment, zone, _language())


def _period(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    return format_period(starts_at, ends_at, zone, _language())


def _day(day: date) -> str:
    # A date has no zone; any noon shows it.
    zone = ZoneInfo("UTC")
    return format_date(datetime.combine(day, time(12), zone), zone, _language())
