"""What gateways tell of a text later, read into our words."""

from collections.abc import Mapping

from django.conf import settings

from notifications.channels.sms.fields import value_at
from notifications.channels.sms.gateway import Report, WrongSettings, as_name
from notifications.models import Message

# https://www.twilio.com/docs/messaging/api/message-resource, "Message Status values": these are
# ends, all others are on the way.
_OF_TWILIO = {
    "delivered": Message.DELIVERED,
    "undelivered": Message.UNDELIVERED,
    "failed": Message.UNDELIVERED,
}


def of_twilio(form: Mapping[str, str]) -> Report | None:
    """Read what Twilio posts; None where that is no end yet."""
    delivery = _OF_TWILIO.get(form.get("MessageStatus", ""))
    if delivery is None:
        return None
    code = form.get("ErrorCode", "")
    return Report(form.get("MessageSid", ""), delivery, f"{code} {form.get('ErrorMessage', '')}")


def of_generic(body: object) -> Report | None:
    """Read what the settings describe; None where that is no end, or nothing of the kind."""
    paths = report_paths()
    gateway_id = as_name(value_at(paths["id"], body))
    word = as_name(value_at(paths["status"], body))
    delivery = _delivery(word.casefold())
    return Report(gateway_id, delivery, word) if gateway_id and delivery else None


def report_paths() -> dict[str, str]:
    """Where id and status stand in a report. Raises WrongSettings."""
    pairs = [pair.strip().partition("=") for pair in settings.SMS_REPORT_FIELDS.split(",")]
    paths = {name: path for name, _equals, path in pairs if path}
    if paths.keys() != {"id", "status"}:
        raise WrongSettings(
            "SMS_REPORT_FIELDS",
            "it says not where id and status stand.",
            "Write such as id=message_id,status=message_status.",
        )
    return paths


def _delivery(word: str) -> str:
    if word in {each.casefold() for each in settings.SMS_REPORT_DELIVERED}:
        return Message.DELIVERED
    if word in {each.casefold() for each in settings.SMS_REPORT_UNDELIVERED}:
        return Message.UNDELIVERED
    return Message.UNREPORTED
