"""Which times of a service are free: loads what `booking.slots` needs, asks it, names the answer.

Hours restrict what they are given for: a provider without weekly hours works the company's, a
company without any is closed, a service without any has no times of its own. Dates are the
company's unless a zone is named.
"""

from booking.availability.explaining import RuleAnswer, explain
from booking.availability.opening import Working, working_between
from booking.availability.outside import OutsideRules, outside_rules
from booking.availability.questions import (
    OfferedSlot,
    free_days,
    full_sessions,
    nearest_free,
    refusal_of_length,
    refusals_at,
    slots_for,
    why_not_session,
)

__all__ = [
    "OfferedSlot",
    "OutsideRules",
    "RuleAnswer",
    "Working",
    "explain",
    "free_days",
    "full_sessions",
    "nearest_free",
    "outside_rules",
    "refusal_of_length",
    "refusals_at",
    "slots_for",
    "why_not_session",
    "working_between",
]
