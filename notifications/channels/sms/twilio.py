"""Twilio's API: https://www.twilio.com/docs/messaging/api/message-resource.

``SMS_URL`` is ``twilio://ACCOUNT_SID:AUTH_TOKEN@/?from=%2B15550100`` or
``…/?messaging_service=MG…``. A host stands for another one of Twilio's, such as
``api.dublin.ie1.twilio.com`` (https://www.twilio.com/docs/global-infrastructure), and
``twilio+http://`` for a proxy on this machine that goes on to Twilio by HTTPS.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

import requests
from django.conf import settings

from notifications.channels.errors import ChannelError, PermanentError, TemporaryError
from notifications.channels.sms.fields import value_at
from notifications.channels.sms.gateway import (
    Address,
    WrongSettings,
    address_of,
    as_name,
    ask,
    read,
)
from notifications.kinds import Reason

SCHEMES = {"twilio": "https", "twilio+http": "http"}
REPORT_PATH = "/sms/report/twilio/"
_HOST = "api.twilio.com"
_SENDERS = {"from": "From", "messaging_service": "MessagingServiceSid"}
# What is wrong with this one message (https://www.twilio.com/docs/api/errors). Anything else is
# about the account, its numbers or its settings, and may be mended while we try again.
_FOR_GOOD = {
    21211: Reason.WRONG_ADDRESS,  # no phone number
    21602: Reason.REFUSED,  # no text
    21610: Reason.UNSUBSCRIBED,  # its reader answered STOP
    21614: Reason.WRONG_ADDRESS,  # no mobile number
    21617: Reason.REFUSED,  # longer than 1600 characters
    21635: Reason.WRONG_ADDRESS,  # a landline
}


@dataclass(frozen=True)
class Twilio:
    """One account, and the number or messaging service that it sends from."""

    address: Address
    sender: dict[str, str]

    def send(self, *, to: str, text: str, reference: str) -> str:
        """See ``Gateway``. Twilio knows no key by which it could tell a repeat."""
        form = {"To": to, "Body": text, **self.sender, **_report_to()}
        answer = ask("POST", self.address.url, data=form, auth=self.address.sign_in)
        if not 200 <= answer.status_code < 300:
            raise _refusal(answer)
        return as_name(value_at("sid", read(answer)))

    def has_signed(self, signature: str, url: str, form: Mapping[str, Iterable[str]]) -> bool:
        """Whether the account's token signed a form that was posted to an address of ours.

        HMAC-SHA1 over the address and each sorted field with its values, as Base64:
        https://www.twilio.com/docs/usage/webhooks/webhooks-security.
        """
        fields = (f"{name}{each}" for name in sorted(form) for each in sorted(set(form[name])))
        signed = "".join([url, *fields]).encode()
        # Twilio's own choice; what is forged by a collision needs the key all the same.
        digest = hmac.new(self.address.password.encode(), signed, hashlib.sha1).digest()
        return hmac.compare_digest(base64.b64encode(digest), signature.encode())


def from_settings() -> Twilio:
    """Return the account that SMS_URL names. Raises WrongSettings."""
    scheme = settings.SMS_URL.partition("://")[0]
    whole = address_of(settings.SMS_URL, scheme=SCHEMES[scheme], path="", host=_HOST)
    if not (whole.user and whole.password):
        raise WrongSettings(
            "SMS_URL",
            "it names no account or no token.",
            "Write twilio://ACCOUNT_SID:AUTH_TOKEN@/?from=%2B15550100.",
        )
    path = f"/2010-04-01/Accounts/{whole.user}/Messages.json"
    return Twilio(
        Address(whole.url + path, whole.user, whole.password, query=""), _sender(whole.query)
    )


def _sender(query: str) -> dict[str, str]:
    given = parse_qs(query)
    if len(given) != 1 or not given.keys() <= _SENDERS.keys():
        raise WrongSettings(
            "SMS_URL",
            "it has to say who sends, and nothing else.",
            "End it with ?from=%2B15550100 (a plus is written %2B) or ?messaging_service=MG….",
        )
    ((name, values),) = given.items()
    return {_SENDERS[name]: values[0]}


def _report_to() -> dict[str, str]:
    """Where Twilio is to report. It refuses a message with an address it cannot reach (21609)."""
    if not settings.SITE_URL.startswith("https://"):
        return {}
    return {"StatusCallback": settings.SITE_URL + REPORT_PATH}


def _refusal(answer: requests.Response) -> ChannelError:
    body = read(answer)
    code = value_at("code", body)
    words = f"{code or f'HTTP {answer.status_code}'} {value_at('message', body) or ''}"
    if isinstance(code, int) and code in _FOR_GOOD:
        return PermanentError(_FOR_GOOD[code], words)
    return TemporaryError(Reason.NOT_TAKEN, words)
