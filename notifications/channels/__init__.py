"""The ways a message leaves the house.

Each ``send(message)`` returns True when it went out and False when it was caught, there
being no way out; it raises one of the errors of ``notifications.channels.errors``. Where the
other side names what it took, that stands in ``message.gateway_id``.
"""

from django.conf import settings

from notifications.kinds import Channel


def is_caught(channel: str) -> bool:
    """Whether messages by this channel only go to *Sent messages*."""
    return not getattr(settings, Channel(channel).setting)
