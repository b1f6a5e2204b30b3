"""Scheduling the sessions of a class: one, or a series by a rule; their places, their end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet

from booking import events
from booking.actions.holds import free_lapsed_holds, free_lapsed_places
from booking.actions.lengths import chosen_length
from booking.actions.locks import lock_provider_of, lock_sessions
from booking.actions.sessions import close_booking, close_session, new_session
from booking.actions.silence import silence
from booking.actions.starts import planned
from booking.actions.transactions import in_one_transaction
from booking.actions.waiting import offer_free_places
from booking.errors import (
    BookingClosed,
    CapacityBelowTaken,
    NotBookable,
    SeriesClashes,
    SlotTaken,
    WrongValue,
)
from booking.models import (
    Booking,
    Company,
    Event,
    Provider,
    Service,
    Session,
    SessionSeries,
    User,
    WaitingEntry,
)
from booking.series import SeriesRule

MOST_PLACES = 32767


@dataclass(frozen=True)
class ScheduledSeries:
    """What became of a rule; ``skipped`` are dates that have passed or lack that wall time."""

    series: SessionSeries
    sessions: Sequence[Session]
    skipped: Sequence[date] = field(default_factory=list)


@in_one_transaction
def schedule_session(
    *,
    service_id: int,
    provider_id: int,
    starts_at: datetime,
    now: datetime,
    capacity: int | None = None,
    duration: timedelta | None = None,
    actor: User | None = None,
) -> Session:
    """Schedule one session of a class at an aware instant. Records SESSION_SCHEDULED.

    ``capacity`` and ``duration`` None mean the class's. The provider's hours are not asked:
    whoever schedules a class knows. Raises NotBookable for an appointment, a foreign provider
    or a start that has passed, SlotTaken for an overlap, WrongValue for ``capacity``,
    LengthRefused, WrongLength.
    """
    length = chosen_length(duration, by=actor)
    service = _class(service_id)
    starts_at = planned(starts_at, now=now)
    if starts_at <= now:
        raise NotBookable
    provider = lock_provider_of(service, provider_id, now=now)
    free_lapsed_holds([provider], now=now)
    company = Company.objects.current()
    session = new_session(service, provider, starts_at, company=company, duration=length)
    session.capacity = _places(service, capacity)
    session.save(force_insert=True)
    events.record(Event.SESSION_SCHEDULED, now=now, session=session, actor=actor)
    return session


@in_one_transaction
def schedule_series(
    *,
    service_id: int,
    provider_id: int,
    rule: SeriesRule,
    now: datetime,
    capacity: int | None = None,
    actor: User | None = None,
) -> ScheduledSeries:
    """Schedule a session on every date of a rule, all of them or none.

    The rule is wall time in the company's zone. Dates that have passed, or on which the
    clock skips the time, are left out and reported. Records SESSION_SCHEDULED for each.

    Raises SeriesClashes with the starts that are taken, NotBookable as ``schedule_session``,
    WrongValue when no date is left (``last_on``), or for ``capacity``.
    """
    service = _class(service_id)
    places = _places(service, capacity)
    company = Company.objects.current()
    planned = list(rule.starts_in(company.zone))
    starts = [start for _day, start in planned if start is not None and start > now]
    if not starts:
        raise WrongValue("last_on")
    provider = lock_provider_of(service, provider_id, now=now)
    free_lapsed_holds([provider], now=now)
    sessions = [new_session(service, provider, start, company=company) for start in starts]
    refuse_clashes({provider: sessions}, now=now)
    series = _written_series(service, rule, company)
    for session in sessions:
        session.capacity, session.series = places, series
    Session.objects.bulk_create(sessions)
    for session in sessions:
        events.record(Event.SESSION_SCHEDULED, now=now, session=session, actor=actor)
    skipped = [day for day, start in planned if start is None or start <= now]
    return ScheduledSeries(series, sessions, skipped)


def _class(service_id: int) -> Service:
    service = Service.objects.active().filter(pk=service_id).first()
    if service is None or not service.is_class:
        raise NotBookable
    return service


def _places(service: Service, capacity: int | None) -> int:
    places = service.capacity if capacity is None else capacity
    if not 1 <= places <= MOST_PLACES:
        raise WrongValue("capacity")
    return places


def refuse_clashes(sessions_of: Mapping[Provider, Sequence[Session]], *, now: datetime) -> None:
    """Refuse sessions, stored or not, that overlap others of a provider, or one another.

    Raises SlotTaken for a single one, SeriesClashes with the starts of those at fault.
    """
    clashing = [
        session.starts_at
        for provider, sessions in sessions_of.items()
        for session in _clashing(sessions, provider, now)
    ]
    if clashing and sum(map(len, sessions_of.values())) == 1:
        raise SlotTaken
    if clashing:
        raise SeriesClashes(sorted(clashing))


def _clashing(sessions: Iterable[Session], provider: Provider, now: datetime) -> list[Session]:
    wanted = sorted(sessions, key=lambda session: session.occupied_from)
    taken = _others_of(provider, wanted, now)
    return [
        one
        for one, following in zip(wanted, [*wanted[1:], None], strict=True)
        if any(start < one.occupied_until and end > one.occupied_from for start, end in taken)
        or (following is not None and following.occupied_from < one.occupied_until)
    ]


def _others_of(
    provider: Provider, wanted: Sequence[Session], now: datetime
) -> list[tuple[datetime, datetime]]:
    others = Session.objects.taking_time(now).filter(provider=provider)
    others = others.exclude(pk__in=[session.pk for session in wanted if session.pk])
    last = max(session.occupied_until for session in wanted)
    around = others.occupying(wanted[0].occupied_from, last)
    return list(around.values_list("occupied_from", "occupied_until"))


def _written_series(service: Service, rule: SeriesRule, company: Company) -> SessionSeries:
    return SessionSeries.objects.create(
        service=service,
        weekdays=sorted(rule.weekdays),
        every_weeks=rule.every_weeks,
        starts=rule.starts,
        first_on=rule.first_on,
        last_on=rule.last_on,
        except_on=[day.isoformat() for day in sorted(rule.except_on)],
        timezone=company.timezone,
    )


@in_one_transaction
def set_capacity(
    *, session_id: int, capacity: int, now: datetime, actor: User | None = None
) -> Session:
    """Change the places of one class session. Records SESSION_CAPACITY_CHANGED.

    Raises WrongValue outside 1..32767, CapacityBelowTaken when more are taken, BookingClosed
    when the session is cancelled or over, NotBookable for an appointment's.
    """
    if not 1 <= capacity <= MOST_PLACES:
        raise WrongValue("capacity")
    session = open_class_sessions(session_id, now=now)[0]
    if not session.service.is_class:
        raise NotBookable
    if session.seats_taken > capacity:
        free_lapsed_places(session, now=now)
    if session.seats_taken > capacity:
        raise CapacityBelowTaken(session.seats_taken)
    was = session.capacity
    if was != capacity:
        session.capacity = capacity
        session.save(update_fields=["capacity"])
        kind = Event.SESSION_CAPACITY_CHANGED
        events.record(kind, now=now, session=session, actor=actor, was=was, capacity=capacity)
        offer_free_places(session, now=now)
    return session


@in_one_transaction
def cancel_session(
    *,
    session_id: int,
    now: datetime,
    actor: User | None = None,
    reason: str = "",
    rest_of_series: bool = False,
    is_quiet: bool = False,
) -> list[Session]:
    """Cancel a session, or it and all later ones of its series, with every booking in them.

    Each booking records CANCELLED, each session SESSION_CANCELLED with the entries of its
    waiting list, which end with it. With ``is_quiet`` nobody is told. Raises BookingClosed
    when the session is cancelled or over, SilenceRefused.
    """
    details = {"reason": reason, **silence(is_quiet, by=actor)}
    sessions = open_class_sessions(session_id, now=now, rest_of_series=rest_of_series)
    for session in sessions:
        _cancel_one(session, details, now=now, actor=actor)
    return sessions


def _cancel_one(
    session: Session, details: dict[str, Any], *, now: datetime, actor: User | None
) -> None:
    close_session(session)
    waiting = list(session.waiting.waiting().in_turn().values_list("pk", flat=True))
    session.waiting.waiting().update(state=WaitingEntry.LEFT)
    taking = list(session.bookings.taking_seats().select_related("client").order_by("pk"))
    for booking in taking:
        booking.session = session
        was = booking.state
        close_booking(booking, Booking.CANCELLED, now=now, reason=details["reason"])
        events.record(
            Event.CANCELLED, now=now, booking=booking, actor=actor, was_state=was, **details
        )
    events.record(
        Event.SESSION_CANCELLED,
        now=now,
        session=session,
        actor=actor,
        **details,
        bookings=len(taking),
        waiting=waiting,
    )


def open_class_sessions(
    session_id: int, *, now: datetime, rest_of_series: bool = False
) -> list[Session]:
    """Lock a session, and with it the later ones of its series, that can still be changed.

    Soonest first, the named one first. Raises BookingClosed when that one is cancelled or over.
    """
    wanted = sessions_from(session_id, rest_of_series=rest_of_series)
    lock_sessions(wanted.values_list("pk", flat=True))
    rows = wanted.select_related("provider", "service").order_by(
        F("starts_at").asc(), F("pk").asc()
    )
    sessions = [row for row in rows if row.is_active and row.ends_at > now]
    if session_id not in {session.pk for session in sessions}:
        raise BookingClosed
    return sessions


def sessions_from(session_id: int, *, rest_of_series: bool) -> QuerySet[Session]:
    """A session, or it and the later ones of its series. Raises Session.DoesNotExist."""
    named = Session.objects.values("series_id", "starts_at").get(pk=session_id)
    wanted = Session.objects.filter(pk=session_id)
    if rest_of_series and named["series_id"] is not None:
        later = Session.objects.filter(series=named["series_id"], starts_at__gt=named["starts_at"])
        wanted = wanted | later
    return wanted
