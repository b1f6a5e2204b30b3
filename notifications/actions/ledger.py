"""Looking at what was sent, and sending it once more."""

from datetime import datetime

from booking.models import Booking, User
from notifications.actions.owing import write
from notifications.errors import NotForAnotherTime, NotSentYet
from notifications.models import Message


def messages_for(booking: Booking) -> list[Message]:
    """Every message about a booking, the newest first."""
    return list(Message.objects.filter(booking=booking).newest_first())


def resend(*, message_id: int, actor: User, now: datetime) -> Message:
    """Owe a message once more, as a new row; words and address are those of today.

    Raises NotSentYet while it is on its way, NotForAnotherTime for a sign-in code or a
    notice. What is no longer true is skipped when its turn comes, like any other.
    """
    old = Message.objects.select_related("booking", "session").get(pk=message_id)
    if not old.is_switchable:
        raise NotForAnotherTime
    if not old.has_ended:
        raise NotSentYet
    again = _copy(old, now=now)
    again.requested_by = actor
    write([again], now=now)
    return Message.objects.get(key=again.key)


def _copy(old: Message, *, now: datetime) -> Message:
    """A row of its own key: two clicks at once are one resend."""
    about = old.booking or old.session
    repeats = Message.objects.filter(resend_of=old).count()
    return Message(
        key=f"m{old.pk}:again-{repeats + 1}",
        kind=old.kind,
        audience=old.audience,
        channel=old.channel,
        booking_id=old.booking_id,
        session_id=old.session_id,
        provider_id=old.provider_id,
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
