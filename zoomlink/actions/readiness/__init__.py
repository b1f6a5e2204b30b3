"""Which condition of online meetings is missing, for whom, and where it is mended."""

from zoomlink.actions.readiness.assembly import check_readiness
from zoomlink.actions.readiness.general import webhook_url
from zoomlink.actions.readiness.reports import Check, HostCalls, Level, Mend, Pair, Readiness

__all__ = [
    "Check",
    "HostCalls",
    "Level",
    "Mend",
    "Pair",
    "Readiness",
    "check_readiness",
    "webhook_url",
]
