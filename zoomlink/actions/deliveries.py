"""What Zoom tells us: kept once, applied by a worker, tried again, and cleared away."""

import logging
from datetime import datetime, timedelta

from django.db import models, transaction

from zoomlink.actions import attendance, reactions
from zoomlink.actions.reactions import NOTHING, Owed
from zoomlink.models import MeetingVisit, Participation, WebhookDelivery, ZoomConnection
from zoomlink.payloads import Told

logger = logging.getLogger(__name__)

# How long after its coming a delivery is applied again, by the attempts made so far; the
# first of these is for one whose task was lost. Then it is given up.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240, 720, 1440)]
KEPT = timedelta(days=30)
BATCH = 500


@transaction.atomic(durable=True)
def keep_delivery(told: Told, *, now: datetime) -> int | None:
    """Write an event down to be applied; its id, or None for one that came before."""
    delivery, is_new = WebhookDelivery.objects.get_or_create(
        key=told.key,
        defaults={
            "event": told.event,
            "event_at": told.event_at,
            "received_at": now,
            "facts": told.facts,
        },
    )
    return delivery.pk if is_new else None


def apply_delivery(*, delivery_id: int, now: datetime) -> Owed:
    """Do what follows from an event, once, whenever and in whatever order it is heard.

    Returns whom to wake. A failure is kept, and the sweep tries again.
    """
    mine = WebhookDelivery.objects.filter(pk=delivery_id, handled_at=None)
    # Counted before: a worker that is killed over it has tried, too.
    if not mine.update(attempts=models.F("attempts") + 1):
        return NOTHING
    try:
        return _apply(delivery_id, now)
    except Exception as error:
        logger.exception("Delivery %s could not be applied.", delivery_id)
        mine.update(error=f"{type(error).__name__}: {error}"[:300])
        return NOTHING


def _apply(delivery_id: int, now: datetime) -> Owed:
    delivery = WebhookDelivery.objects.get(pk=delivery_id)
    alone = reactions.ALONE.get(delivery.event)
    if alone is not None and _is_of_our_account(delivery):
        alone(delivery, now)
    return _react(delivery_id, now)


@transaction.atomic(durable=True)
def _react(delivery_id: int, now: datetime) -> Owed:
    """Change what is known and note the delivery as handled, both or neither."""
    unhandled = WebhookDelivery.objects.select_for_update().filter(handled_at=None)
    delivery = unhandled.filter(pk=delivery_id).first()
    if delivery is None:
        return NOTHING
    react, owed = reactions.REACTIONS.get(delivery.event), NOTHING
    connection = _connection_of(delivery)
    if react is not None and connection is not None:
        owed = react(connection, delivery, now)
    delivery.handled_at, delivery.error = now, ""
    delivery.save(update_fields=["handled_at", "error"])
    return owed


def _is_of_our_account(delivery: WebhookDelivery) -> bool:
    return _connection_of(delivery) is not None


def _connection_of(delivery: WebhookDelivery) -> ZoomConnection | None:
    """The connection in force, if the event is of its account."""
    connection = ZoomConnection.objects.current()
    is_ours = connection is not None and connection.account_id == delivery.facts["account"]
    return connection if is_ours else None


def deliveries_due(*, now: datetime) -> list[int]:
    """Return the ids of those to be applied again, the oldest first."""
    due = models.Q()
    for attempts, pause in enumerate(PAUSES):
        due |= models.Q(attempts=attempts, received_at__lte=now - pause)
    unhandled = WebhookDelivery.objects.filter(due, handled_at=None)
    return list(unhandled.order_by("event_at", "pk").values_list("pk", flat=True)[:BATCH])


def clear_away(*, now: datetime) -> int:
    """Delete what need not be known any longer, a batch of each; how many rows."""
    over = now - attendance.KEPT
    old = [
        WebhookDelivery.objects.filter(received_at__lt=now - KEPT),
        Participation.objects.filter(meeting__session__ends_at__lt=over),
        MeetingVisit.objects.filter(booking__session__ends_at__lt=over),
    ]
    return sum(_delete_some(rows) for rows in old)


def _delete_some(rows: models.QuerySet) -> int:
    batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return rows.model.objects.filter(pk__in=batch).delete()[0] if batch else 0
