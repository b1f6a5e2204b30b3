"""How mail and SMS leave the house, and whether what became of them is heard of."""

from collections.abc import Iterator

from django.conf import settings

from notifications.channels import email, sms
from notifications.channels.errors import ChannelError
from notifications.kinds import Reason
from web.doctor.findings import Finding, ok, problem, warning


def findings(*, tries_mail: bool) -> Iterator[Finding]:
    """``tries_mail`` connects to the mail server as for a mail, and sends none."""
    yield _mail()
    if settings.EMAIL_SERVICE:
        yield _reports_of_mail()
    if settings.EMAIL_URL and tries_mail:
        yield _connection()
    yield _sms()


def _mail() -> Finding:
    if not settings.EMAIL_URL:
        return problem(
            "EMAIL_URL is not set: mail is caught, and clients cannot sign in.",
            "Set EMAIL_URL, such as smtp+tls://user:password@host:587.",
        )
    return ok(f"EMAIL_URL is set: {settings.EMAIL_SERVICE.title() or 'a server by SMTP'}.")


def _reports_of_mail() -> Finding:
    if not settings.EMAIL_REPORT_SECRET:
        return warning(
            "EMAIL_REPORT_SECRET is not set: mail that comes back is not heard of.",
            "Set it, and tell the service where to report: docs/operations.md, Reports.",
        )
    return ok("EMAIL_REPORT_SECRET is set: the service may report what came back.")


def _connection() -> Finding:
    if settings.EMAIL_SERVICE:
        return warning(
            f"{settings.EMAIL_SERVICE.title()} can be tried only by a mail.",
            "Send yourself a test from Email and SMS settings.",
        )
    try:
        email.connect()
    except ChannelError as error:
        if error.reason == Reason.UNREACHABLE:
            return problem(
                f"The mail server cannot be reached: {error.detail}.",
                "Check host, port and scheme of EMAIL_URL, and the firewall between.",
            )
        return problem(
            f"The mail server does not let us in: {error.detail}.",
            "Check user and password of EMAIL_URL; what is special in them is percent-encoded.",
        )
    return ok("The mail server was reached and let us in.")


def _sms() -> Finding:
    if not settings.SMS_URL:
        return warning(
            "SMS_URL is not set: SMS are caught.",
            "Set SMS_URL, or switch SMS off in Email and SMS settings.",
        )
    return ok(f"SMS_URL is set: {'Twilio' if sms.is_twilio() else 'a gateway by HTTP'}.")
