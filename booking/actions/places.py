"""Finding a provider who is free for an appointment, within the rules or outside them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from booking import availability
from booking.actions.holds import free_lapsed_holds
from booking.actions.locks import lock_providers, lock_service
from booking.errors import NotBookable, SlotNotOffered, SlotTaken
from booking.models import Company, Provider, Service, Session
from booking.slots import Refusal


@dataclass(frozen=True)
class Place:
    """Who is free. ``overridden`` is the rule that had to give way for it, if any;
    without ``keeps_buffers`` only the session itself finds room."""

    provider: Provider
    company: Company
    overridden: Refusal | None = None
    keeps_buffers: bool = True

    @property
    def set_aside(self) -> dict[str, Any]:
        """What an event tells of the rules that gave way: the first of them, and the buffers."""
        found: dict[str, Any] = {}
        if self.overridden is not None:
            found["overridden"] = self.overridden.value
        if not self.keeps_buffers:
            found["without_buffers"] = True
        return found


def find_place(
    service: Service,
    starts_at: datetime,
    *,
    provider_id: int | None,
    now: datetime,
    moved: Session | None = None,
    duration: timedelta | None = None,
    overrides_rules: bool = False,
) -> Place:
    """Lock the chosen provider, or all of the service, and return one who is free.

    "Any provider" takes the one with the fewest sessions within twelve hours of the
    start, so that the first in the list is not worn out. ``moved`` is the session that is
    to go there, ``duration`` another length than its own, or the service's. Raises
    SlotTaken, SlotNotOffered, NotBookable.
    """
    lock_service(service)
    candidates = service.providers.active()
    if provider_id is not None:
        candidates = candidates.filter(pk=provider_id)
    locked = lock_providers(candidates, now=now)
    if not locked:
        raise NotBookable
    free_lapsed_holds(locked, now=now)
    company = Company.objects.current()
    refusals = availability.refusals_at(
        service,
        locked,
        starts_at,
        now=now,
        ignoring_session=moved,
        length=duration,
        company=company,
    )
    free = [provider for provider in locked if refusals[provider.pk] is None]
    if free:
        provider = _least_busy(free, starts_at) if len(free) > 1 else free[0]
        return Place(provider, company)
    if overrides_rules:
        provider, keeps_buffers = _provider_outside_the_rules(
            service, starts_at, locked, now=now, moved=moved, duration=duration
        )
        return Place(provider, company, refusals[provider.pk], keeps_buffers)
    raise _refused(list(refusals.values()))


def find_room(
    session: Session, duration: timedelta, *, now: datetime, overrides_rules: bool = False
) -> Place:
    """Lock the provider of an appointment, and see that it can last so long where it is.

    A shorter one takes no time that it did not have. Raises SlotTaken, SlotNotOffered.
    """
    locked = lock_providers(Provider.objects.filter(pk=session.provider_id), now=now)
    free_lapsed_holds(locked, now=now)
    company = Company.objects.current()
    if duration <= session.duration:
        return Place(session.provider, company)
    refusal = availability.refusal_of_length(session, duration, now=now, company=company)
    if refusal is None:
        return Place(session.provider, company)
    if not overrides_rules:
        raise _refused([refusal])
    provider, keeps_buffers = _provider_outside_the_rules(
        session.service, session.starts_at, locked, now=now, moved=session, duration=duration
    )
    return Place(provider, company, refusal, keeps_buffers)


def find_former_place(session: Session, *, now: datetime, overrides_rules: bool = False) -> Place:
    """Lock the provider of a cancelled appointment, and see that its time is free still.

    With ``overrides_rules`` its own buffers may give way. Raises SlotTaken.
    """
    locked = lock_providers(Provider.objects.filter(pk=session.provider_id), now=now)
    free_lapsed_holds(locked, now=now)
    company = Company.objects.current()
    taken = session.occupied_from, session.occupied_until
    if not _busy_among(locked, *taken, now=now, moved=session):
        return Place(session.provider, company)
    if not overrides_rules:
        raise SlotTaken
    provider, keeps_buffers = _provider_outside_the_rules(
        session.service, session.starts_at, locked, now=now, moved=session, duration=None
    )
    return Place(provider, company, Refusal.BUSY, keeps_buffers)


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


def _provider_outside_the_rules(
    service: Service,
    starts_at: datetime,
    locked: list[Provider],
    *,
    now: datetime,
    moved: Session | None,
    duration: timedelta | None,
) -> tuple[Provider, bool]:
    """Somebody whose time is not taken, and whether there is room for the buffers too."""
    if starts_at != starts_at.replace(second=0, microsecond=0):
        raise SlotNotOffered(Refusal.OFF_GRID)
    length = duration or (moved.duration if moved else service.duration)
    if starts_at + length <= now:
        raise SlotNotOffered(Refusal.TOO_SOON)
    before, after = moved.buffers if moved else (service.buffer_before, service.buffer_after)
    bare = starts_at, starts_at + length
    with_buffers = bare[0] - before, bare[1] + after
    for keeps_buffers, (from_at, until_at) in ((True, with_buffers), (False, bare)):
        busy = _busy_among(locked, from_at, until_at, now=now, moved=moved)
        for provider in locked:
            if provider.pk not in busy:
                return provider, keeps_buffers
    raise SlotTaken


def _busy_among(
    providers: list[Provider],
    from_at: datetime,
    until_at: datetime,
    *,
    now: datetime,
    moved: Session | None,
) -> set[int]:
    taken = Session.objects.taking_time(now).filter(provider__in=providers)
    if moved is not None:
        taken = taken.exclude(pk=moved.pk)
    return set(taken.occupying(from_at, until_at).values_list("provider_id", flat=True))
