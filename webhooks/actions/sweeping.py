"""Finding what no bell was rung for, and clearing away what is old."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from webhooks.kinds import Reason
from webhooks.models import Delivery, Endpoint
from webhooks.pauses import MOST_ATTEMPTS

# More than a few workers send in a minute; what they do not hear by then is rung for anew.
AT_MOST = 1000
# So long the deliveries of a paused endpoint wait for somebody to resume it.
LONGEST_WAIT = timedelta(days=7)
_BATCH = 500


def sweep(*, now: datetime) -> list[int]:
    """Return ids of deliveries to wake, the longest waiting first, ``AT_MOST`` at a time.

    They are due, or claimed by a worker that never came back. One that was tried too often
    without ever ending is given up here, and so is what waited for too long.
    """
    waiting = Delivery.objects.claimable(now)
    waiting.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=Delivery.FAILED, reason=Reason.LOST, ended_at=now, claimed_until=None
    )
    waiting.filter(state=Delivery.WAITING, next_attempt_at__lte=now - LONGEST_WAIT).update(
        state=Delivery.SKIPPED, reason=Reason.TOO_OLD, ended_at=now
    )
    waited_since = Coalesce(F("claimed_until"), F("next_attempt_at"))
    due = waiting.let_out(now).order_by(waited_since, "pk")
    return list(due.values_list("pk", flat=True)[:AT_MOST])


def clear_away(*, now: datetime) -> int:
    """Delete deliveries that ended long enough ago, and secrets that sign no more; how many rows.

    Done in statements of some hundred rows, so that nobody who sends meanwhile waits for it.
    """
    overdue = Endpoint.objects.filter(former_until__lte=now)
    overdue.update(former_secret="", former_until=None)
    until = now - timedelta(days=settings.WEBHOOKS_KEPT_DAYS)
    old, deleted = Delivery.objects.ended().filter(Q(ended_at__lte=until)), 0
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        deleted += Delivery.objects.filter(pk__in=ids).delete()[0]
    return deleted
