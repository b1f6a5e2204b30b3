"""Looking at what was sent, and sending it once more."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.db.models import Prefetch

from booking.models import Booking, User
from notifications.actions.owing import write
from notifications.errors import NotForAnotherTime, NotificationError, NotSentYet
from notifications.models import Message, MessageQuerySet


def messages_for(booking: Booking) -> list[Message]:
    """Every message about a booking, the newest first, without its words."""
    return list(Message.objects.filter(booking=booking).newest_first().without_words())


def messages_to(user: User) -> MessageQuerySet:
    """What a client who signs in was, or will be, told, the latest first, with what it is about.

    Not what was skipped, nor sign-in codes, which let in whoever reads them.
    """
    told: MessageQuerySet = Message.objects.to_user(user).exclude(state=Message.SKIPPED)
    about = told.select_related("booking__session__service", "session__service")
    return about.order_by("-due_at", "-pk")


def messages_to_client_about(booking: Booking) -> list[Message]:
    """What its client was, or will be, told of a booking, the latest first, without words."""
    told: MessageQuerySet = Message.objects.to_clients().exclude(state=Message.SKIPPED)
    return list(told.filter(booking=booking).order_by("-due_at", "-pk").without_words())


def resend(*, message_id: int, actor: User, now: datetime) -> Message:
    """Owe a message once more, as a new row; words and address are those of today.

    Raises NotSentYet while it is on its way, or already once more; NotForAnotherTime for a
    sign-in code, a notice or a test. What is no longer true is skipped when its turn comes,
    like any other.
    """
    again = _again(_readable().get(pk=message_id), actor, now)
    write([again], now=now)
    return Message.objects.get(key=again.key)


def resend_several(*, message_ids: Iterable[int], actor: User, now: datetime) -> int:
    """Owe each of them once more, as ``resend`` does; those that cannot be are left out.

    Returns how many are owed now. All are rung for together.
    """
    again = []
    for old in _readable().filter(pk__in=message_ids).order_by("pk"):
        with suppress(NotificationError):
            again.append(_again(old, actor, now))
    write(again, now=now)
    return len(again)


def _readable() -> MessageQuerySet:
    wordless: MessageQuerySet = Message.objects.without_words()
    return wordless.select_related("booking", "session").prefetch_related(
        Prefetch("resends", wordless)
    )


def _again(old: Message, actor: User, now: datetime) -> Message:
    if not old.is_switchable or old.is_test:
        raise NotForAnotherTime
    if not all(row.has_ended for row in (old, *old.resends.all())):
        raise NotSentYet
    again = once_more(old, now=now)
    again.requested_by = actor
    return again


def once_more(old: Message, *, now: datetime) -> Message:
    """A row of its own key: two clicks at once are one resend."""
    about = old.booking or old.session
    repeats = len(old.resends.all())
    return Message(
        key=f"m{old.pk}:again-{repeats + 1}",
        kind=old.kind,
        audience=old.audience,
        channel=old.channel,
        booking_id=old.booking_id,
        session_id=old.session_id,
        provider_id=old.provider_id,
        waiting_id=old.waiting_id,
        timing_id=old.timing_id,
        event_id=old.event_id,
        revision=about.revision if about is not None else old.revision,
        to_address=old.to_address,
        language=old.language,
        timezone=old.timezone,
        resend_of=old,
        due_at=now,
        next_attempt_at=now,
        created_at=now,
    )
