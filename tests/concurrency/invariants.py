"""What must hold of sessions and bookings, whatever went on at the same moment."""

import itertools

from django.db import connection

from booking.models import Booking, Session


def assert_nobody_is_in_two_places():
    for who, sessions in itertools.groupby(
        Session.objects.active().order_by("provider", "occupied_from"), lambda s: s.provider_id
    ):
        for earlier, later in itertools.pairwise(sessions):
            assert earlier.occupied_until <= later.occupied_from, who


def assert_seats_add_up():
    for session in Session.objects.active():
        taken = sum(booking.seats for booking in session.bookings.taking_seats())
        assert session.seats_taken == taken <= session.capacity


def assert_open_bookings_have_open_sessions():
    closed = Booking.objects.taking_seats().exclude(session__status=Session.ACTIVE)
    assert not closed.exists()


def deadlocks():
    """Return how many PostgreSQL had to break up; SQLite lets one write at a time."""
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def kinds(errors):
    """Return the classes of the errors."""
    return {type(error) for error in errors}
