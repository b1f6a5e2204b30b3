"""The company's own rules for clients, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from booking.models import Company

_HOUR, _DAY = 60, 1440  # minutes


def rules_of(company: Company) -> list[str]:
    """Until when somebody may cancel and move what they booked, in sentences."""
    cancel, move = company.cancel_until_minutes, company.reschedule_until_minutes
    if cancel == move:
        return [_both(cancel)]
    return [_cancelling(cancel), _moving(move)]


def _both(minutes: int) -> str:
    if not minutes:
        return _("You can cancel or choose another time until the start.")
    text = _("You can cancel or choose another time until %(distance)s before the start.")
    return text % {"distance": _distance(minutes)}


def _cancelling(minutes: int) -> str:
    if not minutes:
        return _("You can cancel until the start.")
    text = _("You can cancel until %(distance)s before the start.")
    return text % {"distance": _distance(minutes)}


def _moving(minutes: int) -> str:
    if not minutes:
        return _("You can choose another time until the start.")
    text = _("You can choose another time until %(distance)s before the start.")
    return text % {"distance": _distance(minutes)}


def _distance(minutes: int) -> str:
    """``24 hours``, ``2 days``, ``1 hour 30 minutes``: one day is told in hours, as people do."""
    days, rest = divmod(minutes, _DAY)
    if days > 1 and not rest:
        return npgettext("before the start", "%(n)s day", "%(n)s days", days) % {"n": days}
    hours, rest = divmod(minutes, _HOUR)
    parts = []
    if hours:
        text = npgettext("before the start", "%(n)s hour", "%(n)s hours", hours)
        parts.append(text % {"n": hours})
    if rest:
        text = npgettext("before the start", "%(n)s minute", "%(n)s minutes", rest)
        parts.append(text % {"n": rest})
    return " ".join(parts)
