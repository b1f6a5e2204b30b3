"""The site at NOW: a company in Kyiv, one service of Ada's round the clock."""

import re
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.cache import cache

from tests import factories
from tests.factories import NOW
from tests.web.site.full_class import book, scheduled


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


@pytest.fixture
def yoga(ada):
    """A class of three places with a waiting list."""
    factories.enable("classes")
    factories.enable("waiting-list")
    return factories.service(ada, name="Yoga", kind="class", capacity=3)


@pytest.fixture
def session(yoga):
    """A session whose three places Cleo has taken."""
    found = scheduled(yoga)
    book(found)
    return found


def hidden_values(page: str) -> dict[str, str]:
    """What a browser would send back of a page's hidden fields."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def times_on(page) -> list[str]:
    """The wall times offered, as a visitor reads them."""
    text = page.content.decode()
    return re.findall(r'<time datetime="[^"/]*">(\d\d:\d\d[^<]*)</time></a>', text)


def names_of_times_on(page) -> list[str]:
    """The wall times offered, as a screen reader says them."""
    return re.findall(r'aria-label="(\d\d:\d\d[^"]*)"', page.content.decode())


def hours_on(page) -> list[str]:
    return re.findall(r"<option[^>]*>(\d\d:00–[^<]*)</option>", page.content.decode())


def instants_behind(page) -> list[datetime]:
    """The starts that the offered times lead to."""
    links = re.findall(r'href="(/book/[^"]*/details/[^"]*)"', page.content.decode())
    asked = [parse_qs(urlsplit(link.replace("&amp;", "&")).query) for link in links]
    return [datetime.fromisoformat(query["starts_at"][0]) for query in asked]
