"""``manage.py reencrypt_secrets``: after a new key was put first in ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from web.desk.second_factor.encryption import reencrypt_second_factors
from zoomlink.actions.encryption import Outcome, reencrypt_secrets


class Command(BaseCommand):
    help = (
        "Encrypts the stored secrets, Zoom's and second factors', by the first of ENCRYPTION_KEYS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcomes = reencrypt_secrets() + reencrypt_second_factors()
        except ValueError as error:
            raise CommandError("ENCRYPTION_KEYS holds something that is no key.") from error
        for outcome in Outcome:
            self.stdout.write(f"{outcomes[outcome]:>7}  {outcome}")
        if unreadable := outcomes[Outcome.UNREADABLE]:
            raise CommandError(
                f"{unreadable} were left as they are. Give the key that they were written with, "
                "behind the others; without it press Authorize in the settings once more, and "
                "reset the two-factor sign-in of those who no longer get in."
            )
        if outcomes[Outcome.OVERTAKEN]:
            raise CommandError("Some were changed at the same moment: run this once more.")
        self.stdout.write("The first key opens everything: the other keys may go.")
