"""Says, rule by rule, why a time is free or not."""

from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from booking.availability import explain
from booking.explanations import explained
from booking.formats import format_moment
from booking.models import Company, Provider, Service


class Command(BaseCommand):
    help = "Says, rule by rule, why a provider can or cannot be booked at a time."

    def add_arguments(self, parser):
        parser.add_argument("service", help="the service's address, such as consultation")
        parser.add_argument("provider", help="the provider's number or name")
        parser.add_argument(
            "time", help="such as '2026-11-30 10:00' on the company's clock, or with an offset"
        )

    def handle(self, *args, **options):
        company = Company.objects.current()
        service = _found(Service.objects.filter(slug=options["service"]), options["service"])
        provider = _provider(options["provider"])
        starts_at = _moment(options["time"], company)
        answers = explain(service, provider, starts_at, now=timezone.now())
        shown = format_moment(starts_at, company.zone, "en")
        self.stdout.write(f"{service}, {provider}, {shown}")
        for line in explained(answers, company.zone):
            self.stdout.write(f"{'yes' if line.holds else 'NO':>3}  {line.name}: {line.text}")
        verdict = "free" if all(answer.holds for answer in answers) else "not free"
        self.stdout.write(f"This time is {verdict}.")


def _found(rows, wanted: str):
    row = rows.first()
    if row is None:
        raise CommandError(f"There is nothing called “{wanted}”.")
    return row


def _provider(wanted: str) -> Provider:
    if wanted.isdecimal():
        return _found(Provider.objects.filter(pk=wanted), wanted)
    return _found(Provider.objects.filter(name__iexact=wanted), wanted)


def _moment(text: str, company: Company) -> datetime:
    """An aware moment; without an offset it is the company's wall time, the first of two."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"“{text}” is not a time such as 2026-11-30 10:00.")
    return moment if moment.tzinfo else moment.replace(tzinfo=company.zone)
