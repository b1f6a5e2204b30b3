"""The API at NOW: a company in Kyiv, one service of Ada's round the clock."""

import pytest
import time_machine
from django.core.cache import cache

from tests import factories
from tests.factories import NOW
from web.keys import actions as keys
from web.keys.models import ApiKey

BASE = "/api/v1"
PAGE = "https://www.kyiv-yoga.example"
CLEO = {"name": "Cleo", "email": "cleo@client.example"}
NOON = "2026-11-24T12:00:00+02:00"  # TOMORROW_NOON as the company says it


@pytest.fixture(autouse=True)
def at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def no_requests_counted():
    cache.clear()


@pytest.fixture
def company(db):
    return factories.company()


@pytest.fixture
def ada(company):
    return factories.provider("Ada")


@pytest.fixture
def lesson(ada):
    return factories.service(ada, name="Lesson")


@pytest.fixture
def booked(lesson):
    return factories.book_one(lesson)


@pytest.fixture
def boss():
    return factories.staff()


@pytest.fixture
def page_key(boss):
    """The secret of a key for pages of PAGE."""
    _key, secret = keys.make(name="Website", kind=ApiKey.PAGE, origins=[PAGE], actor=boss, now=NOW)
    return secret


@pytest.fixture
def server_key(boss):
    """The secret of a key for a server."""
    _key, secret = keys.make(name="CRM", kind=ApiKey.SERVER, actor=boss, now=NOW)
    return secret


@pytest.fixture
def send(client):
    """Post JSON to an address of the API."""

    def post(path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.post(BASE + path, body, content_type="application/json", headers=headers)

    return post


@pytest.fixture
def ask(client):
    """Get an address of the API."""

    def get(path, *, headers=None, **query):
        return client.get(BASE + path, query, headers=headers)

    return get
