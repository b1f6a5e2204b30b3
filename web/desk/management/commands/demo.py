"""``manage.py demo``: a working company to try, and its logins."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from booking.backends import DEMO_PASSWORD
from booking.models import Company
from web.demo import company, zoom


class Command(BaseCommand):
    help = "Fill an empty installation with the demo company, and print its logins."

    def add_arguments(self, parser):
        parser.add_argument(
            "--connected",
            action="store_true",
            help="also enable online meetings and connect them to the Zoom simulator",
        )

    def handle(self, *, connected: bool, **options):
        if not settings.DEBUG:
            raise CommandError(
                "The demo's passwords are known to everybody, so it needs DEBUG=1. "
                "Create your own first user with: manage.py createsuperuser"
            )
        if not company.is_filled():
            self._refuse_real_company()
            company.fill(now=timezone.now())
        if connected:
            self._connect()
        self._print_logins()

    def _refuse_real_company(self):
        if Company.objects.exists():
            raise CommandError("This installation has a company of its own; the demo leaves it be.")

    def _connect(self):
        try:
            zoom.connect_everything(now=timezone.now())
        except zoom.SimulatorMissing as error:
            raise CommandError(
                f"The Zoom simulator does not answer at {settings.ZOOM_OAUTH_URL}. "
                "Start it with make run, without ZOOM_CLIENT_ID."
            ) from error

    def _print_logins(self):
        self.stdout.write(f"Staff side: {settings.SITE_URL}/admin/  (password {DEMO_PASSWORD})")
        for email, (role, name) in company.LOGINS.items():
            self.stdout.write(f"  {email:22} {role:14} {name}")
        self.stdout.write(
            f"Booking site: {settings.SITE_URL}/  (client {company.CLIENT_EMAIL}: "
            "the code to sign in stands in Sent messages)"
        )
