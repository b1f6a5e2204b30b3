"""The use cases of booking: the only writers of sessions and bookings.

Each is one transaction: it locks (service, providers by id, sessions by id), checks
with the code that drew the page, writes, and records what happened.
"""

from booking.actions.approval import approve, decline
from booking.actions.changing import cancel, reschedule
from booking.actions.classes import (
    ScheduledSeries,
    cancel_session,
    schedule_series,
    schedule_session,
    set_capacity,
)
from booking.actions.clients import ClientDetails
from booking.actions.erasing import erase_clients
from booking.actions.features import set_feature
from booking.actions.holds import expire_overdue
from booking.actions.making import book, confirm, hold
from booking.actions.merging import merge_clients
from booking.actions.moving import move_class_session
from booking.actions.notes import note_attendance, set_label, write_comment
from booking.actions.own_details import change_client
from booking.actions.policy import may_be_cancelled, may_be_moved
from booking.actions.restoring import restore, restore_session
from booking.actions.waiting import join_waiting_list, leave_waiting_list
from booking.series import SeriesRule

__all__ = [
    "ClientDetails",
    "ScheduledSeries",
    "SeriesRule",
    "approve",
    "book",
    "cancel",
    "cancel_session",
    "change_client",
    "confirm",
    "decline",
    "erase_clients",
    "expire_overdue",
    "hold",
    "join_waiting_list",
    "leave_waiting_list",
    "may_be_cancelled",
    "may_be_moved",
    "merge_clients",
    "move_class_session",
    "note_attendance",
    "reschedule",
    "restore",
    "restore_session",
    "schedule_series",
    "schedule_session",
    "set_capacity",
    "set_feature",
    "set_label",
    "write_comment",
]
