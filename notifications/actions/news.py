"""What staff write to the clients of many bookings at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from booking.models import Booking, Company, User
from notifications import recipients
from notifications.actions.composing import facts_of, put_words
from notifications.actions.owing import write
from notifications.actions.templates import checked_words
from notifications.defaults import Wording
from notifications.kinds import NEWS, Audience, Channel
from notifications.models import Message
from notifications.variables import values_of


@dataclass(frozen=True)
class News:
    """Words with variables, and the way they go. ``name`` tells one round of them from another."""

    channel: Channel
    words: Wording
    name: str


def owe_news(news: News, bookings: Iterable[Booking], *, actor: User, now: datetime) -> int:
    """Owe the words to the client of each booking, filled in now; return how many can be reached.

    The same ``name`` again owes nothing new. Whoever would get the very same words twice gets
    them once; one without an address is skipped, with that reason, when its turn comes.
    Bookings come with their people. Raises TemplateRefused.
    """
    words = checked_words(NEWS[news.channel], news.words)
    company = Company.objects.current()
    drafts = [_draft(news, words, booking, company, actor, now) for booking in bookings]
    owed = _without_repeats(drafts)
    with transaction.atomic(durable=True):
        write(owed, now=now)
    return sum(bool(message.to_address) for message in owed)


def _draft(
    news: News, words: Wording, booking: Booking, company: Company, actor: User, now: datetime
) -> Message:
    client = recipients.client_of(booking, news.channel, company)
    spec = NEWS[news.channel]
    message = Message(
        key=f"b{booking.pk}:{spec.kind.value}-{news.name}:{client.name}:{news.channel.value}",
        kind=spec.kind,
        audience=Audience.CLIENT,
        channel=news.channel,
        booking=booking,
        revision=booking.revision,
        to_address=client.address,
        language=client.language,
        timezone=client.timezone,
        requested_by=actor,
        due_at=now,
        next_attempt_at=now,
        created_at=now,
    )
    put_words(message, words, values_of(facts_of(message, booking.session, booking), spec.audience))
    return message


def _without_repeats(drafts: Iterable[Message]) -> list[Message]:
    """One of those that say the same to the same address."""
    found: dict[tuple[str, ...], Message] = {}
    for draft in drafts:
        reader = draft.to_address or draft.key
        found.setdefault((reader, draft.subject, draft.body_text, draft.body_html), draft)
    return list(found.values())
