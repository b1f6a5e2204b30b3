"""E-mail over SMTP or by a hosted service; without EMAIL_URL it is caught."""

import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from booking.models import Company
from notifications.calendar_files import CalendarFile
from notifications.channels import hosted
from notifications.channels.errors import ChannelError, PermanentError, TemporaryError
from notifications.kinds import Reason
from notifications.models import Message

# The server asks who we are (RFC 4954, section 6): wrong settings, not a wrong message.
_ABOUT_SIGNING_IN = (530, 534, 535, 538)


def send(message: Message) -> bool:
    """Hand a rendered message over, under its own stable Message-ID."""
    if not settings.EMAIL_URL:
        return False
    try:
        if settings.EMAIL_SERVICE:
            message.gateway_id = hosted.send(_mail(message))
        else:
            _mail(message).send()
    except (smtplib.SMTPException, OSError) as error:
        raise _named(error) from error
    except ValueError as error:
        raise PermanentError(Reason.WRONG_ADDRESS) from error
    return True


def connect() -> None:
    """Reach the SMTP server and sign in, as for a mail, but send none. Raises ChannelError."""
    connection: Any = get_connection()
    try:
        connection.open()
        connection.connection.ehlo_or_helo_if_needed()
    except (smtplib.SMTPException, OSError) as error:
        raise _named(error) from error
    finally:
        connection.close()


def _mail(message: Message) -> EmailMultiAlternatives:
    office = Company.objects.current().email
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body_text,
        to=[message.to_address],
        reply_to=[office] if office else None,
        headers={
            "Message-ID": message.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    mail.attach_alternative(message.body_html, "text/html")
    if message.calendar_file is not None:
        _put_in(mail, message.calendar_file)
    return mail


def _put_in(mail: EmailMultiAlternatives, file: CalendarFile) -> None:
    """For calendars that act upon it, and once more for whoever has to open it by hand.

    Hosted services take no text beside plain and HTML: there the attachment is for both.
    """
    if settings.EMAIL_SERVICE:
        kind = f"text/calendar; charset=utf-8; method={file.method}"
        mail.attach("invite.ics", file.content, kind)
        return
    mail.attach_alternative(file.content.decode(), f"text/calendar; method={file.method}")
    mail.attach("invite.ics", file.content, "application/ics")


def _named(error: smtplib.SMTPException | OSError) -> ChannelError:
    code, answer = _answer(error)
    if 500 <= code < 600 and code not in _ABOUT_SIGNING_IN:
        return PermanentError(Reason.REFUSED, f"{code} {answer}")
    if code:
        return TemporaryError(Reason.NOT_TAKEN, f"{code} {answer}")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return PermanentError(Reason.WRONG_ADDRESS)
    return TemporaryError(Reason.UNREACHABLE, type(error).__name__)


def _answer(error: Exception) -> tuple[int, str]:
    """The server's own code and words; 0 when it gave none."""
    code: int
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    else:
        return 0, ""
    return code, words.decode(errors="replace") if isinstance(words, bytes) else str(words)
