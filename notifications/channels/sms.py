"""SMS through a gateway that takes JSON over HTTP; without SMS_URL it is caught.

``SMS_URL`` is such as ``https://user:password@gateway.example/send``: the text is posted
there as ``{"to": "+380…", "text": "…"}``, and any 2xx means it was taken.
"""

from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from requests.auth import HTTPBasicAuth

from notifications.channels.errors import PermanentError, TemporaryError
from notifications.kinds import Reason
from notifications.models import Message

TIMEOUT_SECONDS = (5, 10)  # to connect, between two answers
# Not about this message: wrong credentials, too slow, too early, too many.
_ABOUT_US = (401, 403, 407, 408, 425, 429)


def send(message: Message) -> bool:
    """Hand a rendered message to the gateway; it may tell repeats by the Idempotency-Key."""
    if not settings.SMS_URL:
        return False
    address, sign_in = _gateway(settings.SMS_URL)
    try:
        answer = requests.post(
            address,
            json={"to": message.to_address, "text": message.body_text},
            headers={"Idempotency-Key": message.message_id.strip("<>")},
            auth=sign_in,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        # The error's own text would tell the address with all that stands in it.
        raise TemporaryError(Reason.UNREACHABLE, type(error).__name__) from None
    _judge(answer.status_code)
    return True


def _gateway(url: str) -> tuple[str, HTTPBasicAuth | None]:
    """Part the credentials from the address, so that no error can print them."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    address = urlunsplit(parts._replace(netloc=host))
    sign_in = HTTPBasicAuth(parts.username, parts.password or "") if parts.username else None
    return address, sign_in


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if 400 <= status < 500 and status not in _ABOUT_US:
        raise PermanentError(Reason.REFUSED, f"HTTP {status}")
    raise TemporaryError(Reason.NOT_TAKEN, f"HTTP {status}")
