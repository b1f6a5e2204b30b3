"""Writing down which messages an event of a booking makes due."""

from collections.abc import Iterable
from datetime import datetime

from booking.models import Booking, Company, Event, Provider, Session, WaitingEntry
from notifications import recipients
from notifications.actions.choosing import choices
from notifications.actions.timed import Timetable
from notifications.kinds import (
    STANDING_KINDS,
    Audience,
    Channel,
    Kind,
    MessageSpec,
    Reason,
    specs_of,
)
from notifications.models import Message
from notifications.recipients import Recipient
from notifications.wakeups import wake


def owe_confirmation(event: Event) -> None:
    """Tell everybody of a booking that is confirmed now, and remind them later."""
    _owe_standing(event, Kind.CONFIRMATION)


def owe_approval(event: Event) -> None:
    """Tell everybody that a request was approved, and remind them later."""
    _owe_standing(event, Kind.APPROVED)


def _owe_standing(event: Event, kind: Kind) -> None:
    if _booking_of(event).is_confirmed:
        batch = _Batch(event)
        batch.add(kind)
        batch.add_timed()
        write(batch.messages, now=event.occurred_at)


def owe_request(event: Event) -> None:
    """Tell the client that the staff will decide, and our side that it has to."""
    _owe(event, Kind.REQUESTED)


def owe_offer(event: Event) -> None:
    """Tell who waited that a place is kept for them; any other hold is told to nobody."""
    if _is_offer(_booking_of(event)):
        _owe(event, Kind.OFFERED)


def owe_change(event: Event) -> None:
    """Tell how the booking stands now; a provider it was taken from hears *cancelled*.

    One that waits for approval, still or again, is told as a request. What moved with
    its whole session is told to our side once a session.
    """
    booking = _booking_of(event)
    _set_aside(booking, event.occurred_at)
    if booking.state == Booking.HELD:
        owe_offer(event)
        return
    is_waiting = booking.state == Booking.PENDING
    news, to_another = (
        (Kind.REQUESTED, Kind.REQUESTED) if is_waiting else (Kind.CHANGED, Kind.CONFIRMATION)
    )
    batch = _Batch(event)
    former = former_provider(event, booking.session)
    if _is_of_whole_session(event, booking):
        batch.add(news, to=(Audience.CLIENT,))
    elif former is None:
        batch.add(news)
    else:
        batch.add(news, to=(Audience.CLIENT, Audience.COMPANY))
        batch.add(Kind.CANCELLED, to=(Audience.PROVIDER,), provider=former)
        batch.add(to_another, to=(Audience.PROVIDER,))
    if not is_waiting:
        batch.add_timed()
    write(batch.messages, now=event.occurred_at)


def owe_cancellation(event: Event) -> None:
    """Tell everybody who knew of the booking that it is off, and nothing else any more."""
    booking = _booking_of(event)
    _set_aside(booking, event.occurred_at)
    if not _was_held(event):
        is_of_many = _is_of_whole_session(event, booking)
        _owe(event, Kind.CANCELLED, to=(Audience.CLIENT,) if is_of_many else None)
    elif _is_offer(booking):
        _owe(event, Kind.CANCELLED, to=(Audience.CLIENT,))


def owe_decline(event: Event) -> None:
    """Tell that a request could not be confirmed: declined, or not decided in time.

    A hold that runs out is told to nobody: who was offered it was told until when.
    """
    _set_aside(_booking_of(event), event.occurred_at)
    if not _was_held(event):
        _owe(event, Kind.DECLINED)


def _owe(event: Event, kind: Kind, *, to: Iterable[str] | None = None) -> None:
    batch = _Batch(event)
    batch.add(kind, to=to)
    write(batch.messages, now=event.occurred_at)


def _was_held(event: Event) -> bool:
    return event.details.get("was_state") == Booking.HELD


def _is_offer(booking: Booking) -> bool:
    """Whether a hold is a place offered to somebody on a waiting list."""
    return WaitingEntry.objects.filter(booking=booking).exists()


def write(messages: Iterable[Message], *, now: datetime) -> None:
    """Store rows unless their key is there already, and ring for those that are due.

    To write a key over itself changes nothing, and tells the id of the row that was there.
    A message that has gone out is not sent again, however often it is rung for.
    """
    rows = Message.objects.bulk_create(
        messages, update_conflicts=True, unique_fields=["key"], update_fields=["key"]
    )
    wake(row.pk for row in rows if row.next_attempt_at <= now)


def draft(
    kind: Kind,
    channel: Channel,
    recipient: Recipient,
    event: Event,
    subject: str,
    *,
    due_at: datetime | None = None,
) -> Message:
    """A message not stored yet, due at once unless told otherwise; ``subject`` begins its key."""
    due_at = due_at or event.occurred_at
    return Message(
        key=f"{subject}:{recipient.name}:{channel.value}",
        kind=kind,
        audience=recipient.audience,
        channel=channel,
        provider=recipient.provider,
        event=event,
        to_address=recipient.address,
        language=recipient.language,
        timezone=recipient.timezone,
        due_at=due_at,
        next_attempt_at=due_at,
        created_at=event.occurred_at,
    )


class _Batch:
    """The messages of one event, each only if it is switched on."""

    def __init__(self, event: Event):
        self.event = event
        self.booking = _booking_of(event)
        self.company = Company.objects.current()
        self.choices = choices()
        self.messages: list[Message] = []

    def add(
        self, kind: Kind, *, to: Iterable[str] | None = None, provider: Provider | None = None
    ) -> None:
        """Owe this kind now, to all audiences or some; ``provider`` None is the present one."""
        for spec in specs_of(kind):
            if (to is None or spec.audience in to) and self._is_on(spec, provider):
                self._append(spec, provider, due_at=self.event.occurred_at)

    def add_timed(self) -> None:
        """Owe reminders and follow-ups whose time has not passed; there is no need of others."""
        timetable = Timetable(self.choices, self.company)
        at, event = self.event.occurred_at, self.event
        self.messages += timetable.messages_of(self.booking, now=at, event=event)

    def _is_on(self, spec: MessageSpec, provider: Provider | None) -> bool:
        session = self.booking.session
        return self.choices.is_on(
            spec.slug,
            service_id=session.service_id,
            provider_id=provider.pk if provider is not None else session.provider_id,
        )

    def _append(self, spec: MessageSpec, provider: Provider | None, *, due_at: datetime) -> None:
        subject = f"b{self.booking.pk}:r{self.booking.revision}:{spec.kind.value}"
        recipient = self._recipient(spec, provider)
        message = draft(spec.kind, spec.channel, recipient, self.event, subject, due_at=due_at)
        message.booking, message.revision = self.booking, self.booking.revision
        self.messages.append(message)

    def _recipient(self, spec: MessageSpec, provider: Provider | None) -> Recipient:
        if spec.audience == Audience.PROVIDER and provider is not None:
            return recipients.as_recipient(provider, spec.channel, self.company)
        return recipients.of_booking(self.booking, spec.audience, spec.channel, self.company)


def _booking_of(event: Event) -> Booking:
    if event.booking is None:
        raise ValueError(f"An event of kind {event.kind} tells of a booking.")
    return event.booking


def session_of(event: Event) -> Session:
    """The session of an event that tells of one."""
    if event.session is None:
        raise ValueError(f"An event of kind {event.kind} tells of a session.")
    return event.session


def _is_of_whole_session(event: Event, booking: Booking) -> bool:
    """Whether a class session was moved or cancelled with every booking in it."""
    session = booking.session
    if not session.service.is_class:
        return False
    was_in = event.details.get("was", {}).get("session")
    return was_in == session.pk or not session.is_active


def former_provider(event: Event, session: Session) -> Provider | None:
    """The provider a session was taken from; None where it stayed with the same."""
    was = event.details.get("was", {}).get("provider")
    if was is None or was == session.provider_id:
        return None
    return Provider.objects.filter(pk=was).first()


def _set_aside(booking: Booking, now: datetime) -> None:
    """Skip what was owed on the strength of an older state; delivery would refuse it too."""
    older = Message.objects.filter(
        booking=booking, kind__in=STANDING_KINDS, revision__lt=booking.revision
    )
    older.set_aside(Reason.OUTDATED, now=now)
