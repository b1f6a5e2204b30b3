"""Which times of a service are free: loads what `booking.slots` needs, asks it, names the answer.

Besides the company, a question takes three queries: the providers, their hours (weekly and special
days), and what blocks them (time off and sessions), whatever the number of providers and days.

Hours restrict what they are given for: a provider without weekly hours works the company's, a
company without any is closed. Dates are the company's.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    DateField,
    F,
    PositiveSmallIntegerField,
    Q,
    Value,
)

from booking import slots
from booking.models import Company, Provider, Service, Session, SpecialDay, TimeOff, WorkingHours
from booking.ranges import DAY, Range, covering, day_in, minute_of, moment_of
from booking.slots import Diary, Hours, Refusal, Rules, Stretch

ROUND_THE_CLOCK: Sequence[Sequence[Stretch]] = [[(0, DAY)]] * 7
NEARBY = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class OfferedSlot:
    """A time that can be booked, aware and in UTC.

    An appointment names everyone who is free then; a session of a class its provider, its
    ``session_id`` and the places left.
    """

    starts_at: datetime
    ends_at: datetime
    provider_ids: tuple[int, ...]
    seats_left: int = 1
    session_id: int | None = None


def slots_for(
    service: Service,
    *,
    first_day: date,
    last_day: date,
    now: datetime,
    providers: Iterable[Provider] | None = None,
    ignoring_session: Session | None = None,
) -> list[OfferedSlot]:
    """The free times on the dates from first to last, both included, soonest first.

    ``providers`` are active ones of the service, None means all of these. With
    ``ignoring_session`` the times are those this session can be moved to, as long as it is.
    """
    question = _Question(service, now, ignoring_session)
    return question.offered(providers, first_day, last_day)


def refusals_at(
    service: Service,
    providers: Iterable[Provider],
    starts_at: datetime,
    *,
    now: datetime,
    ignoring_session: Session | None = None,
    company: Company | None = None,
) -> dict[int, Refusal | None]:
    """Why each provider cannot take an appointment at an aware start, by id; None: they can.

    Agrees with ``slots_for``. ``company`` spares a query where it is at hand. Raises
    ValueError when the start is naive.
    """
    question = _Question(service, now, ignoring_session, company)
    return question.refusals(list(providers), starts_at)


def why_not_session(session: Session, *, now: datetime) -> Refusal | None:
    """Why no place in a session of a class can be booked any more, or not yet; seats aside.

    Agrees with ``slots_for``.
    """
    return _Question(session.service, now).limits(session.starts_at)


def nearest_free(
    service: Service,
    starts_at: datetime,
    *,
    now: datetime,
    count: int = 3,
    providers: Iterable[Provider] | None = None,
    ignoring_session: Session | None = None,
) -> list[OfferedSlot]:
    """The free times nearest to an aware one, before and after it, soonest first."""
    question = _Question(service, now, ignoring_session)
    chosen = None if providers is None else list(providers)
    day = question.day_of(starts_at)
    found = question.offered(chosen, day - NEARBY, day + NEARBY)
    nearest = _nearest(found, starts_at, count)
    # Beyond the days searched there may be a nearer one than the last of these.
    if len(nearest) < count or abs(nearest[-1].starts_at - starts_at) > NEARBY:
        nearest = _nearest(question.offered(chosen, date.min, date.max), starts_at, count)
    return sorted(nearest, key=lambda slot: slot.starts_at)


class _Question:
    """One service at one moment, perhaps asked for the sake of a session that is to move."""

    def __init__(
        self,
        service: Service,
        now: datetime,
        moved: Session | None = None,
        company: Company | None = None,
    ) -> None:
        company = company or Company.objects.current()
        self.service, self.company, self.moved = service, company, moved
        notice = _own_or(service.notice_minutes, company.notice_minutes)
        horizon = _own_or(service.horizon_days, company.horizon_days)
        self.not_before = covering(now, now)[1] + notice
        self.first_day = day_in(company.zone, self.not_before)
        self.last_day = now.astimezone(company.zone).date() + timedelta(days=horizon)

    def day_of(self, moment: datetime) -> date:
        """The company's date of a moment; one far off counts as just outside what is offered."""
        earliest = moment_of(self.not_before) - timedelta(days=2)
        latest = _midnight(self.last_day) + timedelta(days=3)
        return max(earliest, min(moment, latest)).astimezone(self.company.zone).date()

    def limits(self, moment: datetime) -> Refusal | None:
        """Notice and horizon, the only rules that hold for a class."""
        if moment < moment_of(self.not_before):
            return Refusal.TOO_SOON
        return Refusal.TOO_FAR if self.day_of(moment) > self.last_day else None

    def offered(
        self, providers: Iterable[Provider] | None, first_day: date, last_day: date
    ) -> list[OfferedSlot]:
        first_day, last_day = max(first_day, self.first_day), min(last_day, self.last_day)
        if first_day > last_day:
            return []
        if self.service.is_class:
            return self._scheduled(providers, first_day, last_day)
        if providers is None:
            providers = self.service.providers.active().in_order()
        return self._appointments(list(providers), first_day, last_day)

    def refusals(
        self, providers: Sequence[Provider], starts_at: datetime
    ) -> dict[int, Refusal | None]:
        refusal = self.limits(starts_at)
        if refusal is None and starts_at != starts_at.replace(second=0, microsecond=0):
            refusal = Refusal.OFF_GRID
        if refusal is not None:
            return dict.fromkeys((provider.pk for provider in providers), refusal)
        day, start = self.day_of(starts_at), minute_of(starts_at)
        rules, diaries = self._loaded(providers, day, day)
        return {key: slots.refusal(start, rules, diary) for key, diary in diaries.items()}

    def _appointments(
        self, providers: Sequence[Provider], first_day: date, last_day: date
    ) -> list[OfferedSlot]:
        rules, diaries = self._loaded(providers, first_day, last_day)
        found = slots.starts_of_any(rules, diaries, first_day, last_day)
        return [
            OfferedSlot(
                moment_of(start),
                moment_of(start + rules.duration_minutes),
                tuple(free),
            )
            for start, free in found.items()
        ]

    def _scheduled(
        self, providers: Iterable[Provider] | None, first_day: date, last_day: date
    ) -> list[OfferedSlot]:
        sessions = Session.objects.active().filter(
            service=self.service, seats_taken__lt=F("capacity")
        )
        if providers is not None:
            sessions = sessions.filter(provider__in=providers)
        if self.moved is not None:
            sessions = sessions.exclude(pk=self.moved.pk)
        around = sessions.starting_within(*_around(first_day, last_day)).order_by("starts_at", "pk")
        return [
            OfferedSlot(s.starts_at, s.ends_at, (s.provider_id,), s.seats_left, s.pk)
            for s in around
            if self.limits(s.starts_at) is None
            and first_day <= s.starts_at.astimezone(self.company.zone).date() <= last_day
        ]

    def _loaded(
        self, providers: Sequence[Provider], first_day: date, last_day: date
    ) -> tuple[Rules, dict[int, Diary]]:
        """The rules, and the diary of each provider for these dates."""
        duration, before, after = self._shape()
        from_at, until_at = _around(first_day, last_day)
        from_at, until_at = from_at - before, until_at + duration + after
        ids = [provider.pk for provider in providers]
        timetable = _timetable([] if self.service.ignores_hours else _hours(ids, from_at, until_at))
        time_off, busy = _blocks(ids, from_at, until_at, self.moved)
        rules = Rules(
            company=self._company_hours(timetable),
            duration_minutes=_minutes(duration),
            grid_minutes=_own_or(self.service.grid_minutes, self.company.grid_minutes),
            not_before=self.not_before,
            last_day=self.last_day,
            buffer_before_minutes=_minutes(before),
            buffer_after_minutes=_minutes(after),
            last_may_skip_buffer_after=self.service.last_may_skip_buffer_after,
        )
        return rules, {
            provider.pk: Diary(
                self._provider_hours(timetable, provider), time_off[provider.pk], busy[provider.pk]
            )
            for provider in providers
        }

    def _shape(self) -> tuple[timedelta, timedelta, timedelta]:
        """Duration and buffers: a session keeps its own when it moves."""
        if self.moved is None:
            service = self.service
            return service.duration, service.buffer_before, service.buffer_after
        moved = self.moved
        before, after = moved.starts_at - moved.occupied_from, moved.occupied_until - moved.ends_at
        return moved.duration, before, after

    def _company_hours(self, timetable: "_Timetable") -> Hours:
        zone = self.company.zone
        if self.service.ignores_hours:
            return Hours(zone, ROUND_THE_CLOCK)
        return Hours(zone, timetable.weekly[None], timetable.special[None])

    def _provider_hours(self, timetable: "_Timetable", provider: Provider) -> Hours:
        zone = ZoneInfo(provider.timezone) if provider.timezone else self.company.zone
        weekly = timetable.weekly.get(provider.pk, ROUND_THE_CLOCK)
        return Hours(zone, weekly, timetable.special[provider.pk])


class _Timetable:
    """Weekly and special stretches by provider id; None is the company."""

    def __init__(self) -> None:
        self.weekly: defaultdict[int | None, list[list[Stretch]]]
        self.weekly = defaultdict(lambda: [[] for _ in range(7)])
        self.special: defaultdict[int | None, defaultdict[date, list[Stretch]]]
        self.special = defaultdict(lambda: defaultdict(list))


_HoursRow = tuple[int | None, int | None, date | None, time | None, time | None]


def _timetable(rows: Iterable[_HoursRow]) -> _Timetable:
    timetable = _Timetable()
    for provider_id, weekday, day, starts, ends in rows:
        if weekday is not None:
            stretches = timetable.weekly[provider_id][weekday]
        else:
            assert day is not None
            stretches = timetable.special[provider_id][day]
        if starts is not None and ends is not None:
            start, end = _minute_of_day(starts), _minute_of_day(ends) or DAY
            if start < end:  # seconds, which forms refuse, may leave nothing of a stretch
                stretches.append((start, end))
    return timetable


def _hours(provider_ids: Sequence[int], from_at: datetime, until_at: datetime) -> list[_HoursRow]:
    """Weekly and special hours of the providers and the company, in one query."""
    theirs = Q(provider__in=provider_ids) | Q(provider__isnull=True)
    # Some days more: what follows on a day says whether a stretch is its last.
    days = (from_at - timedelta(days=2)).date(), (until_at + timedelta(days=3)).date()
    weekly = WorkingHours.objects.filter(theirs).annotate(day=Value(None, DateField()))
    special = SpecialDay.objects.filter(theirs, date__range=days).annotate(
        weekday=Value(None, PositiveSmallIntegerField())
    )
    rows = weekly.values_list("provider_id", "weekday", "day", "starts", "ends").union(
        special.values_list("provider_id", "weekday", "date", "starts", "ends"), all=True
    )
    return list(rows)


_Ranges = dict[int, list[Range]]


def _blocks(
    provider_ids: Sequence[int], from_at: datetime, until_at: datetime, moved: Session | None
) -> tuple[_Ranges, _Ranges]:
    """Time off and what active sessions occupy, by provider, in one query."""
    time_off: _Ranges = defaultdict(list)
    busy: _Ranges = defaultdict(list)
    absences = TimeOff.objects.filter(
        provider__in=provider_ids, starts_at__lt=until_at, ends_at__gt=from_at
    ).annotate(is_busy=Value(False, BooleanField()))
    sessions = Session.objects.active().filter(provider__in=provider_ids)
    if moved is not None:
        sessions = sessions.exclude(pk=moved.pk)
    occupied = sessions.occupying(from_at, until_at).annotate(is_busy=Value(True, BooleanField()))
    rows = absences.values_list("provider_id", "starts_at", "ends_at", "is_busy").union(
        occupied.values_list("provider_id", "occupied_from", "occupied_until", "is_busy"), all=True
    )
    for provider_id, starts_at, ends_at, is_busy in rows:
        ranges = busy if is_busy else time_off
        ranges[provider_id].append(covering(starts_at, ends_at))
    return time_off, busy


def _nearest(found: Iterable[OfferedSlot], moment: datetime, count: int) -> list[OfferedSlot]:
    return sorted(found, key=lambda slot: abs(slot.starts_at - moment))[:count]


def _around(first_day: date, last_day: date) -> tuple[datetime, datetime]:
    """Instants between which these dates lie, in whatever zone."""
    return _midnight(first_day) - timedelta(days=1), _midnight(last_day) + timedelta(days=2)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _minute_of_day(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _minutes(length: timedelta) -> int:
    """Whole minutes, rounded up."""
    return -(-length // timedelta(minutes=1))


def _own_or(own: int | None, companys: int) -> int:
    return companys if own is None else own
