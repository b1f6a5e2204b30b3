"""Writing sessions: an appointment's with its booking, a class's beforehand."""

from datetime import datetime, timedelta

from booking import availability, events
from booking.actions.transactions import in_one_transaction
from booking.errors import BookingClosed, NotBookable, SlotNotOffered, SlotTaken
from booking.links import new_token
from booking.models import Booking, Event, Provider, Service, Session, User
from booking.slots import Refusal


def lock_providers(providers) -> list[Provider]:
    """Lock rows of providers in the one order that every action keeps: by id."""
    return list(providers.select_for_update().order_by("pk"))


def lock_sessions(session_ids: set[int | None]) -> None:
    """Lock rows of sessions by id; None among the ids stands for no session."""
    list(Session.objects.select_for_update().filter(pk__in=session_ids - {None}).order_by("pk"))


def scheduled_session(service: Service, session_id: int | None, *, now: datetime) -> Session:
    """Return a coming session of a class. Raises NotBookable, SlotNotOffered."""
    sessions = Session.objects.active().filter(pk=session_id, service=service)
    session = sessions.select_related("provider", "service").first()
    if session is None:
        raise NotBookable
    if session.starts_at <= now:
        raise SlotNotOffered(Refusal.TOO_SOON)
    return session


def lock_provider_of(service: Service, provider_id: int) -> Provider:
    """Lock one active provider of a service. Raises NotBookable when there is none."""
    locked = lock_providers(service.providers.active().filter(pk=provider_id))
    if not locked:
        raise NotBookable
    return locked[0]


def free_provider(
    service: Service,
    starts_at: datetime,
    *,
    provider_id: int | None,
    now: datetime,
    ignoring_session: Session | None = None,
) -> Provider:
    """Lock the chosen provider, or all of the service, and return one who is free.

    "Any provider" takes the one with the fewest sessions that day, so that the first
    in the list is not worn out. Raises SlotTaken or SlotNotOffered.
    """
    candidates = service.providers.active()
    if provider_id is not None:
        candidates = candidates.filter(pk=provider_id)
    locked = lock_providers(candidates)
    if not locked:
        raise NotBookable
    refusals = availability.refusals_at(
        service, locked, starts_at, now=now, ignoring_session=ignoring_session
    )
    free = [provider for provider in locked if refusals[provider.pk] is None]
    if not free:
        raise _refused(list(refusals.values()))
    return _least_busy(free, starts_at) if len(free) > 1 else free[0]


def _refused(reasons: list[Refusal | None]) -> SlotTaken | SlotNotOffered:
    """One answer for several providers: if any is merely busy, somebody was faster."""
    if Refusal.BUSY in reasons:
        return SlotTaken()
    return SlotNotOffered(next(reason for reason in reasons if reason is not None))


def _least_busy(providers: list[Provider], starts_at: datetime) -> Provider:
    around = Session.objects.active().starting_within(
        starts_at - timedelta(hours=12), starts_at + timedelta(hours=12)
    )
    taken = list(around.filter(provider__in=providers).values_list("provider_id", flat=True))
    return min(providers, key=lambda p: (taken.count(p.pk), p.position, p.pk))


def write_session(service: Service, provider: Provider, starts_at: datetime) -> Session:
    """Write a new active session of a service, with the buffers of this moment."""
    ends_at = starts_at + service.duration
    return Session.objects.create(
        service=service,
        provider=provider,
        starts_at=starts_at,
        ends_at=ends_at,
        occupied_from=starts_at - service.buffer_before,
        occupied_until=ends_at + service.buffer_after,
        capacity=service.capacity if service.is_class else 1,
    )


def move_session(session: Session, provider: Provider, starts_at: datetime) -> None:
    """Shift a session with its buffers; another provider gets another host link."""
    shift = starts_at - session.starts_at
    if provider.pk != session.provider_id:
        session.provider = provider
        session.host_token = new_token()
    session.starts_at += shift
    session.ends_at += shift
    session.occupied_from += shift
    session.occupied_until += shift
    session.revision += 1
    session.save()


def close_session(session: Session) -> None:
    """Free the provider's time."""
    session.status = Session.CANCELLED
    session.revision += 1
    session.save(update_fields=["status", "revision"])


@in_one_transaction
def schedule_session(
    *, service_id: int, provider_id: int, starts_at: datetime, now: datetime
) -> Session:
    """Schedule one session of a class at an aware instant.

    The provider's hours are not asked: whoever schedules a class knows. Raises
    NotBookable for an appointment or a foreign provider, SlotTaken for an overlap.
    """
    service = Service.objects.active().get(pk=service_id)
    if not service.is_class or starts_at <= now:
        raise NotBookable
    return write_session(service, lock_provider_of(service, provider_id), starts_at)


@in_one_transaction
def cancel_session(
    *, session_id: int, now: datetime, actor: User | None = None, reason: str = ""
) -> Session:
    """Cancel a session and every booking in it, each with its own event.

    Raises BookingClosed when it is cancelled or over.
    """
    session = Session.objects.select_for_update().get(pk=session_id)
    if not session.is_active or session.ends_at <= now:
        raise BookingClosed
    for booking in session.bookings.taking_seats().order_by("pk"):
        close_booking(booking, Booking.CANCELLED, now=now, reason=reason)
        events.record(Event.CANCELLED, now=now, booking=booking, actor=actor, reason=reason)
    Session.objects.filter(pk=session.pk).update(seats_taken=0)
    close_session(session)
    events.record(Event.SESSION_CANCELLED, now=now, session=session, actor=actor, reason=reason)
    return session


def close_booking(booking: Booking, state: str, *, now: datetime, reason: str = "") -> None:
    """Let a booking end; its seats are the caller's to give back."""
    booking.state = state
    booking.cancelled_at = now
    booking.cancel_reason = reason
    booking.revision += 1
    booking.save(update_fields=["state", "cancelled_at", "cancel_reason", "revision"])
