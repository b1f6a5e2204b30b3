"""What is tried at once on scratch rows, and how many may win."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from booking import actions, features
from booking.actions.scratch import SCRATCH_DOMAIN, scratch_provider, scratch_service
from booking.availability import slots_for
from booking.models import Booking, Consent, Service

SEATS = 5
PROVIDERS = 3
_AHEAD, _DAYS = timedelta(days=14), timedelta(days=30)
_numbers = count()


@dataclass(frozen=True)
class Trial:
    """Calls to make at once; as many of them as ``least`` to ``most`` must win."""

    name: str
    calls: Sequence[Callable[[], Booking]]
    least: int
    most: int


def all_trials(crowd: int, *, now: datetime) -> list[Callable[[], Trial]]:
    """Each prepares its scratch rows when it is called. ``crowd`` calls are made at once."""
    prepare = [one_time, any_provider, overlapping, moves_against_bookings, full_day]
    if features.is_on("classes"):
        prepare.append(last_seats)
    return [partial(trial, crowd, now=now) for trial in prepare]


def one_time(crowd: int, *, now: datetime) -> Trial:
    service = scratch_service(scratch_provider())
    start = _free(service, now)[0]
    calls = [_book(service, now, starts_at=start) for _number in range(crowd)]
    return Trial("One time of one provider", calls, 1, 1)


def any_provider(crowd: int, *, now: datetime) -> Trial:
    service = scratch_service(*(scratch_provider() for _number in range(PROVIDERS)))
    start = _free(service, now)[0]
    calls = [_book(service, now, starts_at=start) for _number in range(crowd)]
    most = min(PROVIDERS, crowd)
    return Trial(f"One time, any of {PROVIDERS} providers", calls, most, most)


def overlapping(crowd: int, *, now: datetime) -> Trial:
    """Two services of one provider, of unequal length, whose buffers run into one another."""
    provider = scratch_provider()
    short = scratch_service(provider, duration_minutes=20, buffer_before_minutes=10)
    long = scratch_service(provider, duration_minutes=45, buffer_after_minutes=15)
    starts = _free(long, now)[:36]  # three hours of them
    calls = [
        _book((short, long)[number % 2], now, starts_at=starts[number * 7 % len(starts)])
        for number in range(crowd)
    ]
    return Trial("Services that overlap with their buffers", calls, 1, crowd)


def moves_against_bookings(crowd: int, *, now: datetime) -> Trial:
    """Half of the crowd move a booking to the time that the other half book."""
    service = scratch_service(scratch_provider())
    wanted, *others = _free(service, now, apart=service.duration)[: crowd // 2 + 1]
    moving = [_book(service, now, starts_at=start)() for start in others]
    moves = [
        partial(actions.reschedule, booking_id=one.pk, starts_at=wanted, now=now) for one in moving
    ]
    new = [_book(service, now, starts_at=wanted) for _number in range(crowd - len(moves))]
    return Trial("Moves to a time that others book", [*moves, *new], 1, 1)


def full_day(crowd: int, *, now: datetime) -> Trial:
    """Different times of a day on which the service is given only so often."""
    service = scratch_service(
        *(scratch_provider() for _number in range(PROVIDERS)), daily_maximum=PROVIDERS
    )
    starts = _free(service, now)
    calls = [_book(service, now, starts_at=starts[number % 30]) for number in range(crowd)]
    most = min(PROVIDERS, crowd)
    return Trial(f"A day that takes {PROVIDERS} bookings", calls, most, most)


def last_seats(crowd: int, *, now: datetime) -> Trial:
    teacher = scratch_provider()
    service = scratch_service(teacher, kind=Service.CLASS, capacity=SEATS)
    start = now.replace(second=0, microsecond=0) + _AHEAD
    session = actions.schedule_session(
        service_id=service.pk, provider_id=teacher.pk, starts_at=start, now=now
    )
    calls = [_book(service, now, session_id=session.pk) for _number in range(crowd)]
    most = min(SEATS, crowd)
    return Trial(f"The last {SEATS} places of a class", calls, most, most)


def _free(service: Service, now: datetime, apart: timedelta = timedelta(0)) -> list[datetime]:
    """Starts that are offered, two weeks ahead and on, from the beginning of a whole free day."""
    first = (now + _AHEAD).date()
    found: list[datetime] = []
    for slot in slots_for(service, first_day=first, last_day=first + _DAYS, now=now):
        if not found or slot.starts_at - found[-1] >= apart:
            found.append(slot.starts_at)
    return found


def _book(service: Service, now: datetime, **what: object) -> Callable[[], Booking]:
    client = actions.ClientDetails("Scratch", f"client-{next(_numbers)}{SCRATCH_DOMAIN}")
    boxes = list(Consent.objects.asked().values_list("pk", flat=True))  # a client must tick them
    return partial(
        actions.book, service_id=service.pk, client=client, now=now, agreed_to=boxes, **what
    )
