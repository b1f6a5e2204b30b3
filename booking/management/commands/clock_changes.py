"""Lists the bookings whose wall time a new time zone database has moved."""

from importlib.metadata import version

from django.core.management.base import BaseCommand
from django.utils import timezone

from booking.clocks import ClockMove, moved_by_the_clock
from booking.models import Session


class Command(BaseCommand):
    help = (
        "Lists the sessions to come whose wall time is no longer what was agreed, because a "
        "country has changed its clocks. Run it after an update of the tzdata package."
    )

    def handle(self, *args, **options):
        moves = list(moved_by_the_clock(now=timezone.now()))
        for move in moves:
            self.stdout.write(_line(move))
        self.stdout.write(
            f"{len(moves)} of the sessions to come have another wall time than was agreed "
            f"(tzdata {version('tzdata')})."
        )


def _line(move: ClockMove) -> str:
    session = move.session
    codes = ", ".join(_codes(session)) or "no bookings"
    return (
        f"{_written(move.agreed_at)} is now {_written(move.shown_at)} ({session.timezone}): "
        f"{session.service}, {session.provider}; {codes}"
    )


def _written(moment) -> str:
    offset = f"{moment:%z}"
    return f"{moment:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:]})"


def _codes(session: Session) -> list[str]:
    taking = session.bookings.taking_seats().order_by("pk")
    return list(taking.values_list("code", flat=True))
