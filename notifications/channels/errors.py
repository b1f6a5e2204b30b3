"""Why a message did not go out: a reason of ours, and the other side's own words.

``detail`` is shown to staff beside the reason, in whatever language it came, and holds no secret.
"""

from notifications.kinds import Reason

_LONGEST_DETAIL = 300


class ChannelError(Exception):
    """Something was wrong with sending."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = " ".join(detail.split())[:_LONGEST_DETAIL]


class TemporaryError(ChannelError):
    """Worth another attempt later."""


class PermanentError(ChannelError):
    """Refused for good: another attempt would be refused as well."""
