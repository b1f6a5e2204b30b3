"""The use cases of booking: the only writers of sessions and bookings.

Each is one transaction: it locks (service, providers by id, sessions by id), checks
with the code that drew the page, writes, and records what happened.
"""

from booking.actions.bookings import ClientDetails, book, cancel, reschedule
from booking.actions.features import set_feature
from booking.actions.policy import may_be_cancelled, may_be_moved
from booking.actions.sessions import cancel_session, schedule_session

__all__ = [
    "ClientDetails",
    "book",
    "cancel",
    "cancel_session",
    "may_be_cancelled",
    "may_be_moved",
    "reschedule",
    "schedule_session",
    "set_feature",
]
