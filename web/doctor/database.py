"""Whether the database holds what the product needs, and keeps its last word."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password
from django.db import DatabaseError, connection
from django.db.models import Q

from booking import guards
from booking.availability import outside_rules
from booking.backends import DEMO_PASSWORD
from booking.clocks import moved_by_the_clock
from booking.formats import format_period
from booking.models import Booking, Company, Session, User
from notifications.models import Message
from web.doctor.findings import Finding, ok, problem, warning
from web.doctor.race import leftovers
from web.health import database_is_migrated

# Every sweep would have come by several times.
_LEFT_UNDONE = timedelta(minutes=5)
_AT_MOST = 5


def findings(*, now: datetime) -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield problem(
            f"The database cannot be reached ({type(error).__name__}).",
            "Check DATABASE_URL, and that the server runs.",
        )
        return
    yield _engine()
    if not database_is_migrated():
        yield problem("The database lacks migrations.", "Run manage.py migrate.")
        return
    yield ok("All migrations are applied.")
    yield from leftovers()
    yield _guards()
    yield _company()
    yield from _staff()
    yield _undone(now)
    yield from _clocks(now)
    yield from _outside_rules(now)


def _engine() -> Finding:
    if connection.vendor == "sqlite":
        return warning(
            "The database is SQLite: one machine, and one writer at a time.",
            "Set DATABASE_URL to a PostgreSQL database.",
        )
    return ok("The database is PostgreSQL.")


def _guards() -> Finding:
    missing = guards.missing_guards()
    if missing:
        return problem(
            f"The database does not refuse overlapping sessions: {', '.join(missing)} is missing.",
            "Run manage.py migrate, which installs it anew.",
        )
    return ok("The database itself refuses overlapping sessions.")


def _company() -> Finding:
    company = Company.objects.first()
    if company is None or not company.email:
        return warning(
            "The company has no e-mail address: clients cannot answer its mail.",
            "Fill in Settings, Company.",
        )
    return ok(f"The company is {company.name}, in the time zone {company.timezone}.")


def _staff() -> Iterator[Finding]:
    staff = User.objects.filter(is_staff=True, is_active=True).order_by("pk")
    if not staff.filter(is_superuser=True).exists() and not staff.filter(groups__isnull=False):
        yield problem("Nobody can sign in to the staff side.", "Run manage.py createsuperuser.")
    known = [user.email for user in staff if check_password(DEMO_PASSWORD, user.password)]
    if known:
        yield warning(
            f"The demo's password, which everybody knows, belongs to {', '.join(known)}. "
            "It is refused while DEBUG is off.",
            "Give them passwords of their own, or make them inactive.",
        )


def _undone(now: datetime) -> Finding:
    """What workers and the clock leave undone shows whether they are at work."""
    since = now - _LEFT_UNDONE
    messages = Message.objects.claimable(since).count()
    bookings = Booking.objects.filter(
        Q(state=Booking.HELD, held_until__lte=since)
        | Q(state=Booking.PENDING, session__starts_at__lte=since)
    ).count()
    if messages or bookings:
        return problem(
            f"Left undone for over five minutes: {messages} messages to send, "
            f"{bookings} holds or requests to end.",
            "See that a worker and beat are running: celery -A config worker, "
            "celery -A config beat.",
        )
    return ok("Nothing that is due was left undone.")


def _clocks(now: datetime) -> Iterator[Finding]:
    moved = sum(1 for _move in moved_by_the_clock(now=now))
    if moved:
        yield warning(
            f"Sessions to come whose wall time is no longer what was agreed: {moved}.",
            "A country has changed its clocks: manage.py clock_changes lists them.",
        )


def _outside_rules(now: datetime) -> Iterator[Finding]:
    found = outside_rules(now=now)
    if found:
        company = Company.objects.current()
        soonest = "; ".join(_told(one.session, company) for one in found[:_AT_MOST])
        yield warning(
            f"Sessions to come that today's rules would not offer: {len(found)}.",
            f"Move or cancel them, or leave them as agreed. The soonest: {soonest}.",
        )


def _told(session: Session, company: Company) -> str:
    when = format_period(session.starts_at, session.ends_at, company.zone, "en")
    return f"{session.service.name}, {session.provider.name}, {when}"
