"""Sending by hand: a test, and once more what was sent before."""

from datetime import datetime

from django.db import transaction

from webhooks.kinds import TEST
from webhooks.models import Delivery, Endpoint, new_uid
from webhooks.wakeups import wake


@transaction.atomic(durable=True)
def send_test(*, endpoint_id: int, now: datetime) -> Delivery:
    """Owe an endpoint a webhook about nobody, tried once, also where it is off or paused.

    Raises Endpoint.DoesNotExist.
    """
    uid = new_uid()
    test: Delivery = Delivery.objects.create(
        endpoint=Endpoint.objects.get(pk=endpoint_id),
        key=f"test:{uid}",
        uid=uid,
        kind=TEST,
        is_test=True,
        next_attempt_at=now,
        created_at=now,
    )
    wake([test.pk])
    return test


@transaction.atomic(durable=True)
def send_again(*, delivery_id: int, now: datetime) -> bool:
    """Owe an ended delivery once more, under its id, so that whoever has it knows it again.

    Its body is the same, unless it was erased meanwhile. Whether it was over; a test is not
    sent again but made anew.
    """
    ended = Delivery.objects.ended().filter(pk=delivery_id, is_test=False)
    if not ended.update(
        state=Delivery.WAITING, attempts=0, next_attempt_at=now, ended_at=None, reason=""
    ):
        return False
    wake([delivery_id])
    return True
