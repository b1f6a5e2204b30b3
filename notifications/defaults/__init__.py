"""The texts that ship: in English and Ukrainian. Those of bookings hold no meeting variable.

Keyed by kind, audience, channel and language. A provider is spoken to as who gives the
service, the company is told with whom it is. An SMS is written on lines of its own so that an
empty one can disappear; it is sent as a single line. Signs outside the alphabet of SMS are
avoided there.
"""

from notifications.defaults.afterwards import AFTERWARDS
from notifications.defaults.bookings import BOOKINGS
from notifications.defaults.company import OF_BOOKINGS
from notifications.defaults.company_meetings import OF_MEETINGS
from notifications.defaults.meetings import MEETINGS
from notifications.defaults.notices import NOTICES
from notifications.defaults.requests import REQUESTS
from notifications.defaults.staff import STAFF_NOTICES
from notifications.defaults.wording import Texts, Wording
from notifications.kinds import Audience

LANGUAGES = ("en", "uk")
_TEXTS: Texts = {
    **BOOKINGS,
    **AFTERWARDS,
    **REQUESTS,
    **MEETINGS,
    **NOTICES,
    **STAFF_NOTICES,
    **OF_BOOKINGS,
    **OF_MEETINGS,
}

__all__ = ["LANGUAGES", "Wording", "meeting_line", "shipped"]


def shipped(kind: str, audience: str, channel: str, language: str) -> Wording:
    """Return the shipped text; a language without one of its own is told in English."""
    texts = _TEXTS[kind, audience, channel]
    return texts.get(language) or texts["en"]


def meeting_line(audience: str, language: str) -> str:
    """Return the line that tells of the online meeting, with the reader's own variable."""
    lines = _MEETING_LINES["client" if audience == Audience.CLIENT else "provider"]
    return lines.get(language) or lines["en"]


_MEETING_LINES = {
    "client": {
        "en": "Online meeting: [online_meeting_link]",
        "uk": "Онлайн-зустріч: [online_meeting_link]",
    },
    "provider": {
        "en": "Online meeting: [online_meeting_provider_link]",
        "uk": "Онлайн-зустріч: [online_meeting_provider_link]",
    },
}
