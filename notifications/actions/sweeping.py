"""Finding what no bell was rung for."""

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from notifications.actions.delivering import MOST_ATTEMPTS
from notifications.kinds import Reason
from notifications.models import Message

# More than a few workers send in a minute; what they do not hear by then is rung for anew.
AT_MOST = 3000


def sweep(*, now: datetime) -> list[int]:
    """Return ids of messages to wake, the longest waiting first, ``AT_MOST`` at a time.

    They are due, or claimed by a worker that never came back. One that was tried too
    often without ever ending is given up here.
    """
    waiting = Message.objects.claimable(now)
    waiting.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=Message.FAILED, reason=Reason.GAVE_UP, ended_at=now, claimed_until=None
    )
    waited_since = Coalesce(F("claimed_until"), F("next_attempt_at"))
    return list(waiting.order_by(waited_since, "pk").values_list("pk", flat=True)[:AT_MOST])
