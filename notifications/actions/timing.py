"""The company's times of reminders and follow-ups, also for bookings made before.

A time is a row at once, and counts for every booking from then on. Those made earlier are
gone through by a worker, in pieces that each lock little and end soon.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from booking.actions.transactions import in_one_transaction
from booking.models import Booking, Company, Session
from notifications.actions.choosing import choices
from notifications.actions.timed import Timetable
from notifications.errors import TimingRefused
from notifications.kinds import MESSAGES, Audience, Channel, Kind, Reason
from notifications.models import LONGEST_TIMING, Message, Timing
from notifications.wakeups import wake_timing

AT_ONCE = 200  # bookings gone through in one transaction
# A booking that was being made when the time was added may not have seen it, nor be seen.
LONGEST_BOOKING = timedelta(minutes=2)


def timings() -> list[Timing]:
    """All times: reminders first, each kind from the longest distance to the shortest."""
    return list(Timing.objects.order_by("-kind", "-minutes", "audience", "channel"))


@transaction.atomic(durable=True)
def add_timing(*, kind: Kind, audience: Audience, channel: Channel, minutes: int) -> Timing:
    """Remind, or follow up, at one more time: ``minutes`` before the start or after the end.

    Raises TimingRefused, naming ``audience`` or ``minutes``.
    """
    of: dict[str, Any] = {
        "kind": kind,
        "audience": audience,
        "channel": channel,
        "minutes": minutes,
    }
    if Timing(**of).slug not in MESSAGES:
        raise TimingRefused("audience", _("A follow-up goes to clients only."))
    if not 1 <= minutes <= LONGEST_TIMING:
        longest = LONGEST_TIMING // 1440
        raise TimingRefused("minutes", _("At least a minute, at most %(n)s days.") % {"n": longest})
    timing, is_new = Timing.objects.get_or_create(**of)
    if not is_new:
        raise TimingRefused("minutes", _("This time is there already."))
    wake_timing(timing.pk)
    return timing


@in_one_transaction
def remove_timing(*, timing_id: int, now: datetime) -> bool:
    """Do without a time, and without what is owed because of it; False where it was gone.

    The keys of what is set aside become free, since the same time may be wanted again. A
    deadlock with a booking that sets aside the same messages is tried again.
    """
    owed = Message.objects.filter(timing=timing_id, state=Message.OWED)
    owed.update(key=Concat(F("key"), Value(f":off-{timing_id}")))
    owed.set_aside(Reason.SWITCHED_OFF, now=now)
    _count, by_model = Timing.objects.filter(pk=timing_id).delete()
    return bool(by_model)


def owe_again(slugs: Iterable[str] | None = None) -> None:
    """Go through all bookings once more for the times of some messages, None for all of them.

    What was muted until now was not owed. Belongs inside the transaction of the change.
    """
    concerned = [row for row in Timing.objects.all() if slugs is None or row.slug in slugs]
    Timing.objects.filter(pk__in=[row.pk for row in concerned]).update(owed_at=None)
    for timing in concerned:
        wake_timing(timing.pk)


def timings_to_owe(*, now: datetime) -> list[int]:
    """Times for which earlier bookings were not gone through, or were a moment ago."""
    is_young = Q(owed_at=None) | Q(owed_at__gt=now - LONGEST_BOOKING)
    return list(Timing.objects.filter(is_young).values_list("pk", flat=True))


def owe_timed(*, timing_id: int, now: datetime) -> None:
    """Owe a time's messages for the bookings that were there before it.

    Safe to repeat, and to leave half-way: what is owed already stays as it is, and only
    the end of the list marks the time as done.
    """
    timetable = Timetable(choices(), Company.objects.current())
    last: int | None = 0
    while last is not None:
        last = _owe_some(timing_id, timetable, after=last, now=now)
    Timing.objects.filter(pk=timing_id, owed_at=None).update(owed_at=now)


@transaction.atomic(durable=True)
def _owe_some(timing_id: int, timetable: Timetable, *, after: int, now: datetime) -> int | None:
    """Owe for the next bookings; the last of them, or None where there are no more."""
    # Nobody takes the time away meanwhile, which bookings being made may go on referring to.
    locked = Timing.objects.select_for_update(no_key=True)
    timing = locked.filter(pk=timing_id).first()
    if timing is None:
        return None
    bookings = list(_coming(timing, now).filter(pk__gt=after).order_by("pk")[:AT_ONCE])
    messages = [
        message
        for booking in bookings
        for message in timetable.messages_of(booking, [timing], now=now)
    ]
    # Of a class our side has one for many bookings; a database takes each key once.
    by_key = {message.key: message for message in messages}
    Message.objects.bulk_create(
        by_key.values(), update_conflicts=True, unique_fields=["key"], update_fields=["timing"]
    )
    return bookings[-1].pk if len(bookings) == AT_ONCE else None


def _coming(timing: Timing, now: datetime) -> QuerySet[Booking]:
    """Confirmed bookings with their people, that begin, or end, later than it would be time."""
    bookings = Booking.objects.confirmed().with_people().filter(session__status=Session.ACTIVE)
    if timing.kind == Kind.REMINDER:
        return bookings.filter(session__starts_at__gt=now + timing.distance)
    return bookings.filter(session__ends_at__gt=now)
