"""Sending what is owed: claim, ask whether it is still wanted, word it, send, record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Coalesce

from booking import features
from webhooks.actions.rendering import body_of
from webhooks.addresses import AddressRefused
from webhooks.client import NoAnswer, post
from webhooks.kinds import FEATURE, Pause, Reason
from webhooks.models import Delivery, DeliveryQuerySet, Endpoint
from webhooks.pauses import MOST_ATTEMPTS, pause_after
from webhooks.signing import signed_headers

# Longer than CELERY_TASK_TIME_LIMIT: whoever overruns it stores nothing.
LEASE = timedelta(seconds=180)
GONE = 410
# A dead receiver costs the workers one timeout a minute, however much is owed to it.
RESTS_AFTER, REST = 3, timedelta(seconds=55)
PAUSED_AFTER, FAILING_LONGEST = 10, timedelta(days=1)
_MOST_TRIES = 30  # told of one delivery, the newest of them


@dataclass(frozen=True)
class _Outcome:
    """What came of one attempt."""

    status: int | None = None
    reason: str = ""
    answer: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == GONE


def deliver(*, delivery_id: int, now: datetime) -> None:
    """Send one delivery if it is owed, due and still wanted; otherwise do nothing.

    Safe to call at any time and any number of times: who wins the claim sends. Between the
    claim and the record no transaction is open. What breaks after the other side took it,
    before that is recorded, is sent again under the same id.
    """
    delivery = _claimed(delivery_id, now)
    if delivery is None:
        return
    reason = _reason_against(delivery)
    if reason is not None:
        _end(_still_ours(delivery), Delivery.SKIPPED, now, reason=reason)
        return
    if not delivery.body:
        delivery.body = body_of(delivery)
        # Words of somebody who was erased meanwhile are not kept, and the lease brings it back.
        mine = _still_ours(delivery).filter(erased_at=delivery.erased_at)
        if not mine.update(body=delivery.body):
            return
    _record(delivery, _attempt(delivery, now), now)
    # An answer may repeat what it was told, and whom it tells of may be erased by now.
    Delivery.objects.filter(pk=delivery_id).exclude(erased_at=delivery.erased_at).update(answer="")


def _claimed(delivery_id: int, now: datetime) -> Delivery | None:
    """Take the row for as long as sending may last; None when that is not ours to do."""
    # Asked apart: of what hangs on another table PostgreSQL knows only how it stood before it
    # waited for a twin.
    if not Delivery.objects.filter(pk=delivery_id).let_out(now).exists():
        return None
    mine = Delivery.objects.claimable(now).filter(pk=delivery_id, attempts__lt=MOST_ATTEMPTS)
    taken = mine.update(
        state=Delivery.SENDING, claimed_until=now + LEASE, attempts=F("attempts") + 1
    )
    if not taken:
        return None
    return Delivery.objects.select_related("endpoint", "event", "client").get(pk=delivery_id)


def _reason_against(delivery: Delivery) -> Reason | None:
    if not features.is_on(FEATURE):
        return Reason.FEATURE_OFF
    if not (delivery.endpoint.is_active or delivery.is_test):
        return Reason.ENDPOINT_OFF
    return None


def _attempt(delivery: Delivery, now: datetime) -> _Outcome:
    keys = delivery.endpoint.secrets_at(now)
    if not keys:
        return _Outcome(reason=Reason.NO_SECRET)
    body = delivery.body.encode()
    timestamp = int(now.timestamp())
    headers = signed_headers(keys, uid=delivery.uid, timestamp=timestamp, body=body)
    try:
        answer = post(delivery.endpoint.url, body, headers)
    except AddressRefused as refusal:
        return _Outcome(reason=refusal.problem.value)
    except NoAnswer as error:
        return _Outcome(reason=error.trouble.value)
    return _Outcome(status=answer.status, answer=answer.excerpt)


def _record(delivery: Delivery, outcome: _Outcome, now: datetime) -> None:
    """Store what came of it. That it was taken is stored whoever has the claim."""
    told = {"at": now.isoformat(), "status": outcome.status, "reason": outcome.reason}
    said = {
        "status": outcome.status,
        "reason": outcome.reason,
        "answer": outcome.answer,
        "tries": [*delivery.tries, told][-_MOST_TRIES:],
    }
    if outcome.is_taken:
        _end(Delivery.objects.filter(pk=delivery.pk), Delivery.SENT, now, **said)
        _note_success(delivery)
        return
    pause = None if delivery.is_test or outcome.is_gone else pause_after(delivery.attempts)
    mine = _still_ours(delivery)
    if pause is None:
        _end(mine, Delivery.FAILED, now, **said)
    else:
        mine.update(state=Delivery.WAITING, next_attempt_at=now + pause, claimed_until=None, **said)
    if not delivery.is_test:
        _note_failure(delivery.endpoint_id, now, is_gone=outcome.is_gone)


def _end(rows: DeliveryQuerySet, state: str, now: datetime, **said: object) -> None:
    rows.update(state=state, ended_at=now, claimed_until=None, **said)


def _still_ours(delivery: Delivery) -> DeliveryQuerySet:
    return Delivery.objects.filter(
        pk=delivery.pk, state=Delivery.SENDING, claimed_until=delivery.claimed_until
    )


def _note_success(delivery: Delivery) -> None:
    failing = Endpoint.objects.filter(pk=delivery.endpoint_id, failures__gt=0)
    failing.update(failures=0, failing_since=None, rests_until=None)


def _note_failure(endpoint_id: int, now: datetime, *, is_gone: bool) -> None:
    """Count it; let the endpoint rest when it fails again and again, and pause in the end."""
    endpoint = Endpoint.objects.filter(pk=endpoint_id)
    endpoint.update(failures=F("failures") + 1, failing_since=Coalesce(F("failing_since"), now))
    endpoint.filter(failures__gte=RESTS_AFTER).update(rests_until=now + REST)
    going = endpoint.filter(paused_at=None)
    if is_gone:
        going.update(paused_at=now, pause_reason=Pause.GONE)
    hopeless = going.filter(failures__gte=PAUSED_AFTER, failing_since__lte=now - FAILING_LONGEST)
    hopeless.update(paused_at=now, pause_reason=Pause.FAILING)
