"""E-mail by the API of a hosted service, which django-anymail speaks."""

from typing import Any

from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError
from django.conf import settings
from django.core.mail import get_connection
from requests import Response

from notifications.channels.errors import ChannelError, PermanentError, TemporaryError
from notifications.kinds import Reason

# Postmark puts its own Message-ID over ours unless it is asked to keep it:
# https://postmarkapp.com/developer/user-guide/send-email-with-api.
_KEEPS_OUR_ID = {"postmark": {"X-PM-KeepID": "true"}}
# Not about this mail: wrong key, no credit, unknown domain of ours, too slow, early or many.
_ABOUT_US = (401, 402, 403, 404, 407, 408, 425, 429)


def send(mail: Any) -> str:
    """Hand an EmailMessage to the service; return the name it gives it, by which it will report.

    Raises PermanentError, TemporaryError, and ValueError for an address that cannot be.
    """
    mail.message()  # Django refuses what would break out of a header
    mail.extra_headers.update(_KEEPS_OUR_ID.get(settings.EMAIL_SERVICE, {}))
    connection: Any = get_connection()
    try:
        with connection:
            # Nobody else is to get the key.
            connection.session.max_redirects = 0
            mail.connection = connection
            mail.send()
    except AnymailRecipientsRefused as error:
        raise PermanentError(Reason.REFUSED, _words(error.response)) from None
    except AnymailRequestsAPIError as error:
        raise _named(error) from None
    return str(mail.anymail_status.message_id or "")


def _named(error: AnymailRequestsAPIError) -> ChannelError:
    if error.response is None:
        return TemporaryError(Reason.UNREACHABLE, type(error.__cause__).__name__)
    status = error.response.status_code
    if 400 <= status < 500 and status not in _ABOUT_US:
        return PermanentError(Reason.REFUSED, _words(error.response))
    return TemporaryError(Reason.NOT_TAKEN, _words(error.response))


def _words(answer: Response) -> str:
    """The service's own; each of them keeps its words in a field of this name."""
    try:
        body = answer.json()
    except ValueError:
        body = {}
    found = {name.lower(): each for name, each in body.items()} if isinstance(body, dict) else {}
    return f"HTTP {answer.status_code} {found.get('message', '')}"
