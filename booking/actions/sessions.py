"""Writing sessions: an appointment's with its booking, a class's beforehand."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from booking import availability, events
from booking.actions.transactions import in_one_transaction
from booking.errors import BookingClosed, NotBookable, SlotNotOffered, SlotTaken
from booking.links import new_token
from booking.models import Booking, Event, Provider, Service, Session, User
from booking.slots import Refusal


def lock_providers(providers: QuerySet[Provider]) -> list[Provider]:
    """Lock rows of providers in the one order that every action keeps: by id.

    Rows that refer to a provider can still be written meanwhile (NO KEY): a message
    to one, owed by somebody who waits for nothing else, shall not end in a deadlock.
    """
    return list(providers.select_for_update(of=("self",), no_key=True).order_by("pk"))


def lock_sessions(session_ids: set[int | None]) -> None:
    """Lock rows of sessions by id; None among the ids stands for no session."""
    ids = [pk for pk in session_ids if pk is not None]
    list(Session.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def scheduled_session(service: Service, session_id: int | None, *, now: datetime) -> Session:
    """Return a session of a class that is offered now. Raises NotBookable, SlotNotOffered."""
    sessions = Session.objects.active().filter(pk=session_id, service=service)
    session = sessions.select_related("provider", "service").first()
    if session is None:
        raise NotBookable
    if (refusal := availability.why_not_session(session, now=now)) is not None:
        raise SlotNotOffered(refusal)
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

    "Any provider" takes the one with the fewest sessions within twelve hours of the
    start, so that the first in the list is not worn out. Raises SlotTaken,
    SlotNotOffered, NotBookable.
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


def write_session(
    service: Service, provider: Provider, starts_at: datetime, *, seats_taken: int = 0
) -> Session:
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
        seats_taken=seats_taken,
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
    session.save(
        update_fields=[
            "provider",
            "host_token",
            "starts_at",
            "ends_at",
            "occupied_from",
            "occupied_until",
            "revision",
        ]
    )


def close_session(session: Session) -> None:
    """Free the provider's time and every place."""
    session.status = Session.CANCELLED
    session.seats_taken = 0
    session.revision += 1
    session.save(update_fields=["status", "seats_taken", "revision"])


@in_one_transaction
def schedule_session(
    *, service_id: int, provider_id: int, starts_at: datetime, now: datetime
) -> Session:
    """Schedule one session of a class at an aware instant.

    The provider's hours are not asked: whoever schedules a class knows. Raises
    NotBookable for an appointment, a foreign provider or a start that has passed,
    SlotTaken for an overlap.
    """
    service = Service.objects.active().filter(pk=service_id).first()
    if service is None or not service.is_class or starts_at <= now:
        raise NotBookable
    return write_session(service, lock_provider_of(service, provider_id), starts_at)


@in_one_transaction
def cancel_session(
    *, session_id: int, now: datetime, actor: User | None = None, reason: str = ""
) -> Session:
    """Cancel a session and every booking in it, each with its own event.

    Raises BookingClosed when it is cancelled or over.
    """
    lock_sessions({session_id})
    session = Session.objects.select_related("provider", "service").get(pk=session_id)
    if not session.is_active or session.ends_at <= now:
        raise BookingClosed
    close_session(session)
    for booking in session.bookings.taking_seats().select_related("client").order_by("pk"):
        close_booking(booking, Booking.CANCELLED, now=now, reason=reason)
        events.record(Event.CANCELLED, now=now, booking=booking, actor=actor, reason=reason)
    events.record(Event.SESSION_CANCELLED, now=now, session=session, actor=actor, reason=reason)
    return session


def close_booking(booking: Booking, state: str, *, now: datetime, reason: str = "") -> None:
    """Let a booking end; its seats are the caller's to give back."""
    booking.state = state
    booking.cancelled_at = now
    booking.cancel_reason = reason
    booking.revision += 1
    booking.save(update_fields=["state", "cancelled_at", "cancel_reason", "revision"])
