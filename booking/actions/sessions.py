"""Writing sessions: an appointment's with its booking, a class's beforehand."""

from datetime import datetime, timedelta

from booking import availability
from booking.errors import NotBookable, SessionMoved, SlotNotOffered
from booking.links import new_token
from booking.models import Booking, Company, Provider, Service, Session
from booking.slots import Refusal


def scheduled_session(
    service: Service, session_id: int | None, *, now: datetime, overrides_rules: bool = False
) -> tuple[Session, Refusal | None]:
    """Return a session of a class that is offered now, and the rule overridden for it.

    An override lifts notice and horizon, as long as the session is not over. Raises
    NotBookable, SlotNotOffered.
    """
    sessions = Session.objects.active().filter(pk=session_id, service=service)
    session = sessions.select_related("provider", "service").first()
    if session is None:
        raise NotBookable
    refusal = availability.why_not_session(session, now=now)
    if refusal is not None and not (overrides_rules and session.ends_at > now):
        raise SlotNotOffered(refusal)
    return session, refusal


def require_start(session: Session, starts_at: datetime | None) -> None:
    """Raise SessionMoved unless a session is at the time it was chosen for, if one was named.

    Asked once its places are taken: from then on nobody moves it.
    """
    if starts_at is not None and session.starts_at != starts_at:
        raise SessionMoved


def new_session(
    service: Service,
    provider: Provider,
    starts_at: datetime,
    *,
    company: Company,
    duration: timedelta | None = None,
) -> Session:
    """A session of a service, not yet stored, with the buffers of this moment.

    ``duration`` None is the service's.
    """
    ends_at = starts_at + (duration or service.duration)
    return Session(
        service=service,
        provider=provider,
        starts_at=starts_at,
        ends_at=ends_at,
        occupied_from=starts_at - service.buffer_before,
        occupied_until=ends_at + service.buffer_after,
        capacity=service.capacity if service.is_class else 1,
        **_clock(starts_at, company),
    )


def write_appointment(
    service: Service,
    provider: Provider,
    starts_at: datetime,
    *,
    company: Company,
    keeps_buffers: bool,
    held_until: datetime | None,
    duration: timedelta | None = None,
) -> Session:
    """Write the session of an appointment that is being booked."""
    session = new_session(service, provider, starts_at, company=company, duration=duration)
    session.seats_taken = 1
    session.held_until = held_until
    if not keeps_buffers:
        _drop_buffers(session)
    session.save(force_insert=True)
    return session


_MOVED = [
    "provider",
    "host_token",
    "starts_at",
    "ends_at",
    "occupied_from",
    "occupied_until",
    "timezone",
    "utc_offset_minutes",
    "revision",
]


def move_session(
    session: Session,
    provider: Provider,
    starts_at: datetime,
    *,
    company: Company,
    duration: timedelta | None = None,
    keeps_buffers: bool = True,
) -> None:
    """Shift a session with its buffers; another provider gets another host link.

    ``duration`` None keeps it as long as it is.
    """
    if provider.pk != session.provider_id:
        session.provider = provider
        session.host_token = new_token()
    put(session, starts_at, duration or session.duration)
    if not keeps_buffers:
        _drop_buffers(session)
    for name, shown in _clock(starts_at, company).items():
        setattr(session, name, shown)
    session.revision += 1
    session.save(update_fields=_MOVED)


def put(session: Session, starts_at: datetime, duration: timedelta) -> None:
    """Give a session its time, with the buffers it has; stores nothing."""
    before, after = session.buffers
    session.starts_at, session.ends_at = starts_at, starts_at + duration
    session.occupied_from, session.occupied_until = starts_at - before, session.ends_at + after


def place_of(session: Session) -> dict[str, object]:
    """What a message and the history need to say where something was before."""
    return {
        "session": session.pk,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "provider": session.provider_id,
    }


def close_session(session: Session) -> None:
    """Free the provider's time and every place."""
    session.status = Session.CANCELLED
    session.seats_taken = 0
    session.revision += 1
    session.save(update_fields=["status", "seats_taken", "revision"])


def close_booking(booking: Booking, state: str, *, now: datetime, reason: str = "") -> None:
    """Let a booking end; its seats are the caller's to give back."""
    booking.state = state
    booking.cancelled_at = now
    booking.cancel_reason = reason
    booking.revision += 1
    booking.save(update_fields=["state", "cancelled_at", "cancel_reason", "revision"])


def reopen_session(session: Session, seats: int, *, keeps_buffers: bool = True) -> None:
    """Take the provider's time again, with so many places taken."""
    session.status = Session.ACTIVE
    session.seats_taken = seats
    session.revision += 1
    if not keeps_buffers:
        _drop_buffers(session)
    session.save(
        update_fields=["status", "seats_taken", "revision", "occupied_from", "occupied_until"]
    )


def reopen_booking(booking: Booking, state: str) -> None:
    """Let a booking stand again; its seats are the caller's to take."""
    booking.state = state
    booking.cancelled_at = None
    booking.cancel_reason = ""
    booking.revision += 1
    booking.save(update_fields=["state", "cancelled_at", "cancel_reason", "revision"])


def _drop_buffers(session: Session) -> None:
    session.occupied_from, session.occupied_until = session.starts_at, session.ends_at


def _clock(starts_at: datetime, company: Company) -> dict[str, object]:
    """What the company's clock is to show then, by the zone rules of today."""
    offset = starts_at.astimezone(company.zone).utcoffset()
    assert offset is not None
    return {
        "timezone": company.timezone,
        "utc_offset_minutes": offset // timedelta(minutes=1),
    }
