"""What a service, a provider, or the one with the other tells otherwise: the writers of rules.

A change of one place follows another: its service and provider are locked, in the order in
which bookings lock them. Whoever deletes them meanwhile is met as ``DoesNotExist``.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from booking.models import Provider, Service
from notifications.actions.templates import checked_words
from notifications.actions.timing import owe_again
from notifications.defaults import Wording
from notifications.kinds import MESSAGES, Choice, MessageSpec
from notifications.models import FlexibleRule, FlexibleText


@transaction.atomic(durable=True)
def set_choices(
    choices: Mapping[str, str], *, service_id: int | None, provider_id: int | None
) -> None:
    """Let a place choose of messages, named by slug; what is owed asks again when it is due.

    *Inherit* forgets the place's own words of a message, *do not send* keeps them; what is
    indispensable is sent all the same.
    """
    _lock(service_id, provider_id)
    for slug, choice in choices.items():
        place = _place(MESSAGES[slug], service_id, provider_id)
        if choice == Choice.INHERIT:
            FlexibleRule.objects.filter(**place).delete()
        else:
            is_muted = choice == Choice.MUTE
            FlexibleRule.objects.update_or_create(**place, defaults={"is_muted": is_muted})
    owe_again(choices)


@transaction.atomic(durable=True)
def save_flexible_text(
    *,
    spec: MessageSpec,
    service_id: int | None,
    provider_id: int | None,
    language: str,
    subject: str,
    body: str,
    html: str = "",
) -> FlexibleRule:
    """Store a place's own words, which are sent from now on unless it said *do not send*.

    Raises TemplateRefused, naming the line and column of whatever cannot stand there.
    """
    new = checked_words(spec, Wording(subject, body, html))
    _lock(service_id, provider_id)
    rule, _new = FlexibleRule.objects.get_or_create(**_place(spec, service_id, provider_id))
    FlexibleText.objects.update_or_create(
        rule=rule,
        language=language,
        defaults={"subject": new.subject, "body": new.body, "body_html": new.html},
    )
    return rule


@transaction.atomic(durable=True)
def forget_flexible_text(
    *, spec: MessageSpec, service_id: int | None, provider_id: int | None, language: str
) -> None:
    """Give up a place's own words in one language; the next level's stand again."""
    _lock(service_id, provider_id)
    rules = FlexibleRule.objects.filter(**_place(spec, service_id, provider_id))
    FlexibleText.objects.filter(rule__in=rules, language=language).delete()


def _lock(service_id: int | None, provider_id: int | None) -> None:
    if service_id is not None:
        Service.objects.select_for_update(no_key=True).get(pk=service_id)
    if provider_id is not None:
        Provider.objects.select_for_update(no_key=True).get(pk=provider_id)


def _place(spec: MessageSpec, service_id: int | None, provider_id: int | None) -> dict[str, Any]:
    return {
        "kind": spec.kind,
        "audience": spec.audience,
        "channel": spec.channel,
        "service_id": service_id,
        "provider_id": provider_id,
    }
