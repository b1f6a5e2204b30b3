"""What is told of a class session itself: to our side once, however many bookings are in it.

And to those who wait for places in it, or waited until it was cancelled.
"""

from booking.models import Company, Event, Provider, Session, WaitingEntry
from notifications import recipients
from notifications.actions.choosing import choices
from notifications.actions.owing import (
    draft,
    due_at_of,
    former_provider,
    is_quiet,
    session_of,
    write,
)
from notifications.kinds import Audience, Kind, MessageSpec, Reason, specs_of
from notifications.models import Message
from notifications.recipients import Recipient


def owe_session_change(event: Event) -> None:
    """Tell how a class session stands now; a provider it was taken from hears *cancelled*."""
    session = session_of(event)
    _set_aside(session, event)
    batch = _Batch(event)
    batch.add(Kind.SESSION_MOVED)
    former = former_provider(event, session)
    if former is not None and not is_quiet(event):
        batch.add_for_provider(Kind.SESSION_CANCELLED, former)
    write(batch.messages, now=event.occurred_at)


def owe_session_cancellation(event: Event) -> None:
    """Tell our side that a class session is off with its bookings, and those who waited for it."""
    session = session_of(event)
    if not session.service.is_class:
        return  # an appointment's only booking has told of it
    _set_aside(session, event)
    batch = _Batch(event)
    batch.add(Kind.SESSION_CANCELLED)
    write(batch.messages, now=event.occurred_at)


def owe_session_restoration(event: Event) -> None:
    """Tell how a class session stands again to whoever heard that it was off."""
    session = session_of(event)
    ends = Message.objects.filter(session=session, event__kind=Event.SESSION_CANCELLED)
    ends.set_aside(Reason.UNDONE, now=event.occurred_at)
    batch = _Batch(event)
    batch.add(Kind.SESSION_MOVED)
    write(batch.messages, now=event.occurred_at)


def _set_aside(session: Session, event: Event) -> None:
    """Skip what was owed of an older state; delivery would refuse it too.

    After a quiet move it tells how the session stands now.
    """
    older = Message.objects.filter(
        session=session, kind=Kind.SESSION_MOVED, revision__lt=session.revision
    )
    if is_quiet(event) and session.is_active:
        older.carry_on(session.revision)
    older.set_aside(Reason.OUTDATED, now=event.occurred_at)


class _Batch:
    """The messages of one event of a session, each only if it is switched on."""

    def __init__(self, event: Event):
        self.event = event
        self.session = session_of(event)
        self.company = Company.objects.current()
        self.choices = choices()
        self.due_at = due_at_of(event)
        self.messages: list[Message] = []

    def add(self, kind: Kind) -> None:
        """Owe one kind to our side, and to everybody who waited when the event happened."""
        if is_quiet(self.event):
            return
        self.add_for_provider(kind, self.session.provider)
        for spec in self._wanted(kind, Audience.COMPANY, self.session.provider):
            self._append(spec, recipients.office(spec.channel, self.company))
        waiting = WaitingEntry.objects.filter(pk__in=self.event.details.get("waiting", []))
        for entry in waiting.select_related("client").in_turn():
            for spec in self._wanted(kind, Audience.CLIENT, self.session.provider):
                recipient = recipients.who_waits(entry, spec.channel, self.company)
                self._append(spec, recipient, entry)

    def add_for_provider(self, kind: Kind, provider: Provider) -> None:
        for spec in self._wanted(kind, Audience.PROVIDER, provider):
            self._append(spec, recipients.as_recipient(provider, spec.channel, self.company))

    def _wanted(self, kind: Kind, audience: Audience, provider: Provider) -> list[MessageSpec]:
        of = {"service_id": self.session.service_id, "provider_id": provider.pk}
        return [spec for spec in specs_of(kind, audience) if self.choices.is_on(spec.slug, **of)]

    def _append(
        self, spec: MessageSpec, recipient: Recipient, entry: WaitingEntry | None = None
    ) -> None:
        subject = f"s{self.session.pk}:r{self.session.revision}:{spec.kind.value}"
        message = draft(spec.kind, spec.channel, recipient, self.event, subject, due_at=self.due_at)
        message.session, message.revision = self.session, self.session.revision
        message.waiting = entry
        self.messages.append(message)
