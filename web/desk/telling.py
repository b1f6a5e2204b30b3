"""Who hears of a change that staff just made to a booking, and when."""

import math
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Booking
from notifications.actions import unheard_news
from notifications.kinds import Audience


def telling(booking: Booking, *, now: datetime) -> str:
    """Such as *Client and provider are told in 15 seconds.*; of those who are not yet told."""
    rows = list(unheard_news(booking).values_list("audience", "due_at"))
    if not rows:
        return _("Nobody is told.")
    seconds = max(0, math.ceil((max(due for _who, due in rows) - now).total_seconds()))
    return _said({audience for audience, _due in rows}, seconds)


def _said(audiences: set[str], seconds: int) -> str:
    if Audience.CLIENT in audiences and len(audiences) > 1:
        text = ngettext(
            "Client and provider are told in %(n)d second.",
            "Client and provider are told in %(n)d seconds.",
            seconds,
        )
    elif Audience.CLIENT in audiences:
        text = ngettext(
            "The client is told in %(n)d second.", "The client is told in %(n)d seconds.", seconds
        )
    else:
        text = ngettext(
            "The provider is told in %(n)d second.",
            "The provider is told in %(n)d seconds.",
            seconds,
        )
    return text % {"n": seconds}
