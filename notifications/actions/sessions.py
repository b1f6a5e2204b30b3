"""What is told of a class session itself: to our side once, however many bookings are in it.

And to those who wait for places in it, or waited until it was cancelled. Worded when it is
owed, like every notice; it follows the switches of *Booking changed* and *Booking cancelled*
for the same readers.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from booking.formats import format_date, format_time
from booking.links import waiting_url
from booking.models import Company, Event, Provider, WaitingEntry
from notifications import recipients
from notifications.actions.choosing import choices
from notifications.actions.notices import house, word
from notifications.actions.owing import draft, former_provider, session_of, write
from notifications.kinds import Audience, Channel, Kind, MessageSpec, specs_of
from notifications.models import Message
from notifications.recipients import Recipient
from notifications.render import Value


def owe_session_change(event: Event) -> None:
    """Tell how a class session stands now; a provider it was taken from hears *cancelled*."""
    session = session_of(event)
    was = datetime.fromisoformat(event.details["was"]["starts_at"])
    batch = _Batch(event)
    for audience in (Audience.PROVIDER, Audience.COMPANY):
        batch.add(Kind.SESSION_MOVED, audience, session.starts_at, was=was)
    former = former_provider(event, session)
    if former is not None:
        batch.add(Kind.SESSION_CANCELLED, Audience.PROVIDER, was, provider=former)
    batch.add_for_waiting(Kind.SESSION_MOVED, was=was)
    write(batch.messages, now=event.occurred_at)


def owe_session_cancellation(event: Event) -> None:
    """Tell our side that a class session is off with its bookings, and those who waited for it."""
    session = session_of(event)
    if not session.service.is_class:
        return  # an appointment's only booking has told of it
    batch = _Batch(event)
    for audience in (Audience.PROVIDER, Audience.COMPANY):
        batch.add(Kind.SESSION_CANCELLED, audience, session.starts_at)
    batch.add_for_waiting(Kind.SESSION_CANCELLED)
    write(batch.messages, now=event.occurred_at)


# Whoever wants to hear of single bookings wants to hear of all of them together.
_SWITCHED_LIKE = {Kind.SESSION_MOVED: Kind.CHANGED, Kind.SESSION_CANCELLED: Kind.CANCELLED}


class _Batch:
    """The messages of one event of a session, each only if it is switched on."""

    def __init__(self, event: Event):
        self.event = event
        self.session = session_of(event)
        self.company = Company.objects.current()
        self.choices = choices()
        self.messages: list[Message] = []

    def add(
        self,
        kind: Kind,
        audience: Audience,
        starts_at: datetime,
        *,
        was: datetime | None = None,
        provider: Provider | None = None,
    ) -> None:
        """Owe one kind to one reader; ``provider`` None is the present one."""
        told = provider or self.session.provider
        for spec in specs_of(_SWITCHED_LIKE[kind], audience):
            if self._is_on(spec, told):
                recipient = self._recipient(audience, spec.channel, told)
                message = self._message(kind, spec.channel, recipient)
                word(message, self._values(message, told, starts_at, was))
                self.messages.append(message)

    def add_for_waiting(self, kind: Kind, *, was: datetime | None = None) -> None:
        """Owe one kind to everybody who waited for the session when the event happened."""
        waiting = WaitingEntry.objects.filter(pk__in=self.event.details.get("waiting", []))
        for entry in waiting.select_related("client").in_turn():
            self._add_for(entry, kind, was)

    def _add_for(self, entry: WaitingEntry, kind: Kind, was: datetime | None) -> None:
        session = self.session
        own = {
            "client_name": Value(entry.client.name),
            "waiting_link": Value(waiting_url(entry.token), is_link=True),
        }
        for spec in specs_of(_SWITCHED_LIKE[kind], Audience.CLIENT):
            if self._is_on(spec, session.provider):
                recipient = recipients.who_waits(entry, spec.channel, self.company)
                message = self._message(kind, spec.channel, recipient)
                values = self._values(message, session.provider, session.starts_at, was)
                word(message, {**values, **own})
                self.messages.append(message)

    def _is_on(self, spec: MessageSpec, provider: Provider) -> bool:
        service_id = self.session.service_id
        return self.choices.is_on(spec.slug, service_id=service_id, provider_id=provider.pk)

    def _recipient(self, audience: Audience, channel: Channel, told: Provider) -> Recipient:
        if audience == Audience.PROVIDER:
            return recipients.as_recipient(told, channel, self.company)
        return recipients.office(channel, self.company)

    def _message(self, kind: Kind, channel: Channel, recipient: Recipient) -> Message:
        subject = f"s{self.session.pk}:r{self.session.revision}:{kind.value}"
        message = draft(kind, channel, recipient, self.event, subject)
        message.session, message.revision = self.session, self.session.revision
        return message

    def _values(
        self, message: Message, told: Provider, starts_at: datetime, was: datetime | None
    ) -> dict[str, Value]:
        zone, language = ZoneInfo(message.timezone), message.language
        details, is_short = self.event.details, message.channel == Channel.SMS

        def day(moment: datetime | None) -> Value:
            return Value(format_date(moment, zone, language, short=is_short) if moment else "")

        def clock(moment: datetime | None) -> Value:
            return Value(format_time(moment, zone, language) if moment else "")

        return {
            **house(self.company),
            "service": Value(self.session.service.name),
            "provider": Value(told.name),
            "bookings": Value(str(details.get("bookings", ""))),
            "cancel_reason": Value(str(details.get("reason", ""))),
            "date_start": day(starts_at),
            "time_start": clock(starts_at),
            "date_start_before": day(was),
            "time_start_before": clock(was),
        }
