"""Sending what is owed: claim, ask whether it is still true, word it, send, record."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F

from booking.models import Booking, Company, Session
from notifications import recipients
from notifications.actions.choosing import choices
from notifications.actions.composing import compose
from notifications.actions.heard import NOTHING, Knowledge, knowledge_of, reason_in_knowledge
from notifications.actions.holding import held_until
from notifications.actions.invitations import calendar_file_for
from notifications.actions.truth import reason_to_skip
from notifications.channels import email, sms
from notifications.channels.errors import ChannelError, PermanentError, TemporaryError
from notifications.kinds import TIMED_KINDS, Audience, Channel, Reason
from notifications.models import Message, MessageQuerySet

# Longer than a conversation in which each of its ten or so steps takes EMAIL_TIMEOUT.
LEASE = timedelta(seconds=180)
BACKOFF_MINUTES = (1, 5, 15, 60, 180, 360, 720)
MOST_ATTEMPTS = len(BACKOFF_MINUTES) + 1

# Read at once: between two queries both might be changed, and fit each other no more.
_ABOUT = (
    *("event", "provider", "session__service", "session__provider", "waiting__client"),
    *("booking__client", "booking__session__service", "booking__session__provider"),
)

CHANNELS: dict[str, Callable[[Message], bool]] = {Channel.EMAIL: email.send, Channel.SMS: sms.send}


def deliver_message(*, message_id: int, now: datetime) -> None:
    """Send one message if it is owed, due and still true; otherwise do nothing.

    Safe to call at any time and any number of times: who wins the claim sends. Between
    the claim and the record no transaction is open. What breaks after the channel took
    the message, before that is recorded, is sent again under the same Message-ID.
    """
    message = _claimed(message_id, now)
    if message is None:
        return
    booking = message.booking
    session = booking.session if booking is not None else message.session
    knows = NOTHING
    if session is not None and _is_worded_when_sent(message):
        knows = knowledge_of(message, session)
    reason = _reason_against(message, session, booking, knows, now)
    if reason is not None:
        _end(message, Message.SKIPPED, now, reason=reason)
        return
    until = held_until(message, booking, now=now)
    if until is not None:
        _put_off(message, until)
        return
    if session is not None:
        if _is_worded_when_sent(message):
            compose(message, session, booking, knows)
        message.calendar_file = calendar_file_for(message, session, booking, now=now)
    _send(message, now)


def _is_worded_when_sent(message: Message) -> bool:
    """News of a class were worded when they were owed, until an upgrade; those stay as they are."""
    return message.is_switchable and not message.body_text


def _claimed(message_id: int, now: datetime) -> Message | None:
    """Take the row for as long as sending may last; None when somebody else was first."""
    mine = Message.objects.claimable(now).filter(pk=message_id, attempts__lt=MOST_ATTEMPTS)
    taken = mine.update(
        state=Message.SENDING, claimed_until=now + LEASE, attempts=F("attempts") + 1
    )
    if not taken:
        return None
    return Message.objects.select_related(*_ABOUT).get(pk=message_id)


def _reason_against(
    message: Message,
    session: Session | None,
    booking: Booking | None,
    knows: Knowledge,
    now: datetime,
) -> Reason | None:
    reason = None if message.is_test else reason_to_skip(message, booking, now=now)
    if reason is None and session is not None:
        reason = reason_in_knowledge(message, session, booking, knows)
    if reason is not None:
        return reason
    if _is_worded_when_sent(message):
        # Whoever asks for it by hand wants it whatever the switch says.
        if message.resend_of_id is None and not _is_switched_on(message, booking):
            return Reason.SWITCHED_OFF
        message.to_address = _present_address(message, booking)
    return None if message.to_address else Reason.NO_ADDRESS


def _is_switched_on(message: Message, booking: Booking | None) -> bool:
    """Whether it is wanted now; what lost its time is not."""
    if message.kind in TIMED_KINDS and message.timing_id is None:
        return False
    session = booking.session if booking is not None else message.session
    if session is None:
        return True
    provider_id = message.provider_id or session.provider_id
    is_on = choices().is_on
    return is_on(message.slug, service_id=session.service_id, provider_id=provider_id)


def _present_address(message: Message, booking: Booking | None) -> str:
    """Where the recipient is reached now, which may differ from when it was owed."""
    company = Company.objects.current()
    if message.waiting is not None:
        return recipients.who_waits(message.waiting, message.channel, company).address
    if message.audience == Audience.CLIENT:
        if booking is None:  # who waited, as it was noted until an upgrade: by address alone
            return message.to_address
        return recipients.client_of(booking, message.channel, company).address
    if message.provider is not None:
        return recipients.as_recipient(message.provider, message.channel, company).address
    return recipients.office(message.channel, company).address


def _send(message: Message, now: datetime) -> None:
    try:
        went_out = CHANNELS[message.channel](message)
    except PermanentError as error:
        _end(message, Message.FAILED, now, reason=error.reason, detail=error.detail)
    except TemporaryError as error:
        _try_later(message, now, error)
    else:
        _end(message, Message.SENT if went_out else Message.CAUGHT, now)


def _put_off(message: Message, until: datetime) -> None:
    """Give the row back untried."""
    _still_ours(message).update(
        state=Message.OWED,
        next_attempt_at=until,
        claimed_until=None,
        attempts=F("attempts") - 1,
        reason=Reason.QUIET,
    )


def _try_later(message: Message, now: datetime, error: ChannelError) -> None:
    """Give the row back with its next time, or up after the last of them."""
    if message.attempts >= MOST_ATTEMPTS:
        _end(message, Message.FAILED, now, reason=Reason.GAVE_UP, detail=error.detail)
        return
    wait = timedelta(minutes=BACKOFF_MINUTES[message.attempts - 1])
    _still_ours(message).update(
        state=Message.OWED,
        next_attempt_at=now + wait,
        claimed_until=None,
        reason=error.reason,
        detail=error.detail,
    )


def _end(
    message: Message, state: str, now: datetime, *, reason: str = "", detail: str = ""
) -> None:
    """Record the outcome and the words. What went out is recorded whoever has the claim."""
    rows = Message.objects.filter(pk=message.pk)
    if state not in (Message.SENT, Message.CAUGHT):
        rows, message.told = _still_ours(message), {}
    outcome = {
        "state": state,
        "ended_at": now,
        "claimed_until": None,
        "reason": reason,
        "gateway_id": message.gateway_id,
        "told": message.told,
    }
    words = {
        "to_address": message.to_address,
        "subject": message.subject,
        "body_text": message.body_text,
        "body_html": message.body_html,
        "detail": detail,
    }
    if not rows.with_texts().update(**outcome, **words):
        rows.update(**outcome, detail="")  # its client was erased while it was being sent


def _still_ours(message: Message) -> MessageQuerySet:
    return Message.objects.filter(
        pk=message.pk, state=Message.SENDING, claimed_until=message.claimed_until
    )
