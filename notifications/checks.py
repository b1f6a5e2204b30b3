"""Settings of mail and SMS that cannot work are refused when the product starts."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from notifications.channels import sms
from notifications.channels.sms.gateway import WrongSettings
from notifications.channels.sms.reports import report_paths

SHORTEST_SECRET = 16
_ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@checks.register()
def ways_out(**_kwargs: object) -> list[checks.CheckMessage]:
    """Look at the addresses and secrets of both ways; none of them is in what is told."""
    return [*_of_gateway(), *_of_secrets()]


def _of_gateway() -> Iterator[checks.CheckMessage]:
    if not settings.SMS_URL:
        return
    try:
        sms.chosen()
        report_paths()
    except WrongSettings as error:
        yield checks.Error(str(error), hint=error.way_out, id="notifications.E001")
        return
    address = urlsplit(settings.SMS_URL)
    if address.scheme.endswith("http") and address.hostname not in _ON_THIS_MACHINE:
        yield checks.Warning(
            "SMS_URL: texts and credentials travel readable for everybody.",
            hint="Begin it with https://, or twilio://.",
            id="notifications.W001",
        )


def _of_secrets() -> Iterator[checks.CheckMessage]:
    for name in ("EMAIL_REPORT_SECRET", "SMS_REPORT_SECRET"):
        if 0 < len(getattr(settings, name)) < SHORTEST_SECRET:
            yield checks.Error(
                f"{name}: it can be guessed.",
                hint=f"Take {SHORTEST_SECRET} characters at least, by chance.",
                id="notifications.E002",
            )
    if settings.EMAIL_REPORT_SECRET and ":" not in settings.EMAIL_REPORT_SECRET:
        yield checks.Error(
            "EMAIL_REPORT_SECRET: it is no user and password.",
            hint="Write user:password, as both stand in the address you give to the service.",
            id="notifications.E003",
        )
