"""How each message stands, for people: whether it goes out, in whose words, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from booking.models import Booking, Company
from notifications import recipients
from notifications.actions.choosing import (
    Choices,
    choices,
    first_words,
    ranked,
    rules_in_force,
    words_for,
)
from notifications.defaults import Wording
from notifications.kinds import Audience, Choice, Kind, MessageSpec, specs_of
from notifications.models import FlexibleRule, FlexibleText, MessageTemplate


@dataclass(frozen=True)
class Verdict:
    """What is sent of one booking, in which language, and the rules that say so.

    ``decided_by`` and ``worded_by`` are None where the company decides; ``is_own`` tells
    whether its words are its own or the shipped ones. ``has_times`` is False where a
    reminder or follow-up goes out at no time at all.
    """

    spec: MessageSpec
    is_on: bool
    has_times: bool
    language: str
    decided_by: FlexibleRule | None
    worded_by: FlexibleRule | None
    is_own: bool

    @property
    def is_sent(self) -> bool:
        return self.is_on and self.has_times


@dataclass(frozen=True)
class Stance:
    """What one place chose of a message, and what it would inherit.

    ``languages`` are those of its own words; ``above`` is the rule of a wider place that
    would decide then, None for the company, and ``is_on_above`` what it says.
    """

    spec: MessageSpec
    choice: Choice
    languages: tuple[str, ...]
    above: FlexibleRule | None
    is_on_above: bool
    has_times: bool


def verdicts_for(booking: Booking, kinds: Iterable[Kind]) -> list[Verdict]:
    """How messages of these kinds stand for a booking today, with its present provider."""
    session, company, chosen = booking.session, Company.objects.current(), choices()
    place = session.service_id, session.provider_id
    rules = rules_in_force(*place)
    own = {str(template) for template in MessageTemplate.objects.defer("body", "body_html")}
    found = []
    for spec in (spec for kind in kinds for spec in specs_of(kind)):
        language = _language(booking, spec, company)
        words = first_words(ranked(rules, spec.slug, *place), language)
        found.append(
            Verdict(
                spec=spec,
                is_on=chosen.is_on(spec.slug, service_id=place[0], provider_id=place[1]),
                has_times=_has_times(chosen, spec),
                language=language,
                decided_by=next(ranked(rules, spec.slug, *place), None),
                worded_by=words[1] if words is not None else None,
                is_own=f"{spec.slug} ({language})" in own,
            )
        )
    return found


def _language(booking: Booking, spec: MessageSpec, company: Company) -> str:
    if spec.audience == Audience.CLIENT:
        return recipients.client_of(booking, spec.channel, company).language
    if spec.audience == Audience.PROVIDER:
        provider = booking.session.provider
        return recipients.as_recipient(provider, spec.channel, company).language
    return recipients.office(spec.channel, company).language


def stances_at(
    service_id: int | None, provider_id: int | None, kinds: Iterable[Kind]
) -> list[Stance]:
    """What a service, a provider, or the one with the other chose of these kinds."""
    chosen, place = choices(), (service_id, provider_id)
    rules = rules_in_force(*place)
    wider = {at: rule for at, rule in rules.items() if at[1] != place}
    found = []
    for spec in (spec for kind in kinds for spec in specs_of(kind)):
        rule = rules.get((spec.slug, place))
        above = next(ranked(wider, spec.slug, *place), None)
        is_on = chosen.is_on_for_company.get(spec.slug, True)
        found.append(
            Stance(
                spec=spec,
                choice=_choice_of(rule),
                languages=tuple(t.language for t in rule.texts.all()) if rule is not None else (),
                above=above,
                is_on_above=is_on if above is None else not above.is_muted,
                has_times=_has_times(chosen, spec),
            )
        )
    return found


def _choice_of(rule: FlexibleRule | None) -> Choice:
    if rule is None:
        return Choice.INHERIT
    return Choice.MUTE if rule.is_muted else Choice.TEXT


def words_at(
    spec: MessageSpec, language: str, *, service_id: int | None, provider_id: int | None
) -> tuple[Wording, bool]:
    """A place's words, own (sent or not) or inherited, and whether they are its own."""
    of = {"kind": spec.kind, "audience": spec.audience, "channel": spec.channel}
    own = FlexibleText.objects.filter(
        language=language,
        rule__in=FlexibleRule.objects.filter(service=service_id, provider=provider_id, **of),
    ).first()
    if own is not None:
        return Wording(own.subject, own.body, own.body_html), True
    words, _rule = words_for(spec, language, service_id=service_id, provider_id=provider_id)
    return words, False


def _has_times(chosen: Choices, spec: MessageSpec) -> bool:
    return not spec.is_timed or spec.slug in {timing.slug for timing in chosen.timings}
