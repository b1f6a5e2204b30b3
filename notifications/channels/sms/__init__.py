"""SMS through the gateway that ``SMS_URL`` names; without one it is caught.

``twilio://…`` is Twilio's API, ``https://…`` any gateway that takes one request a text and is
described by the other ``SMS_…`` settings (docs/operations.md, "SMS").
"""

from django.conf import settings

from notifications.channels.errors import TemporaryError
from notifications.channels.sms import generic, twilio
from notifications.channels.sms.gateway import Gateway, WrongSettings
from notifications.kinds import Reason
from notifications.models import Message


def send(message: Message) -> bool:
    """Hand a rendered message to the gateway, and keep the name it gives it."""
    if not settings.SMS_URL:
        return False
    try:
        gateway = chosen()
    except WrongSettings as error:
        raise TemporaryError(Reason.NOT_TAKEN, str(error)) from error
    message.gateway_id = gateway.send(
        to=message.to_address,
        text=message.body_text,
        reference=message.message_id.strip("<>"),
    )
    return True


def chosen() -> Gateway:
    """Return the gateway of the settings. Raises WrongSettings, which names the variable."""
    if is_twilio():
        return twilio.from_settings()
    return generic.from_settings()


def is_twilio() -> bool:
    return settings.SMS_URL.partition("://")[0] in twilio.SCHEMES
