"""What goes out and in whose words: as a service, a provider or the company wants it.

Each level may have words of its own, silence, or nothing to say; the most particular that
says something wins: service with provider, service, provider, company.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import BigIntegerField, CharField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast

from booking import features
from booking.models import Feature
from notifications.actions.templates import shipped_switches, wording
from notifications.defaults import Wording
from notifications.kinds import FLEXIBLE, MESSAGES, MessageSpec
from notifications.models import FlexibleRule, MessageSetting, Timing

# The ids of a service and a provider; None: of any.
Place = tuple[int | None, int | None]


@dataclass(frozen=True)
class Choices:
    """All switches, times and rules as they stand, read together."""

    is_on_for_company: dict[str, bool] = field(default_factory=shipped_switches)
    timings: list[Timing] = field(default_factory=list)
    rules: dict[tuple[str, Place], FlexibleRule] = field(default_factory=dict)

    def is_on(self, slug: str, *, service_id: int, provider_id: int) -> bool:
        """Whether a message goes out for a service by a provider.

        A reminder or follow-up also needs times: without any there is nothing to allow.
        """
        if MESSAGES[slug].is_indispensable:
            return True
        rule = next(ranked(self.rules, slug, service_id, provider_id), None)
        if rule is not None:
            return not rule.is_muted
        return self.is_on_for_company.get(slug, True)


def choices() -> Choices:
    """Read all of them in one query, for it is asked on the way of every booking.

    The switches of features come along, for those who ask after it.
    """
    found = Choices()
    switches: dict[str, bool] = {}
    settings = _part(MessageSetting.objects.all(), "setting", number="is_on")
    timings = _part(Timing.objects.all(), "timing", number="minutes")
    in_force = FlexibleRule.objects.filter(features.condition(FLEXIBLE))
    rules = _part(in_force, "rule", number="is_muted", service="service_id", provider="provider_id")
    as_messages = {"kind": F("key"), "audience": Value(""), "channel": Value("")}
    stored = _part(Feature.objects.annotate(**as_messages), "feature", number="is_enabled")
    parts = settings.union(timings, rules, stored, all=True)
    for part, pk, kind, audience, channel, number, *of in parts:
        if part == "feature":
            switches[kind] = bool(number)
            continue
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
    features.were_read_along(switches)
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
    spec: MessageSpec, language: str, *, service_id: int | None, provider_id: int | None
) -> tuple[Wording, FlexibleRule | None]:
    """Return the words in one language with the rule they come from, None for the company's.

    Where the rule that wins has no words in this language, the next level's that has are
    taken: nobody is written to in a language not theirs.
    """
    of = {"kind": spec.kind, "audience": spec.audience, "channel": spec.channel}
    rules = rules_in_force(service_id, provider_id, **of)
    own = first_words(ranked(rules, spec.slug, service_id, provider_id), language)
    return own or (wording(spec.kind, spec.audience, spec.channel, language), None)


def rules_in_force(
    service_id: int | None, provider_id: int | None, **of: object
) -> dict[tuple[str, Place], FlexibleRule]:
    """The rules with their words that may decide about a service by a provider."""
    rules = FlexibleRule.objects.filter(
        Q(service=None) | Q(service=service_id),
        Q(provider=None) | Q(provider=provider_id),
        features.condition(FLEXIBLE),
        **of,
    )
    return {
        (rule.slug, (rule.service_id, rule.provider_id)): rule
        for rule in rules.prefetch_related("texts")
    }


def first_words(
    ranked_rules: Iterable[FlexibleRule], language: str
) -> tuple[Wording, FlexibleRule] | None:
    """The words in a language of the first rule that has any, with that rule."""
    for rule in ranked_rules:
        for text in () if rule.is_muted else rule.texts.all():
            if text.language == language:
                return Wording(text.subject, text.body, text.body_html), rule
    return None


def ranked(
    rules: Mapping[tuple[str, Place], FlexibleRule],
    slug: str,
    service_id: int | None,
    provider_id: int | None,
) -> Iterator[FlexibleRule]:
    """The rules of a message that apply, the one that wins first; none: the company decides."""
    for place in dict.fromkeys(
        [(service_id, provider_id), (service_id, None), (None, provider_id)]
    ):
        if (rule := rules.get((slug, place))) is not None:
            yield rule
