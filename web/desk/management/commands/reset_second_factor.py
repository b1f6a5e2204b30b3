"""``manage.py reset_second_factor E-MAIL``: for the owner whose phone is gone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from booking.models import User
from web.desk.second_factor.actions import switch_off


class Command(BaseCommand):
    help = "Takes a user's two-factor sign-in away, so that the password lets them in again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="whose it is")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {email}.")
        if not switch_off(user_id=user.pk, now=timezone.now()):
            raise CommandError(f"{user.email} has no two-factor sign-in.")
        self.stdout.write(f"{user.email} signs in by password alone now, and is told so by mail.")
