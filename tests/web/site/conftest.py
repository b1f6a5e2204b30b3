"""The site at NOW: a company in Kyiv, one service of Ada's round the clock."""

import re

import pytest
import time_machine
from django.core.cache import cache

from tests import factories
from tests.factories import NOW


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
    return factories.book_one(lesson, client=factories.details(timezone="Europe/Kyiv"))


def hidden_values(page: str) -> dict[str, str]:
    """What a browser would send back of a page's hidden fields."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}
