"""How messages go out, whatever they say."""

from collections.abc import Mapping

from django.db import transaction

from notifications.models import MessagingSettings


@transaction.atomic(durable=True)
def save_messaging_settings(*, changes: Mapping[str, object]) -> MessagingSettings:
    """Keep what the company wants of its messages; ``changes`` are fields and their values.

    Only these are written, so that two people who save at once lose nothing.

    Raises ValidationError with the fields at fault, and nothing kept.
    """
    one = MessagingSettings.THE_ONE
    # Created before it is locked: a row that is not there lets two in at once.
    MessagingSettings.objects.get_or_create(pk=one)
    kept = MessagingSettings.objects.select_for_update().get(pk=one)
    for name, value in changes.items():
        setattr(kept, name, value)
    kept.full_clean(validate_unique=False, validate_constraints=False)
    kept.save(update_fields=list(changes))
    return kept
