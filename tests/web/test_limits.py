"""What is counted of an address, where the cache is a table of the database."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command

from tests.factories import NOW
from web.limits import bookings_this_hour, uncount_booking

pytestmark = pytest.mark.django_db


@pytest.fixture
def cache_in_the_database(settings, db):
    table = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    settings.CACHES = {"default": table}
    call_command("createcachetable", verbosity=0)
    cache.clear()


def test_bookings_are_counted_through_their_hour_and_no_longer(cache_in_the_database, rf):
    request, counts = rf.post("/"), []
    for minutes in (0, 20, 59, 60):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            counts.append(bookings_this_hour(request))

    assert counts == [1, 2, 3, 1]


def test_booking_that_came_to_nothing_is_not_counted(cache_in_the_database, rf):
    request = rf.post("/")
    with time_machine.travel(NOW, tick=False):
        bookings_this_hour(request)
        uncount_booking(request)

        assert bookings_this_hour(request) == 1
