"""A company with one lesson, and a real receiver on this machine."""

import pytest

from tests import factories
from tests.contract.local_server import local_server
from tests.factories import NOW
from webhooks import actions
from webhooks.kinds import EVENT_TYPES
from webhooks.models import Delivery


@pytest.fixture(autouse=True)
def _public_address(settings):
    settings.SITE_URL = "https://book.example"


@pytest.fixture
def lesson(db):
    factories.company()
    factories.enable("webhooks")
    return factories.service(is_online_meeting=True)


@pytest.fixture
def receiver():
    with local_server() as server:
        yield server


@pytest.fixture
def endpoint(lesson, receiver):
    return add(f"{receiver.origin}/hook")


def add(url, **fields):
    """An endpoint that wants to hear of everything."""
    fields = {
        "name": "n8n",
        "events": EVENT_TYPES,
        "is_active": True,
        "sends_manage_link": False,
        "actor": None,
        **fields,
    }
    return actions.add_endpoint(url=url, now=NOW, **fields)


def deliver_all(now=NOW):
    """Do what workers would: send whatever the sweep wakes."""
    for delivery_id in actions.sweep(now=now):
        actions.deliver(delivery_id=delivery_id, now=now)


def the_delivery() -> Delivery:
    return Delivery.objects.get()
