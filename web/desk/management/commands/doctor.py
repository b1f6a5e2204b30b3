"""``manage.py doctor``: what is missing for production."""

from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from web.doctor import database, settings, surroundings
from web.doctor.findings import OK, PROBLEM, WARNING, Finding


class Command(BaseCommand):
    help = "Say what is missing for production; fails when there is a problem."
    requires_system_checks: list[str] = []  # it reports them itself

    def handle(self, **options):
        found = []
        for finding in _all_findings():
            self._print(finding)
            found.append(finding.level)
        problems, warnings = found.count(PROBLEM), found.count(WARNING)
        summary = f"Problems: {problems}, warnings: {warnings}."
        if problems:
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


def _all_findings() -> Iterator[Finding]:
    now = timezone.now()
    yield from settings.findings()
    yield from database.findings(now=now)
    yield from surroundings.findings(now=now)
