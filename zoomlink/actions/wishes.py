"""How meetings are held: keeping what the company, or a service, wants."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from booking import events
from booking.models import Event, Service, User
from zoomlink.models import Meeting, MeetingSettings, ServiceMeetingSettings


@transaction.atomic(durable=True)
def save_settings(
    *, changes: Mapping[str, object], now: datetime, actor: User | None
) -> MeetingSettings:
    """Keep what the company wants of its meetings; ``changes`` are fields and their values.

    Raises ValidationError with the fields at fault, and nothing kept.
    """
    # Locked: the whole row is written, with what somebody else has just changed of it.
    stored = MeetingSettings.objects.select_for_update().filter(pk=MeetingSettings.THE_ONE)
    kept = stored.first() or MeetingSettings()
    changed = _change(kept, changes)
    if changed:
        kept.save()
        _record(changed, now, actor)
    return kept


@transaction.atomic(durable=True)
def save_service_settings(
    *, service_id: int, changes: Mapping[str, object], now: datetime, actor: User | None
) -> ServiceMeetingSettings:
    """Keep what one service wants otherwise; None and "" are as the company.

    Raises ValidationError with the fields at fault, and nothing kept.
    """
    service = Service.objects.get(pk=service_id)
    stored = ServiceMeetingSettings.objects.select_for_update().filter(service=service)
    kept = stored.first() or ServiceMeetingSettings(service=service)
    changed = _change(kept, changes)
    if changed:
        kept.save()
        _record(changed, now, actor, service=service.pk, name=service.name)
    return kept


def _change(kept: models.Model, changes: Mapping[str, object]) -> list[str]:
    """Put the values in, and return the names of the fields that differ now."""
    before = {name: getattr(kept, name) for name in changes}
    for name, value in changes.items():
        setattr(kept, name, value)
    kept.full_clean(validate_unique=False, validate_constraints=False)
    return [name for name in changes if getattr(kept, name) != before[name]]


def _record(changed: list[str], now: datetime, actor: User | None, **of: Any) -> None:
    """Tell which settings changed; what was refused under the old ones may pass now."""
    Meeting.objects.try_at_once()
    kind = Event.MEETING_SETTINGS_CHANGED
    events.record(kind, now=now, actor=actor, changed=changed, **of)
