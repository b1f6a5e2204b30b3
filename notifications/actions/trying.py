"""Trying words before they are saved: a preview, and a test to whoever writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from booking.models import Booking, Company, User
from notifications import recipients
from notifications.actions.composing import LONGEST_SUBJECT, facts_of, put_words
from notifications.actions.owing import write
from notifications.actions.templates import checked_words
from notifications.defaults import Wording
from notifications.errors import TooManyTests
from notifications.kinds import Audience, MessageSpec
from notifications.models import Message
from notifications.render import Value
from notifications.variables import samples_for, values_of

MOST_TESTS = 10
TESTS_COUNT_FOR = timedelta(minutes=1)


@dataclass(frozen=True)
class Trial:
    """Words to try: of which message, in which language, about which booking.

    Without a booking samples are told. Links let in whoever holds them, so that a trial
    that does not ``show_links`` holds samples in their place.
    """

    spec: MessageSpec
    language: str
    words: Wording
    booking: Booking | None = None
    shows_links: bool = False


def preview(trial: Trial) -> Message:
    """Return the words filled in, on a message that is not stored.

    Raises TemplateRefused, as saving would.
    """
    words = checked_words(trial.spec, trial.words)
    message = _message(trial)
    put_words(message, words, _values(trial, message))
    return message


@transaction.atomic(durable=True)
def send_test(trial: Trial, *, to_address: str, actor: User, now: datetime) -> Message:
    """Owe the words to whoever tries them; ``to_address`` is an e-mail address or E.164.

    It is a row of its own, about no booking, worded now. Raises TemplateRefused, and
    TooManyTests for more than ``MOST_TESTS`` within ``TESTS_COUNT_FOR``.
    """
    message = preview(trial)
    lately = Message.objects.filter(created_at__gt=now - TESTS_COUNT_FOR)
    if lately.filter(is_test=True, requested_by=actor).count() >= MOST_TESTS:
        raise TooManyTests
    message.key = f"test:{uuid4()}"
    message.is_test, message.requested_by, message.to_address = True, actor, to_address
    message.due_at = message.next_attempt_at = message.created_at = now
    if message.subject:
        subject = _("[Test] %(subject)s") % {"subject": message.subject}
        message.subject = subject[:LONGEST_SUBJECT]
    write([message], now=now)
    return Message.objects.get(key=message.key)


def _message(trial: Trial) -> Message:
    spec, company = trial.spec, Company.objects.current()
    zone = company.timezone
    if trial.booking is not None and spec.audience == Audience.CLIENT:
        zone = recipients.zone_of(trial.booking, company)
    elif trial.booking is not None and spec.audience == Audience.PROVIDER:
        told = recipients.as_recipient(trial.booking.session.provider, spec.channel, company)
        zone = told.timezone
    return Message(
        kind=spec.kind,
        audience=spec.audience,
        channel=spec.channel,
        language=trial.language,
        timezone=zone,
    )


def _values(trial: Trial, message: Message) -> Mapping[str, Value]:
    spec, booking = trial.spec, trial.booking
    company = Company.objects.current()
    samples = samples_for(spec.audience, spec.channel, trial.language, company)
    if booking is None:
        return samples
    values = values_of(facts_of(message, booking.session, booking), spec.audience)
    if trial.shows_links:
        return values
    return {name: samples[name] if value.is_link else value for name, value in values.items()}
