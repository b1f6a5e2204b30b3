"""Moving the session of a class, or the rest of its series, with everybody in it."""

from datetime import datetime

from booking import events
from booking.actions.classes import open_class_sessions, refuse_clashes
from booking.actions.holds import free_lapsed_holds
from booking.actions.locks import lock_providers
from booking.actions.sessions import move_session, place_of
from booking.actions.transactions import in_one_transaction
from booking.errors import NotBookable, Outdated
from booking.models import Company, Event, Provider, Session, User
from booking.series import shifted


@in_one_transaction
def move_class_session(
    *,
    session_id: int,
    starts_at: datetime,
    now: datetime,
    actor: User | None = None,
    provider_id: int | None = None,
    rest_of_series: bool = False,
) -> list[Session]:
    """Move a session to an aware ``starts_at``, or to another provider of the class, or both.

    With ``rest_of_series`` all later sessions of its series move by as much wall time of
    the company. Everybody keeps their place. Each booking records RESCHEDULED, each session
    SESSION_MOVED, both with what was before. Returns the sessions, soonest first.

    Raises BookingClosed when it is cancelled or over, NotBookable for a start that has
    passed or a foreign provider, SlotTaken or SeriesClashes for an overlap.
    """
    if starts_at <= now:
        raise NotBookable
    named, provider = _locked_providers(session_id, provider_id, now=now)
    free_lapsed_holds([provider], now=now)
    sessions = open_class_sessions(session_id, now=now, rest_of_series=rest_of_series)
    current = next(session for session in sessions if session.pk == session_id)
    if (current.starts_at, current.provider_id) != (named.starts_at, named.provider_id):
        raise Outdated
    company = Company.objects.current()
    targets = _targets(sessions, current, starts_at, company)
    _refuse_taken(sessions, targets, provider, now=now)
    moved = [
        session for session in sessions if _is_elsewhere(session, provider, targets[session.pk])
    ]
    # Those further on first when all go later: nobody steps on a place not yet left.
    for session in sorted(moved, key=lambda s: s.starts_at, reverse=starts_at > named.starts_at):
        was = place_of(session)
        move_session(session, provider, targets[session.pk], company=company)
        _record_move(session, was, now=now, actor=actor)
    return sorted(sessions, key=lambda session: session.starts_at)


def _locked_providers(
    session_id: int, provider_id: int | None, *, now: datetime
) -> tuple[Session, Provider]:
    """The session as seen before locking, and the provider who is to have it, locked."""
    named = Session.objects.select_related("service").get(pk=session_id)
    target_id = provider_id or named.provider_id
    both = Provider.objects.filter(pk__in={target_id, named.provider_id})
    locked = lock_providers(both, now=now)
    provider = next((one for one in locked if one.pk == target_id), None)
    is_offered = (
        target_id == named.provider_id
        or named.service.providers.active().filter(pk=target_id).exists()
    )
    if not named.service.is_class or provider is None or not is_offered:
        raise NotBookable
    return named, provider


def _targets(
    sessions: list[Session], named: Session, starts_at: datetime, company: Company
) -> dict[int, datetime]:
    """The new start of each session: the same shift of what the company's clock shows."""
    zone = company.zone
    was, will_be = (
        moment.astimezone(zone).replace(tzinfo=None) for moment in (named.starts_at, starts_at)
    )
    targets = {one.pk: shifted(one.starts_at, will_be - was, zone) for one in sessions}
    targets[named.pk] = starts_at  # exactly, also where its wall time comes twice
    return targets


def _is_elsewhere(session: Session, provider: Provider, starts_at: datetime) -> bool:
    return (session.starts_at, session.provider_id) != (starts_at, provider.pk)


def _refuse_taken(
    sessions: list[Session], targets: dict[int, datetime], provider: Provider, *, now: datetime
) -> None:
    """Look at copies in their new places before anything is written."""
    copies = []
    for session in sessions:
        shift = targets[session.pk] - session.starts_at
        copies.append(
            Session(
                pk=session.pk,
                starts_at=targets[session.pk],
                occupied_from=session.occupied_from + shift,
                occupied_until=session.occupied_until + shift,
            )
        )
    refuse_clashes(copies, provider, now=now)


def _record_move(
    session: Session, was: dict[str, object], *, now: datetime, actor: User | None
) -> None:
    taking = list(session.bookings.taking_seats().select_related("client").order_by("pk"))
    for booking in taking:
        booking.session = session
        booking.revision += 1
        booking.save(update_fields=["revision"])
        events.record(Event.RESCHEDULED, now=now, booking=booking, actor=actor, was=was)
    events.record(
        Event.SESSION_MOVED, now=now, session=session, actor=actor, was=was, bookings=len(taking)
    )
