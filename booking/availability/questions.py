"""The questions that pages and actions ask about free times, and their answers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Exists, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from booking import features, slots
from booking.availability import loading
from booking.availability.loading import ROUND_THE_CLOCK, Kind, Timetable
from booking.models import Booking, Company, Provider, Service, Session, WaitingEntry
from booking.models.sessions import SessionQuerySet
from booking.ranges import covering, day_in, minute_of, moment_of
from booking.slots import Diary, Hours, Refusal, Rules

NEARBY = timedelta(days=3)
ZONES_APART = timedelta(days=slots.ZONES_APART)
_OF_STRETCHES = (Refusal.CLOSED, Refusal.SERVICE_HOURS, Refusal.TIME_OFF, Refusal.BUSY)


class OfferedSlot(NamedTuple):
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
    question = Question(service, now, ignoring_session)
    return question.offered(providers, first_day, last_day)


def free_days(
    service: Service,
    *,
    first_day: date,
    last_day: date,
    zone: ZoneInfo,
    now: datetime,
    providers: Iterable[Provider] | None = None,
    ignoring_session: Session | None = None,
) -> dict[date, int]:
    """The dates in ``zone`` with a free time, from first to last, both included.

    In order, each with the number of its times. Agrees with ``slots_for``, and costs no more
    on a fine grid than on a coarse one.
    """
    question = Question(service, now, ignoring_session)
    return question.free_days(providers, first_day, last_day, zone)


def refusals_at(
    service: Service,
    providers: Iterable[Provider],
    starts_at: datetime,
    *,
    now: datetime,
    ignoring_session: Session | None = None,
    length: timedelta | None = None,
    company: Company | None = None,
) -> dict[int, Refusal | None]:
    """Why each provider cannot take an appointment at an aware start, by id; None: they can.

    Agrees with ``slots_for``. ``length`` is another than the service's, or than that of the
    session to move. ``company`` spares a query where it is at hand. Raises ValueError when
    the start is naive.
    """
    question = Question(service, now, ignoring_session, length, company)
    return question.refusals(list(providers), starts_at)


def refusal_of_length(
    session: Session, length: timedelta, *, now: datetime, company: Company | None = None
) -> Refusal | None:
    """Why an appointment cannot be so long where it is; needs service and provider loaded.

    Only what speaks of stretches of time is asked: it begins when it began, however soon
    that is, and is one booking of its day as before.
    """
    question = Question(session.service, now, session, length, company)
    return question.refusal_of_stretch(session.provider, session.starts_at)


def full_sessions(
    service: Service, *, first_day: date, last_day: date, now: datetime
) -> list[OfferedSlot]:
    """The sessions of a class that could be booked on these dates if there were places.

    Soonest first, all with none left: what ``slots_for`` leaves out for that alone.
    """
    return Question(service, now).full(first_day, last_day)


def why_not_session(session: Session, *, now: datetime) -> Refusal | None:
    """Why no place in a session of a class can be booked any more, or not yet; seats aside.

    Agrees with ``slots_for``.
    """
    return Question(session.service, now).limits(session.starts_at)


def nearest_free(
    service: Service,
    starts_at: datetime,
    *,
    now: datetime,
    count: int = 3,
    providers: Iterable[Provider] | None = None,
    ignoring_session: Session | None = None,
    length: timedelta | None = None,
) -> list[OfferedSlot]:
    """The free times nearest to an aware one, before and after it, soonest first.

    ``length`` is as in ``refusals_at``.
    """
    question = Question(service, now, ignoring_session, length)
    chosen = None if providers is None else list(providers)
    day = question.day_of(starts_at)
    found = question.offered(chosen, day - NEARBY, day + NEARBY)
    nearest = _nearest(found, starts_at, count)
    # Beyond the days searched there may be a nearer one than the last of these.
    if len(nearest) < count or abs(nearest[-1].starts_at - starts_at) > NEARBY:
        nearest = _nearest(question.offered(chosen, date.min, date.max), starts_at, count)
    return sorted(nearest, key=lambda slot: slot.starts_at)


class Question:
    """One service at one moment, perhaps asked for the sake of a session that is to move.

    ``length`` None is that of the session, or else of the service.
    """

    def __init__(
        self,
        service: Service,
        now: datetime,
        moved: Session | None = None,
        length: timedelta | None = None,
        company: Company | None = None,
    ) -> None:
        company = company or Company.objects.current()
        self.service, self.company, self.now = service, company, now
        self.moved, self.length = moved, length
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
            scheduled = self._scheduled(providers, first_day, last_day)
            return [slot for slot in scheduled if slot.seats_left]
        return self._appointments(self._those(providers), first_day, last_day)

    def full(self, first_day: date, last_day: date) -> list[OfferedSlot]:
        first_day, last_day = max(first_day, self.first_day), min(last_day, self.last_day)
        if first_day > last_day:
            return []
        scheduled = self._scheduled(None, first_day, last_day)
        return [slot for slot in scheduled if not slot.seats_left]

    def free_days(
        self,
        providers: Iterable[Provider] | None,
        first_day: date,
        last_day: date,
        zone: ZoneInfo,
    ) -> dict[date, int]:
        first_day = max(first_day, self.first_day - ZONES_APART)
        last_day = min(last_day, self.last_day + ZONES_APART)
        around = first_day - ZONES_APART, last_day + ZONES_APART
        if first_day > last_day:
            return {}
        if self.service.is_class:
            starts = (slot.starts_at for slot in self.offered(providers, *around))
            days = Counter(start.astimezone(zone).date() for start in starts)
            return {day: count for day, count in days.items() if first_day <= day <= last_day}
        rules, diaries = self.loaded(self._those(providers), *around)
        return slots.days_of_any(rules, diaries, first_day, last_day, zone)

    def refusals(
        self, providers: Sequence[Provider], starts_at: datetime
    ) -> dict[int, Refusal | None]:
        refusal = self.limits(starts_at)
        if refusal is None and starts_at != starts_at.replace(second=0, microsecond=0):
            refusal = Refusal.OFF_GRID
        if refusal is not None:
            return dict.fromkeys((provider.pk for provider in providers), refusal)
        day, start = self.day_of(starts_at), minute_of(starts_at)
        rules, diaries = self.loaded(providers, day, day)
        return {key: slots.refusal(start, rules, diary) for key, diary in diaries.items()}

    def refusal_of_stretch(self, provider: Provider, starts_at: datetime) -> Refusal | None:
        """The first rule about a stretch of time that is against it, whatever its start is."""
        start = minute_of(starts_at)
        day = day_in(self.company.zone, start)
        rules, diaries = self.loaded([provider], day, day)
        broken = slots.broken_rules(start, rules, diaries[provider.pk])
        return next((rule for rule in broken if rule in _OF_STRETCHES), None)

    def loaded(
        self, providers: Sequence[Provider], first_day: date, last_day: date
    ) -> tuple[Rules, dict[int, Diary]]:
        """The rules, and the diary of each provider for these dates."""
        timetable = self.timetable(providers, first_day, last_day)
        diaries = {provider.pk: self.diary(timetable, provider) for provider in providers}
        return self.rules(timetable), diaries

    def rules(self, timetable: Timetable) -> Rules:
        duration, before, after = self.shape()
        service, zone = self.service, self.company.zone
        return Rules(
            company=(
                Hours(zone, ROUND_THE_CLOCK)
                if service.ignores_hours
                else timetable.company_hours(zone)
            ),
            duration_minutes=_minutes(duration),
            grid_minutes=_own_or(service.grid_minutes, self.company.grid_minutes),
            not_before=self.not_before,
            last_day=self.last_day,
            buffer_before_minutes=_minutes(before),
            buffer_after_minutes=_minutes(after),
            last_may_skip_buffer_after=service.last_may_skip_buffer_after,
            # These hold also where working hours do not.
            service_hours=timetable.service_hours(service.pk, zone),
            full_days=timetable.full_days(
                Kind.COUNTED_FOR_SERVICE, service.pk, service.daily_maximum, zone
            ),
        )

    def diary(self, timetable: Timetable, provider: Provider) -> Diary:
        zone = zone_of(provider, self.company)
        return Diary(
            timetable.provider_hours(provider.pk, zone),
            timetable.time_off_of(provider.pk),
            timetable.occupied[provider.pk],
            timetable.full_days(
                Kind.COUNTED_FOR_PROVIDER, provider.pk, provider.daily_maximum, zone
            ),
        )

    def _those(self, providers: Iterable[Provider] | None) -> Sequence[Provider]:
        if providers is not None:
            return list(providers)
        everyone = self.service.providers.active().in_order()
        return list(everyone.only("timezone", "daily_maximum"))

    def _appointments(
        self, providers: Sequence[Provider], first_day: date, last_day: date
    ) -> list[OfferedSlot]:
        rules, diaries = self.loaded(providers, first_day, last_day)
        found = slots.starts_of_any(rules, diaries, first_day, last_day)
        length = timedelta(minutes=rules.duration_minutes)
        return [
            OfferedSlot(starts_at := moment_of(start), starts_at + length, tuple(free))
            for start, free in found.items()
        ]

    def _scheduled(
        self, providers: Iterable[Provider] | None, first_day: date, last_day: date
    ) -> list[OfferedSlot]:
        """The sessions of a class that notice and horizon let through, full ones too."""
        sessions = self.taking_time(Session.objects.filter(service=self.service))
        if providers is not None:
            sessions = sessions.filter(provider__in=providers)
        around = sessions.starting_within(*_around(first_day, last_day)).order_by("starts_at", "pk")
        return [
            OfferedSlot(s.starts_at, s.ends_at, (s.provider_id,), _bookable_seats(s), s.pk)
            for s in around.annotate(lapsed=_lapsed_seats(self.now), is_waited_for=_is_waited_for())
            if self.limits(s.starts_at) is None
            and first_day <= s.starts_at.astimezone(self.company.zone).date() <= last_day
        ]

    def taking_time(self, sessions: SessionQuerySet) -> SessionQuerySet:
        """Those of the sessions that take time, without the one that is to move."""
        taking = sessions.taking_time(self.now)
        return taking if self.moved is None else taking.exclude(pk=self.moved.pk)

    def timetable(
        self, providers: Sequence[Provider], first_day: date, last_day: date
    ) -> Timetable:
        """All that is asked of the database about these providers and dates."""
        duration, before, after = self.shape()
        from_at, until_at = _around(first_day, last_day)
        limited = [provider.pk for provider in providers if provider.daily_maximum is not None]
        asked = loading.Asked(
            providers=[provider.pk for provider in providers],
            services=[self.service.pk],
            from_at=from_at - before,
            until_at=until_at + duration + after,
            limited=limited,
            now=self.now,
            moved_id=self.moved.pk if self.moved else 0,
        )
        kinds = {Kind.OCCUPIED, Kind.TIME_OFF, Kind.OF_SERVICE}
        if not self.service.ignores_hours:
            kinds |= {Kind.WEEKLY, Kind.SPECIAL}
        if self.service.daily_maximum is not None:
            kinds.add(Kind.COUNTED_FOR_SERVICE)
        if limited:
            kinds.add(Kind.COUNTED_FOR_PROVIDER)
        return loading.load(kinds, asked)

    def shape(self) -> tuple[timedelta, timedelta, timedelta]:
        """Duration and buffers: a session keeps its own when it moves."""
        if self.moved is None:
            service = self.service
            return self.length or service.duration, service.buffer_before, service.buffer_after
        return self.length or self.moved.duration, *self.moved.buffers


def zone_of(provider: Provider, company: Company) -> ZoneInfo:
    """The zone of a provider's hours and days."""
    return ZoneInfo(provider.timezone) if provider.timezone else company.zone


def _lapsed_seats(now: datetime) -> Coalesce:
    """The places in a session that are held no longer, though nobody has freed them yet."""
    lapsed = Booking.objects.filter(
        session=OuterRef("pk"), state=Booking.HELD, held_until__lte=now
    ).values("session")
    seats = Subquery(lapsed.annotate(seats_held=Sum("seats")).values("seats_held"))
    return Coalesce(seats, 0, output_field=IntegerField())


def _is_waited_for() -> Exists:
    return Exists(WaitingEntry.objects.waiting().filter(session=OuterRef("pk")))


def _bookable_seats(session: Session) -> int:
    """The places left, those of lapsed holds too, unless others wait who get these first."""
    is_promised = session.is_waited_for and features.is_on(features.WAITING_LIST)  # type: ignore[attr-defined]
    return session.seats_left + (0 if is_promised else session.lapsed)  # type: ignore[attr-defined]


def _nearest(found: Iterable[OfferedSlot], moment: datetime, count: int) -> list[OfferedSlot]:
    return sorted(found, key=lambda slot: abs(slot.starts_at - moment))[:count]


def _around(first_day: date, last_day: date) -> tuple[datetime, datetime]:
    """Instants between which these dates lie, in whatever zone."""
    return _midnight(first_day) - timedelta(days=1), _midnight(last_day) + timedelta(days=2)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _minutes(length: timedelta) -> int:
    """Whole minutes, rounded up."""
    return -(-length // timedelta(minutes=1))


def _own_or(own: int | None, companys: int) -> int:
    return companys if own is None else own
