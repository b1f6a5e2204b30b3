"""Moving the session of a class, or the rest of its series, with everybody in it."""

from collections import defaultdict
from copy import copy
from datetime import datetime, timedelta
from typing import Any

from booking import events
from booking.actions.classes import open_class_sessions, refuse_clashes, sessions_from
from booking.actions.holds import free_lapsed_holds
from booking.actions.lengths import chosen_length
from booking.actions.locks import lock_providers
from booking.actions.sessions import move_session, place_of, put
from booking.actions.silence import silence
from booking.actions.starts import planned
from booking.actions.transactions import in_one_transaction
from booking.errors import NotBookable, Outdated
from booking.models import Company, Event, Provider, Service, Session, User
from booking.series import shifted


@in_one_transaction
def move_class_session(
    *,
    session_id: int,
    starts_at: datetime,
    now: datetime,
    actor: User | None = None,
    provider_id: int | None = None,
    duration: timedelta | None = None,
    rest_of_series: bool = False,
    expected_revision: int | None = None,
    is_quiet: bool = False,
) -> list[Session]:
    """Move a session to an aware ``starts_at``, or to another provider of the class, or both.

    ``duration`` None keeps its length; staff may choose another, also while it runs. With
    ``expected_revision`` a session that changed since is refused.

    With ``rest_of_series`` all later sessions of its series move by as much wall time of
    the company, each staying with its provider unless ``provider_id`` names one, and as long
    as it is unless ``duration`` says otherwise. Everybody keeps their place. Each booking
    records RESCHEDULED, each session SESSION_MOVED, both with what was before; with
    ``is_quiet`` nobody is told. Returns the sessions, soonest first.

    Raises BookingClosed when it is cancelled or over, NotBookable for a foreign provider, a
    start that has passed, or an end that has where only the length changes, SlotTaken or
    SeriesClashes for an overlap, Outdated, SilenceRefused, LengthRefused, WrongLength.
    """
    silenced = silence(is_quiet, by=actor)
    length = chosen_length(duration, by=actor)
    starts_at = planned(starts_at, now=now)
    wanted = _concerned(session_id, rest_of_series)
    is_in_place = _stays(wanted[session_id], starts_at, provider_id)
    if starts_at + (length if length and is_in_place else timedelta()) <= now:
        raise NotBookable
    providers = _locked_providers(wanted, session_id, provider_id, now=now)
    free_lapsed_holds(providers.values(), now=now)
    sessions = open_class_sessions(session_id, now=now, rest_of_series=rest_of_series)
    _require_as_seen(sessions, wanted)
    if expected_revision not in (None, _named(sessions, session_id).revision):
        raise Outdated
    company = Company.objects.current()
    moves = _moves(sessions, session_id, starts_at, company)
    hosts = {one.pk: providers[provider_id or one.provider_id] for one in sessions}
    _refuse_taken(moves, hosts, length, now=now)
    # Those further on first when all go later: nobody steps on a place not yet left.
    goes_later = moves[0][1] > moves[0][0].starts_at
    for session, target in reversed(moves) if goes_later else moves:
        was, host = place_of(session), hosts[session.pk]
        move = (target, host.pk, length or session.duration)
        if move != (session.starts_at, session.provider_id, session.duration):
            move_session(session, host, target, company=company, duration=length)
            _record_move(session, {"was": was, **silenced}, now=now, actor=actor)
    return sorted(sessions, key=lambda session: session.starts_at)


_Seen = dict[int, tuple[datetime, int]]


def _stays(seen: tuple[datetime, int], starts_at: datetime, provider_id: int | None) -> bool:
    return seen[0] == starts_at and provider_id in (None, seen[1])


def _concerned(session_id: int, rest_of_series: bool) -> _Seen:
    """Start and provider of each session that may move, as they are before anything is locked."""
    rows = sessions_from(session_id, rest_of_series=rest_of_series)
    return {pk: (at, who) for pk, at, who in rows.values_list("pk", "starts_at", "provider_id")}


def _require_as_seen(sessions: list[Session], seen: _Seen) -> None:
    """Raises Outdated where one went elsewhere between look and lock."""
    if any(seen.get(one.pk) != (one.starts_at, one.provider_id) for one in sessions):
        raise Outdated


def _named(sessions: list[Session], session_id: int) -> Session:
    return next(session for session in sessions if session.pk == session_id)


def _locked_providers(
    seen: _Seen, session_id: int, provider_id: int | None, *, now: datetime
) -> dict[int, Provider]:
    """Lock everybody who has such a session or is to have it. Raises NotBookable."""
    service = Service.objects.get(sessions=session_id)
    if not service.is_class:
        raise NotBookable
    present = {who for _starts_at, who in seen.values()}
    is_new = provider_id is not None and provider_id not in present
    if is_new and not service.providers.active().filter(pk=provider_id).exists():
        raise NotBookable
    wanted = present | {provider_id} if provider_id is not None else present
    locked = lock_providers(Provider.objects.filter(pk__in=wanted), now=now)
    return {provider.pk: provider for provider in locked}


def _moves(
    sessions: list[Session], session_id: int, starts_at: datetime, company: Company
) -> list[tuple[Session, datetime]]:
    """Each session, soonest first, with its new start: the same shift of the wall time."""
    zone = company.zone
    named = _named(sessions, session_id)
    was, will_be = (
        moment.astimezone(zone).replace(tzinfo=None) for moment in (named.starts_at, starts_at)
    )
    # The named one goes exactly there, also where its wall time comes twice.
    return [
        (one, starts_at if one is named else shifted(one.starts_at, will_be - was, zone))
        for one in sessions
    ]


def _refuse_taken(
    moves: list[tuple[Session, datetime]],
    hosts: dict[int, Provider],
    length: timedelta | None,
    *,
    now: datetime,
) -> None:
    """Look at copies in their new places, provider by provider, before anything is written."""
    by_host: dict[Provider, list[Session]] = defaultdict(list)
    for session, target in moves:
        there = copy(session)
        put(there, target, length or session.duration)
        by_host[hosts[session.pk]].append(there)
    refuse_clashes(by_host, now=now)


def _record_move(
    session: Session, details: dict[str, Any], *, now: datetime, actor: User | None
) -> None:
    taking = list(session.bookings.taking_seats().select_related("client").order_by("pk"))
    for booking in taking:
        booking.session = session
        booking.revision += 1
        booking.save(update_fields=["revision"])
        events.record(Event.RESCHEDULED, now=now, booking=booking, actor=actor, **details)
    events.record(
        Event.SESSION_MOVED,
        now=now,
        session=session,
        actor=actor,
        **details,
        bookings=len(taking),
        waiting=list(session.waiting.waiting().in_turn().values_list("pk", flat=True)),
    )
