"""The same journeys on what a laptop has: SQLite, and files for a broker."""

import pytest

from tests.journeys.test_first_meeting import test_from_enabling_to_a_meeting_to_logout
from tests.journeys.test_start import (
    test_booking_site_opens_without_an_error_in_the_console,
    test_staff_side_asks_for_a_sign_in,
)
from tests.product import running

__all__ = [
    "test_booking_site_opens_without_an_error_in_the_console",
    "test_from_enabling_to_a_meeting_to_logout",
    "test_staff_side_asks_for_a_sign_in",
]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory):
    """A product that is offered nothing, whatever the run has."""
    folder = tmp_path_factory.mktemp("embedded")
    with running(folder, DATABASE_URL=f"sqlite:///{folder}/zustrich.sqlite3", REDIS_URL="") as ours:
        yield ours
