"""Several records of one person: finding them, and making them one."""

import pytest

from booking.models import Client
from tests.factories import client

pytestmark = pytest.mark.django_db


def test_clients_are_alike_by_name_address_or_phone_whatever_the_capitals():
    cleo = client("Cleo Ann", email="cleo@one.example", phone="+380441234567")
    alike = [
        client("CLEO ann", email=""),
        client("C. Ann", email="Cleo@One.Example"),
        client("Cleopatra", email="", phone="+380441234567"),
    ]
    client("Dan", email="", phone="")

    assert sorted(row.pk for row in Client.objects.like(cleo)) == [row.pk for row in alike]


def test_clients_who_gave_nothing_share_nothing():
    dan = client("Dan", email="", phone="")
    client("Eve", email="", phone="")

    assert not Client.objects.like(dan).exists()
