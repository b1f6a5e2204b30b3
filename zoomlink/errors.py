"""Why something about online meetings was refused, in words for the person who asked."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ZoomlinkError(Exception):
    """A refusal; ``str()`` is fit for people."""

    text: str | Promise = _("This cannot be done.")

    def __init__(self, text: str | Promise | None = None):
        super().__init__()
        if text is not None:
            self.text = text

    def __str__(self):
        return str(self.text)


class AlreadyConnected(ZoomlinkError):
    text = _("A Zoom account is already connected. Log out of it first.")


class NotConnected(ZoomlinkError):
    text = _("Zoom is not connected. Press Authorize first.")


class ConnectionLost(ZoomlinkError):
    text = _("Zoom no longer accepts our connection. Press Authorize to reconnect.")


class RefreshUnderWay(ZoomlinkError):
    """Another worker is fetching a new token; what needs one comes back later."""

    text = _("The connection to Zoom is being renewed. Try again in a moment.")


class WaitUntil(ZoomlinkError):
    """Zoom must not be asked for this before ``retry_at`` (aware)."""

    def __init__(self, retry_at: datetime, text: str | Promise | None = None):
        super().__init__(text)
        self.retry_at = retry_at


class QuotaUsedUp(WaitUntil):
    """The host's creations and changes of the day (UTC) are used up."""

    text = _(
        "Zoom lets each host have 100 meetings created or changed a day. Those of today are "
        "used up; this one follows after midnight UTC."
    )


class AccountPaused(WaitUntil):
    """The account's calls of the day are used up."""

    text = _("Zoom takes no more calls for this account today.")


class ClaimLost(ZoomlinkError):
    """A worker took too long: another one has taken the meeting over."""


class SignInRefused(ZoomlinkError):
    """Zoom did not let us in, or the answer was not for this browser."""


class ChoiceRefused(ZoomlinkError):
    """A provider's choice of meeting cannot be kept; ``field`` is the field at fault."""

    def __init__(self, text: str | Promise, field: str):
        super().__init__(text)
        self.field = field


class CannotEnter(ZoomlinkError):
    """The provider cannot be taken into the meeting now."""


class MeetingNotReady(CannotEnter):
    """The start is noted, but there is no room yet; ``meeting_id`` is to be synced."""

    def __init__(self, meeting_id: int):
        super().__init__()
        self.meeting_id = meeting_id


class TrialUnderWay(ZoomlinkError):
    text = _("A test of the connection is under way. Wait until it is finished.")


class TrialFailed(ZoomlinkError):
    """Zoom answered, but not what it was asked for."""


class NotAnOrphan(ZoomlinkError):
    """A meeting that must not be deleted: nobody has found it to be ours and of no use."""
