"""What was booked before the rules became what they are today."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from booking.availability import loading
from booking.availability.loading import ROUND_THE_CLOCK, Kind, Timetable
from booking.availability.questions import zone_of
from booking.errors import OutsideReason
from booking.models import Company, Service, Session
from booking.ranges import covering
from booking.slots import Diary, Hours, Refusal, Rules, broken_rules

_BY_REFUSAL = {
    Refusal.CLOSED: OutsideReason.CLOSED,
    Refusal.SERVICE_HOURS: OutsideReason.SERVICE_HOURS,
    Refusal.TIME_OFF: OutsideReason.TIME_OFF,
}


class OutsideRules(NamedTuple):
    """A session, and every reason why its time would not be offered today."""

    session: Session
    reasons: tuple[OutsideReason, ...]


def outside_rules(*, now: datetime) -> list[OutsideRules]:
    """The future sessions that today's rules would not offer if they were free, soonest first.

    Each is judged by its own length and buffers. Notice, horizon, grid and maximums are about new
    bookings, other sessions no rule at all; the sessions of a class are scheduled at any hour.
    """
    coming = Session.objects.taking_time(now).filter(starts_at__gt=now)
    sessions = list(coming.select_related("service", "provider").order_by("starts_at", "pk"))
    if not sessions:
        return []
    reasons_of = partial(_reasons, _timetable(sessions), Company.objects.current(), _offers())
    judged = (OutsideRules(session, tuple(reasons_of(session))) for session in sessions)
    return [found for found in judged if found.reasons]


def _offers() -> set[tuple[int, int]]:
    """Each service with each of its providers, by id."""
    return set(Service.providers.through.objects.values_list("service_id", "provider_id"))


def _timetable(sessions: Sequence[Session]) -> Timetable:
    asked = loading.Asked(
        providers=list({session.provider_id for session in sessions}),
        services=list({session.service_id for session in sessions}),
        from_at=min(session.occupied_from for session in sessions),
        until_at=max(session.occupied_until for session in sessions),
    )
    return loading.load({Kind.WEEKLY, Kind.SPECIAL, Kind.OF_SERVICE, Kind.TIME_OFF}, asked)


def _reasons(
    timetable: Timetable, company: Company, offers: set[tuple[int, int]], session: Session
) -> Iterator[OutsideReason]:
    if not session.provider.is_active:
        yield OutsideReason.PROVIDER_INACTIVE
    if not session.service.is_active:
        yield OutsideReason.SERVICE_INACTIVE
    if (session.service_id, session.provider_id) not in offers:
        yield OutsideReason.NOT_OF_SERVICE
    for refusal in _broken(timetable, company, session):
        if refusal in _BY_REFUSAL:
            yield _BY_REFUSAL[refusal]


def _broken(timetable: Timetable, company: Company, session: Session) -> Iterator[Refusal]:
    """The rules against a session; notice, horizon and grid are such that they never are."""
    service, provider = session.service, session.provider
    start, end = covering(session.starts_at, session.ends_at)
    begin, until = covering(session.occupied_from, session.occupied_until)
    asks_hours = not (service.ignores_hours or service.is_class)
    zone, own_zone = company.zone, zone_of(provider, company)
    always = Hours(zone, ROUND_THE_CLOCK)
    rules = Rules(
        company=timetable.company_hours(zone) if asks_hours else always,
        duration_minutes=end - start,
        grid_minutes=1,
        not_before=start,
        last_day=date.max,
        buffer_before_minutes=start - begin,
        buffer_after_minutes=until - end,
        last_may_skip_buffer_after=service.last_may_skip_buffer_after,
        service_hours=None if service.is_class else timetable.service_hours(service.pk, zone),
    )
    hours = timetable.provider_hours(provider.pk, own_zone) if asks_hours else always
    return broken_rules(start, rules, Diary(hours, timetable.time_off_of(provider.pk)))
