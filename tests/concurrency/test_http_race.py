"""Fifty people press *Book* at one moment, at two server processes of one database."""

import html
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import requests
from django.utils import timezone

from booking.models import Booking, Event, Service, Session
from tests import factories
from tests.concurrency import servers
from tests.factories import provider, service

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.serial,
    pytest.mark.soak,
    pytest.mark.timeout(1800),
]

CROWD = 50
BOOKED, REFUSED = 303, 409
ANSWER_SECONDS = 60
# Thousands of pages are read here, and a parser would be what takes the time.
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture(scope="module")
def addresses(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), servers.running(2, tmp_path_factory.mktemp("web")) as found:
        yield found


@pytest.fixture
def crowd(addresses):
    """Fifty visitors, half of them at each server, each with cookies and a connection."""
    visitors = [Visitor(number, addresses[number % 2]) for number in range(CROWD)]
    yield visitors
    for visitor in visitors:
        visitor.browser.close()


@pytest.fixture
def ada():
    factories.company()
    return provider("Ada")


class Visitor:
    """Somebody with a browser of their own."""

    def __init__(self, number: int, address: str):
        self.number, self.address = number, address
        self.browser = requests.Session()

    def open_form(self, of: Service, starts_at: datetime) -> None:
        """Open the page that asks for one's details, and fill it in."""
        self.page = f"{self.address}/book/{of.slug}/details/"
        chosen = {"starts_at": starts_at.strftime("%Y-%m-%dT%H:%MZ")}
        answer = self.browser.get(self.page, params=chosen, timeout=ANSWER_SECONDS)
        assert answer.status_code == 200, answer.text
        self.filled_in = {
            **{name: html.unescape(value) for name, value in HIDDEN.findall(answer.text)},
            "name": f"Client {self.number}",
            "email": f"client{self.number}@client.example",
        }

    def send(self, gate: threading.Barrier) -> int:
        """Send the form when everybody is ready; return the status of the answer."""
        gate.wait(ANSWER_SECONDS)
        answer = self.browser.post(
            self.page, data=self.filled_in, allow_redirects=False, timeout=ANSWER_SECONDS
        )
        return answer.status_code


def rush(crowd, wishes) -> Counter[int]:
    """Let each visitor open a form of their own, then all send at once."""
    gate = threading.Barrier(len(crowd))
    with ThreadPoolExecutor(len(crowd)) as threads:
        list(threads.map(lambda pair: pair[0].open_form(*pair[1]), zip(crowd, wishes, strict=True)))
        return Counter(threads.map(lambda visitor: visitor.send(gate), crowd))


def coming(rounds: int) -> list[datetime]:
    first = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    return [first + timedelta(hours=3 * number) for number in range(rounds)]


def test_fifty_posts_for_one_slot_at_two_servers_make_one_booking(ada, crowd, size):
    lesson = service(ada)
    for starts_at in coming(size(20, 100)):
        answers = rush(crowd, [(lesson, starts_at)] * CROWD)

        assert answers == {BOOKED: 1, REFUSED: CROWD - 1}
        assert Session.objects.filter(starts_at=starts_at).count() == 1
    assert Booking.objects.count() == Event.objects.count() == size(20, 100)


def test_fifty_posts_for_overlapping_slots_of_two_services_make_one_booking(ada, crowd, size):
    lesson, talk = service(ada), service(ada, name="Talk", duration_minutes=55)
    for number, starts_at in enumerate(coming(size(20, 100))):
        overlapping = starts_at + timedelta(minutes=5 * (number % 16 - 10))
        # Two by two, so that each server meets both services.
        wishes = [
            (lesson, starts_at),
            (lesson, starts_at),
            (talk, overlapping),
            (talk, overlapping),
        ]

        answers = rush(crowd, (wishes * CROWD)[:CROWD])

        assert answers == {BOOKED: 1, REFUSED: CROWD - 1}
    assert Session.objects.count() == Event.objects.count() == size(20, 100)
