"""Writing down which messages an event of a booking makes due."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from booking.models import Booking, Company, Event, Provider, Session, WaitingEntry
from notifications import recipients
from notifications.actions.choosing import choices
from notifications.actions.timed import Timetable
from notifications.kinds import (
    STANDING_KINDS,
    STANDING_NEWS,
    Audience,
    Channel,
    Kind,
    MessageSpec,
    Reason,
    specs_of,
)
from notifications.models import Message, MessagingSettings
from notifications.models.settings import LONGEST_UNDO
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


def owe_hold(event: Event) -> None:
    """Ask its client to confirm a hold that only they can; else it may be an offer."""
    if _booking_of(event).proof_token:
        _owe(event, Kind.PROOF)
    else:
        owe_offer(event)


def owe_offer(event: Event) -> None:
    """Tell who waited that a place is kept for them; any other hold is told to nobody."""
    if _is_offer(_booking_of(event)):
        _owe(event, Kind.OFFERED)


def owe_change(event: Event) -> None:
    """Tell how the booking stands now; a provider it was taken from hears *cancelled*.

    One that waits for approval, still or again, is told as a request. What moved with
    its whole session is told to our side once a session. Who is yet to hear of the booking at
    all hears of it as it stands now, and of no change.
    """
    booking = _booking_of(event)
    spared = _carry_on(event, booking)
    _set_aside(booking, event.occurred_at)
    if booking.state == Booking.HELD:
        owe_hold(event)
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
    messages = [
        one for one in batch.messages if one.kind != Kind.CHANGED or _reader_of(one) not in spared
    ]
    write(messages, now=event.occurred_at)


def owe_cancellation(event: Event) -> None:
    """Tell everybody who knew of the booking that it is off, and nothing else any more."""
    booking = _booking_of(event)
    _set_aside(booking, event.occurred_at)
    if not _was_held(event):
        is_of_many = _is_of_whole_session(event, booking)
        _owe(event, Kind.CANCELLED, to=(Audience.CLIENT,) if is_of_many else None)
    elif _is_offer(booking):
        _owe(event, Kind.CANCELLED, to=(Audience.CLIENT,))


def owe_restoration(event: Event) -> None:
    """Tell that a booking stands again; who did not hear that it was off is told nothing.

    Its news go the way of a new booking's, and are skipped where they are none to their reader.
    What came back with its class session is told to our side once a session.
    """
    booking = _booking_of(event)
    ends = Message.objects.filter(
        booking=booking, event__kind__in=(Event.CANCELLED, Event.DECLINED)
    )
    ends.set_aside(Reason.UNDONE, now=event.occurred_at)
    batch = _Batch(event)
    news = Kind.CONFIRMATION if booking.is_confirmed else Kind.REQUESTED
    is_of_many = event.details.get("with_session") is True
    batch.add(news, to=(Audience.CLIENT,) if is_of_many else None)
    if booking.is_confirmed:
        batch.add_timed()
    write(batch.messages, now=event.occurred_at)


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
    """Store rows unless their key is there already, and ring for those that are due, or soon.

    To write a key over itself changes nothing, and tells the id of the row that was there.
    A message that has gone out is not sent again, however often it is rung for.
    """
    rows = Message.objects.bulk_create(
        messages, update_conflicts=True, unique_fields=["key"], update_fields=["key"]
    )
    _ring_for(rows, now=now)


def _ring_for(rows: Iterable[Message], *, now: datetime) -> None:
    """Ring for what is due, or will be so soon that the sweep would be late for it."""
    waits = {row.pk: _seconds_until(row, now) for row in rows}
    wake({pk: seconds for pk, seconds in waits.items() if seconds <= LONGEST_UNDO})


def _seconds_until(row: Message, now: datetime) -> int:
    return max(0, math.ceil((row.next_attempt_at - now).total_seconds()))


def due_at_of(event: Event) -> datetime:
    """When news of an event are due: at once; what staff did, once it cannot be undone unheard."""
    if event.actor_id is None:
        return event.occurred_at
    wait = timedelta(seconds=MessagingSettings.objects.current().undo_seconds)
    return event.occurred_at + wait


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
        self.due_at = due_at_of(event)
        self.messages: list[Message] = []

    def add(
        self, kind: Kind, *, to: Iterable[str] | None = None, provider: Provider | None = None
    ) -> None:
        """Owe this kind, to all audiences or some; ``provider`` None is the present one."""
        if is_quiet(self.event):
            return
        for spec in specs_of(kind):
            if (to is None or spec.audience in to) and self._is_on(spec, provider):
                self._append(spec, provider, due_at=self.due_at)

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


_Reader = tuple[str, int | None, str]


def _reader_of(message: Message) -> _Reader:
    return message.audience, message.provider_id, message.channel


def _carry_on(event: Event, booking: Booking) -> set[_Reader]:
    """Let news that nobody could hear yet tell how the booking stands now; to whom.

    A quiet change is no news, but what is still to be told must not be lost with it. Nor must
    what our side was yet to hear of one booking with a change of its whole session, which
    names none.
    """
    older = Message.objects.filter(
        Q(provider=None) | Q(provider=booking.session.provider_id),
        booking=booking,
        revision__lt=booking.revision,
    )
    if is_quiet(event):
        older.filter(kind__in=STANDING_NEWS).carry_on(booking.revision)
        return set()
    due_at = due_at_of(event)
    unheard = older.filter(
        kind=Kind.CONFIRMATION, state=Message.OWED, due_at__gt=event.occurred_at
    ).select_for_update(no_key=True)  # or a worker takes one meanwhile and tells what was
    rows = list(unheard) if booking.is_confirmed else []
    for row in rows:
        row.revision, row.due_at, row.next_attempt_at = booking.revision, due_at, due_at
    Message.objects.bulk_update(rows, ["revision", "due_at", "next_attempt_at"])
    _ring_for(rows, now=event.occurred_at)
    if _is_of_whole_session(event, booking):
        to_us = older.exclude(audience=Audience.CLIENT)
        to_us.filter(kind__in=STANDING_NEWS).carry_on(booking.revision)
    return {_reader_of(row) for row in rows}


def is_quiet(event: Event) -> bool:
    """Whether staff chose to tell nobody of it."""
    return event.details.get("is_quiet") is True


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
