"""What goes out and in whose words: as a service, a provider or the company wants it.

Each level may have words of its own, silence, or nothing to say; the most particular that
says something wins: service with provider, service, provider, company.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import BigIntegerField, CharField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from booking import features
from notifications.actions.templates import shipped_switches, wording
from notifications.defaults import Wording
from notifications.kinds import FLEXIBLE, MessageSpec
from notifications.models import FlexibleRule, MessageSetting, Timing

_Of = tuple[int | None, int | None]


@dataclass(frozen=True)
class Choices:
    """All switches, times and rules as they stand, read together."""

    is_on_for_company: dict[str, bool] = field(default_factory=shipped_switches)
    timings: list[Timing] = field(default_factory=list)
    rules: dict[tuple[str, _Of], FlexibleRule] = field(default_factory=dict)

    def is_on(self, slug: str, *, service_id: int, provider_id: int) -> bool:
        """Whether a message goes out for a service by a provider.

        A reminder or follow-up also needs times: without any there is nothing to allow.
        """
        rule = next(self.rules_for(slug, service_id, provider_id), None)
        if rule is not None:
            return not rule.is_muted
        return self.is_on_for_company.get(slug, True)

    def rules_for(self, slug: str, service_id: int, provider_id: int) -> Iterator[FlexibleRule]:
        """The rules that apply, the one that wins first; none where the company decides."""
        for of in _levels(service_id, provider_id):
            if (rule := self.rules.get((slug, of))) is not None:
                yield rule


def choices() -> Choices:
    """Read all of them in one query, for it is asked on the way of every booking."""
    found = Choices()
    settings = _part(MessageSetting.objects.all(), "setting", number="is_on")
    timings = _part(Timing.objects.all(), "timing", number="minutes")
    in_force = FlexibleRule.objects.filter(features.condition(FLEXIBLE))
    rules = _part(in_force, "rule", number="is_muted", service="service_id", provider="provider_id")
    for part, pk, kind, audience, channel, number, *of in settings.union(timings, rules, all=True):
        slug = f"{kind}-{audience}-{channel}"
        if part == "setting":
            found.is_on_for_company[slug] = bool(number)
            continue
        message = {"pk": pk, "kind": kind, "audience": audience, "channel": channel}
        if part == "timing":
            found.timings.append(Timing(**message, minutes=number))
        else:
            rule = FlexibleRule(**message, is_muted=bool(number))
            rule.service_id, rule.provider_id = of
            found.rules[slug, (rule.service_id, rule.provider_id)] = rule
    return found


def _part(
    rows: QuerySet, name: str, *, number: str, service: str = "", provider: str = ""
) -> QuerySet:
    """Rows in the shape that all parts of the one query share."""
    nothing = Cast(Value(None), BigIntegerField())
    return rows.values_list(
        Value(name, output_field=CharField()),
        F("pk"),
        F("kind"),
        F("audience"),
        F("channel"),
        Cast(number, IntegerField()),
        F(service) if service else nothing,
        F(provider) if provider else nothing,
    )


def words_for(
    spec: MessageSpec, language: str, *, service_id: int, provider_id: int
) -> tuple[Wording, FlexibleRule | None]:
    """Return the words in one language with the rule they come from, None for the company's.

    Where the rule that wins has no words in this language, the next level's that has are
    taken: nobody is written to in a language not theirs.
    """
    of_message = FlexibleRule.objects.filter(
        features.condition(FLEXIBLE),
        kind=spec.kind,
        audience=spec.audience,
        channel=spec.channel,
    )
    rules = _by_place(of_message.prefetch_related("texts"))
    for of in _levels(service_id, provider_id):
        rule = rules.get((spec.slug, of))
        texts = rule.texts.all() if rule is not None and not rule.is_muted else ()
        for text in texts:
            if text.language == language:
                return Wording(text.subject, text.body, text.body_html), rule
    return wording(spec.kind, spec.audience, spec.channel, language), None


def _levels(service_id: int, provider_id: int) -> tuple[_Of, ...]:
    return (service_id, provider_id), (service_id, None), (None, provider_id)


def _by_place(rules: QuerySet[FlexibleRule]) -> dict[tuple[str, _Of], FlexibleRule]:
    return {(rule.slug, (rule.service_id, rule.provider_id)): rule for rule in rules}
