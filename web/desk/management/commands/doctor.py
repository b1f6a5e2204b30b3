"""``manage.py doctor``: what is missing for production, and a race for bookings."""

import signal
import sys
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from web.doctor import database, meetings, messages, race, settings, surroundings
from web.doctor.findings import OK, PROBLEM, WARNING, Finding
from web.health import database_is_migrated

CROWD = 20


class Command(BaseCommand):
    help = "Say what is missing for production; fails when there is a problem."
    requires_system_checks: list[str] = []  # it reports them itself

    def add_arguments(self, parser):
        parser.add_argument(
            "--race",
            type=int,
            nargs="?",
            const=CROWD,
            metavar="CROWD",
            help="instead, let so many clients (%(const)s unless told) book at once, on scratch "
            "rows of this database, told to nobody and removed afterwards; one race at a time",
        )

        parser.add_argument(
            "--zoom", action="store_true", help="also ask Zoom whether the connection works"
        )
        parser.add_argument(
            "--mail",
            action="store_true",
            help="also connect to the mail server and sign in; sends nothing",
        )

    def handle(self, *, race: int | None, zoom: bool, mail: bool, **options):
        if race is not None and race < 2:
            raise CommandError("A race takes two at least.")
        if race is not None and not database_is_migrated():
            raise CommandError("The database is not ready: see manage.py doctor.")
        found = []
        everything = _all_findings(asks_zoom=zoom, tries_mail=mail)
        for finding in _race_findings(race) if race else everything:
            self._print(finding)
            found.append(finding.level)
        summary = f"Problems: {found.count(PROBLEM)}, warnings: {found.count(WARNING)}."
        if PROBLEM in found:
            raise CommandError(summary)
        self.stdout.write(summary)

    def _print(self, finding: Finding) -> None:
        styles = {
            OK: self.style.SUCCESS,
            WARNING: self.style.WARNING,
            PROBLEM: self.style.ERROR,
        }
        self.stdout.write(f"{styles[finding.level](f'{finding.level:8}')} {finding.text}")
        if finding.way_out:
            self.stdout.write(f"         {finding.way_out}")


def _all_findings(*, asks_zoom: bool, tries_mail: bool) -> Iterator[Finding]:
    now = timezone.now()
    yield from settings.findings()
    yield from messages.findings(tries_mail=tries_mail)
    yield from database.findings(now=now)
    yield from surroundings.findings(now=now)
    yield from meetings.findings(now=now, asks_zoom=asks_zoom)


def _race_findings(crowd: int) -> Iterator[Finding]:
    """A polite kill still clears up; what a rude one leaves, the next run removes."""
    before = signal.signal(signal.SIGTERM, lambda *_received: sys.exit(1))
    try:
        yield from race.findings(crowd=crowd, now=timezone.now())
    finally:
        signal.signal(signal.SIGTERM, before)
