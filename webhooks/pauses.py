"""How long a delivery waits between two attempts. Pure."""

import random
from datetime import timedelta

# About three days in all.
PAUSES_MINUTES = (1, 5, 15, 60, 180, 360, 720, 1080, 1440)
MOST_ATTEMPTS = len(PAUSES_MINUTES) + 1
# Each pause is longer by up to so much, by chance: what failed together is not tried together.
SPREAD = 0.2


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many attempts that failed; None after the last."""
    if attempts >= MOST_ATTEMPTS:
        return None
    spread = 1 + random.uniform(0, SPREAD)
    return timedelta(minutes=PAUSES_MINUTES[attempts - 1]) * spread
