"""Why a time is free or not, rule by rule, with what each rule was judged by."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from booking.availability.loading import Kind, Timetable
from booking.availability.questions import Question, zone_of
from booking.models import Provider, Service, Session, TimeOff
from booking.ranges import Range, covering, day_in, moment_of
from booking.slots import Diary, Hours, Refusal, Rules, Stretch, broken_rules


class RuleAnswer(NamedTuple):
    """One rule. ``facts`` are plain: dates, aware times in UTC, numbers, ``HH:MM`` and names."""

    rule: Refusal
    holds: bool
    facts: dict[str, object]


def explain(
    service: Service,
    provider: Provider,
    starts_at: datetime,
    *,
    now: datetime,
    length: timedelta | None = None,
) -> list[RuleAnswer]:
    """Each rule's own answer about an appointment at an aware start, in the order of refusals.

    Agrees with ``refusals_at``: the first rule that does not hold is the refusal, and the time is
    offered when all hold. A time near the ends of the calendar is answered by notice and horizon
    alone. ``length`` None is the service's. Raises TypeError when the start is naive.
    """
    question = Question(service, now, length=length)
    start, _ = covering(starts_at, starts_at)
    limits: list[RuleAnswer] = [
        RuleAnswer(
            Refusal.TOO_SOON,
            start >= question.not_before,
            {"earliest": moment_of(question.not_before)},
        ),
        RuleAnswer(
            Refusal.TOO_FAR,
            question.day_of(starts_at) <= question.last_day,
            {"last_day": question.last_day},
        ),
    ]
    if not date.min.year + 1 < starts_at.astimezone(UTC).year < date.max.year - 1:
        return limits
    return limits + _by_the_diary(question, provider, start, starts_at)


def _by_the_diary(
    question: Question, provider: Provider, start: int, starts_at: datetime
) -> list[RuleAnswer]:
    day = day_in(question.company.zone, start)
    timetable = question.timetable([provider], day, day)
    rules, diary = question.rules(timetable), question.diary(timetable, provider)
    broken = set(broken_rules(start, rules, diary))
    if starts_at != starts_at.replace(second=0, microsecond=0):
        broken.add(Refusal.OFF_GRID)
    occupied = rules.occupied(start)
    facts: dict[Refusal, dict[str, object]] = {
        Refusal.OFF_GRID: {"grid_minutes": rules.grid_minutes},
        Refusal.CLOSED: _hours(rules, diary, start),
        Refusal.SERVICE_HOURS: {"service": _shown_on(day, rules.service_hours)},
        Refusal.TIME_OFF: {"time_off": _time_off(provider, occupied)},
        Refusal.DAY_FULL: _counts(question, timetable, provider, start),
        Refusal.BUSY: {"sessions": _sessions(question, provider, occupied)},
    }
    return [RuleAnswer(rule, rule not in broken, found) for rule, found in facts.items()]


def _hours(rules: Rules, diary: Diary, start: int) -> dict[str, object]:
    """The stretches of the date, of the company's and of the provider's reckoning."""
    day, own_day = day_in(rules.company.zone, start), day_in(diary.hours.zone, start)
    return {
        "date": day,
        "company": _shown_on(day, rules.company),
        "company_zone": rules.company.zone.key,
        "provider_date": own_day,
        "provider": _shown_on(own_day, diary.hours),
        "provider_zone": diary.hours.zone.key,
        "provider_has_special_day": own_day in diary.hours.special,
    }


def _shown_on(day: date, hours: Hours | None) -> list[tuple[str, str]] | None:
    """Wall times of the stretches of a date; None where no hours restrict anything."""
    return None if hours is None else [_shown(stretch) for stretch in hours.stretches_on(day)]


def _shown(stretch: Stretch) -> tuple[str, str]:
    start, end = ("{:02}:{:02}".format(*divmod(minute, 60)) for minute in stretch)
    return start, end


def _time_off(provider: Provider, occupied: Range) -> Sequence[object]:
    from_at, until_at = map(moment_of, occupied)
    hits = TimeOff.objects.filter(
        Q(provider=provider) | Q(provider=None), starts_at__lt=until_at, ends_at__gt=from_at
    )
    return list(hits.order_by("starts_at", "pk").values("provider", "starts_at", "ends_at", "note"))


def _counts(
    question: Question, timetable: Timetable, provider: Provider, start: int
) -> dict[str, object]:
    """What is booked of the day, where there is a maximum."""
    service, zone = question.service, question.company.zone
    own_zone = zone_of(provider, question.company)
    of_service = timetable.sessions_a_day(Kind.COUNTED_FOR_SERVICE, service.pk, zone)
    of_provider = timetable.sessions_a_day(Kind.COUNTED_FOR_PROVIDER, provider.pk, own_zone)
    return {
        "service_count": of_service[day_in(zone, start)],
        "service_maximum": service.daily_maximum,
        "provider_count": of_provider[day_in(own_zone, start)],
        "provider_maximum": provider.daily_maximum,
    }


def _sessions(question: Question, provider: Provider, occupied: Range) -> Sequence[object]:
    from_at, until_at = map(moment_of, occupied)
    taken = question.taking_time(Session.objects.filter(provider=provider))
    return list(
        taken.occupying(from_at, until_at)
        .order_by("starts_at", "pk")
        .values("pk", "service__name", "starts_at", "ends_at", "occupied_from", "occupied_until")
    )
