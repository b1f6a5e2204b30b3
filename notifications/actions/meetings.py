"""What is told of online meetings: a link that came or went, one not ready, a client who waits.

An event with a booking is for its client, one of a whole session for our side, which is told
once; all by messages that the company may switch. Worded when sent, so that a link is the one
of that moment.
"""

from datetime import datetime

from django.db.models import Q

from booking.models import Booking, Company, Event, Session
from notifications import recipients
from notifications.actions.choosing import choices
from notifications.actions.notices import tell_staff_of_fallback
from notifications.actions.owing import draft, session_of, write
from notifications.kinds import (
    LINK_KINDS,
    Audience,
    Channel,
    Kind,
    MessageSpec,
    Reason,
    specs_of,
)
from notifications.models import Message, MessageQuerySet
from notifications.recipients import Recipient


def owe_link_added(event: Event) -> None:
    """Tell of a link, unless its reader knows of it or is about to."""
    _owe_link_news(event, Kind.LINK_ADDED)


def owe_link_removed(event: Event) -> None:
    """Tell that a link is gone, unless its reader never heard of it."""
    _owe_link_news(event, Kind.LINK_REMOVED)


def owe_fallback_used(event: Event) -> None:
    """Tell that links lead to the fallback room; for the whole session the staff, too."""
    write(_messages_of(event, Kind.FALLBACK_USED), now=event.occurred_at)
    if event.booking is None:
        tell_staff_of_fallback(event)


def owe_not_ready(event: Event) -> None:
    """Tell that the meeting is not ready though it is about to start; the staff knows why."""
    write(_messages_of(event, Kind.NOT_READY), now=event.occurred_at)


def settle_fallback(event: Event) -> None:
    """Leave unsaid what nobody was told yet: every link leads to its own room again."""
    unsaid = Message.objects.filter(session=session_of(event), kind=Kind.FALLBACK_USED)
    unsaid.set_aside(Reason.SETTLED, now=event.occurred_at)


def owe_client_waits(event: Event) -> None:
    """Tell our side, once a session as it stands, that somebody waits for the provider."""
    batch = _Batch(event, Kind.CLIENT_WAITS)
    batch.add_our_side(rule=Kind.CLIENT_WAITS.value)
    write(batch.messages, now=event.occurred_at)


def _owe_link_news(event: Event, kind: Kind) -> None:
    messages = _messages_of(event, kind)
    news = [message for message in messages if _is_news(message, now=event.occurred_at)]
    write(news, now=event.occurred_at)


def _messages_of(event: Event, kind: Kind) -> list[Message]:
    """To the client of the event's booking; for a whole session to our side."""
    batch = _Batch(event, kind)
    rule = f"{kind.value}-e{event.pk}"
    if event.booking is not None:
        batch.add_client(event.booking, rule=rule)
    else:
        batch.add_our_side(rule=rule)
    return batch.messages


def _is_news(message: Message, *, now: datetime) -> bool:
    """Whether its reader believes otherwise; what they were not told yet is set aside.

    They believe what they heard last. Who heard nothing believes the opposite of the first
    news that was owed to them; a confirmation still owed will tell how things stand. Who has
    the link in any message needs no news of it.
    """
    earlier = _earlier(message)
    earlier.set_aside(Reason.UNDONE, now=now)
    if _is_to_be_confirmed(message):
        return False
    heard = earlier.heard().order_by("pk").last()
    if heard is not None:
        return bool(heard.kind != message.kind)
    if message.kind == Kind.LINK_ADDED and _has_link(message):
        return False
    first = earlier.order_by("pk").first()
    return bool(first is None or first.kind == message.kind)


def _has_link(message: Message) -> bool:
    """Whether its reader was written the link before, by whatever message."""
    session, booking = message.session, message.booking
    about, token = Q(session=session) | Q(booking__session=session), ""
    if message.audience != Audience.CLIENT and session is not None:
        token = session.host_token
    elif booking is not None:
        about, token = Q(booking=booking), booking.join_token
    heard = Message.objects.heard().filter(
        about, audience=message.audience, provider=message.provider, body_text__contains=token
    )
    return bool(token) and bool(heard.exists())


def _earlier(message: Message) -> MessageQuerySet:
    """All news of the same link to the same reader by the same way."""
    rows = Message.objects.filter(
        kind__in=LINK_KINDS, audience=message.audience, channel=message.channel
    )
    if message.audience == Audience.CLIENT:
        return rows.filter(booking=message.booking)
    return rows.filter(session=message.session, provider=message.provider)


def _is_to_be_confirmed(message: Message) -> bool:
    if message.booking is None:
        return False
    owed = Message.objects.filter(
        booking=message.booking,
        kind__in=(Kind.CONFIRMATION, Kind.APPROVED),
        audience=message.audience,
        channel=message.channel,
        state=Message.OWED,
    )
    return bool(owed.exists())


class _Batch:
    """The messages of one event, each only if it is switched on."""

    def __init__(self, event: Event, kind: Kind):
        self.event, self.kind = event, kind
        self.session = session_of(event)
        self.company = Company.objects.current()
        of = {"service_id": self.session.service_id, "provider_id": self.session.provider_id}
        is_on = choices().is_on
        self.specs = [spec for spec in specs_of(kind) if is_on(spec.slug, **of)]
        self.messages: list[Message] = []

    def add_client(self, booking: Booking, *, rule: str) -> None:
        subject = f"b{booking.pk}:r{booking.revision}:{rule}"
        for spec in self.specs:
            if spec.audience == Audience.CLIENT:
                recipient = recipients.client_of(booking, spec.channel, self.company)
                self._append(spec.channel, recipient, booking, subject)

    def add_our_side(self, *, rule: str) -> None:
        """Owe provider and company one, about the booking of an appointment, or about a class."""
        specs = [spec for spec in self.specs if spec.audience != Audience.CLIENT]
        booking = _only_booking(self.session) if specs else None
        subject = f"s{self.session.pk}:r{self.session.revision}:{rule}"
        for spec in specs:
            self._append(spec.channel, self._on_our_side(spec), booking, subject)

    def _on_our_side(self, spec: MessageSpec) -> Recipient:
        if spec.audience == Audience.COMPANY:
            return recipients.office(spec.channel, self.company)
        return recipients.as_recipient(self.session.provider, spec.channel, self.company)

    def _append(
        self, channel: Channel, recipient: Recipient, booking: Booking | None, subject: str
    ) -> None:
        message = draft(self.kind, channel, recipient, self.event, subject)
        message.session, message.booking = self.session, booking
        message.revision = booking.revision if booking is not None else self.session.revision
        self.messages.append(message)


def _only_booking(session: Session) -> Booking | None:
    """The booking of an appointment; None for a class, whose clients are many."""
    if session.service.is_class:
        return None
    booking: Booking | None = session.bookings.confirmed().first()
    return booking
