"""Why a message did not go out. The texts are shown to staff and hold no secret."""


class ChannelError(Exception):
    """Something was wrong with sending; the text says what."""


class TemporaryError(ChannelError):
    """Worth another attempt later."""


class PermanentError(ChannelError):
    """Refused for good: another attempt would be refused as well."""
