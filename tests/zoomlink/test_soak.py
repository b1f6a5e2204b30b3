"""Whatever fails and whoever dies in between: in the end Zoom has exactly what it should.

Workers are processes that are killed at random, the calls for meetings fail at random. The
clock stands still while workers are at work, and jumps past every lease between two rounds, so
that no worker overruns its own.
"""

import multiprocessing
import random
import signal
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection as database
from django.db.models import Q

from booking import actions as booking_actions
from booking.models import Booking, Session
from tests import factories
from tests.zoomlink import scene
from tests.zoomlink.scene import HOUR, NOW
from tests.zoomlink.simulator.process import SimulatorProcess
from zoomlink import actions
from zoomlink.models import Meeting, ProviderMeeting, ZoomConnection

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.soak,
    # Python 3.12 warns of forking beside threads; the workers use none of the test's.
    pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning"),
]

SEED = 20261124
HOSTS = 10
WORKERS = 3
FIRST_DAY = (NOW + timedelta(days=5)).replace(hour=6, minute=0, second=0)
# A fifth of the calls for meetings fails, by one of these.
FAULTS = ("lost_answer", "error_503", "rate_limited", "html")
SHARE = 0.05
_processes = multiprocessing.get_context("fork")


@pytest.fixture
def zoom_of_many(tmp_path, settings):
    process = SimulatorProcess(tmp_path / "zoom.sqlite3", arguments=["--extra-users", str(HOSTS)])
    process.start()
    settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET = process.client_id, process.client_secret
    settings.ZOOM_OAUTH_URL, settings.ZOOM_API_URL = process.url, f"{process.url}/v2"
    settings.ZOOM_URLS_ARE_FIXED = True
    yield process
    process.kill()


class Company:
    """Bookings of many providers, and what happens to them."""

    def __init__(self, zoom: SimulatorProcess, chance: random.Random):
        scene.company()
        factories.enable(actions.FEATURE)
        scene.connect(zoom)
        self.chance = chance
        self.providers = [factories.provider(f"Provider {number}") for number in range(HOSTS)]
        self.service = factories.service(*self.providers, is_online_meeting=True)
        self.map()
        self.hours = [iter(range(10_000)) for _provider in self.providers]

    def map(self) -> None:
        users = ZoomConnection.objects.current().users.filter(email__startswith="user")
        for provider, user in zip(self.providers, users.order_by("email"), strict=True):
            actions.choose_meeting(
                now=NOW, provider_id=provider.pk, engine=ProviderMeeting.ZOOM, zoom_user_id=user.pk
            )

    def free_time(self, number: int) -> datetime:
        return FIRST_DAY + next(self.hours[number]) * HOUR

    def book(self, how_many: int) -> None:
        for count in range(how_many):
            number = count % HOSTS
            factories.book_one(
                self.service,
                starts_at=self.free_time(number),
                now=NOW,
                provider_id=self.providers[number].pk,
                client=factories.details(f"Client{count}"),
            )

    def change_some(self) -> None:
        """Move some, give some to somebody else, cancel some."""
        for booking in Booking.objects.confirmed().select_related("session"):
            match self.chance.random():
                case luck if luck < 0.08:
                    self._move(booking)
                case luck if luck < 0.12:
                    booking_actions.cancel(booking_id=booking.pk, now=NOW)

    def _move(self, booking: Booking) -> None:
        number = self.chance.randrange(HOSTS)
        booking_actions.reschedule(
            booking_id=booking.pk,
            starts_at=self.free_time(number),
            provider_id=self.providers[number].pk,
            now=NOW,
        )


def work(now: datetime, seed: int) -> None:
    """One pass of a worker, in a process of its own."""
    database.close()
    ids = actions.review(now=now)
    random.Random(seed).shuffle(ids)
    for meeting_id in ids:
        actions.sync_meeting(meeting_id=meeting_id, now=now)
    actions.check_health(now=now)


def round_of_work(now: datetime, chance: random.Random, *, kills: bool) -> int:
    """Several workers at once; one of them may not live to see the end. How many died."""
    database.close()
    workers = [
        _processes.Process(target=work, args=(now, chance.random())) for _n in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    if kills:
        wait_for_a_creation(workers)
        time.sleep(chance.uniform(0, 0.05))
        chance.choice(workers).kill()
    for worker in workers:
        worker.join(300)
        assert worker.exitcode in (0, -signal.SIGKILL), "a worker hangs, or fell"
    return sum(worker.exitcode != 0 for worker in workers)


def wait_for_a_creation(workers: list) -> None:
    """Until one of them is about to create a meeting: the worst moment to die."""
    while any(worker.is_alive() for worker in workers):
        if Meeting.objects.filter(is_uncertain=True, claim__isnull=False).exists():
            return
        time.sleep(0.005)


def failed_calls(zoom: SimulatorProcess) -> float:
    """The share of the calls for meetings that failed on the way or at Zoom."""
    log = zoom.control("GET", "/requests")["requests"]
    answers = [entry["status"] for entry in log if "meeting" in entry["operation"]]
    # What is dropped after the work has no status, or that of the work itself.
    return sum(status is None or status >= 429 for status in answers) / len(answers)


def until_they_agree(now: datetime, chance: random.Random) -> datetime:
    for _round in range(60):
        now += Meeting.LEASE + timedelta(seconds=1)
        round_of_work(now, chance, kills=False)
        # A claim that ran out is no work: what it was for may not be wanted any more.
        busy = Q(next_attempt_at__isnull=False) | Q(claimed_until__gt=now)
        if not Meeting.objects.filter(busy).exists() and not actions.review(now=now):
            return now
        # Past every wait, and past midnight UTC where a host's day was used up.
        waits = Meeting.objects.exclude(next_attempt_at=None).values_list("next_attempt_at")
        now = max([now, *(moment for (moment,) in waits)])
    waiting = Meeting.objects.filter(busy)
    reasons = Counter(waiting.values_list("state", "is_uncertain", "last_error"))
    raise AssertionError(f"Zoom and the sessions do not come to agree at {now}: {reasons}")


def assert_zoom_has_what_it_should(zoom: SimulatorProcess) -> None:
    at_zoom = scene.at_zoom(zoom)
    assert Counter(made["agenda"] for made in at_zoom).most_common(1)[0][1] == 1, "a duplicate"
    found = {made["agenda"]: (made["id"], made["start_time"], made["host_id"]) for made in at_zoom}
    expected = {}
    for session in Session.objects.active().select_related("meeting"):
        host = ProviderMeeting.objects.get(provider=session.provider_id).zoom_user.zoom_id
        starts = session.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert session.meeting.state == Meeting.READY
        expected[session.meeting.agenda] = (session.meeting.zoom_id, starts, host)
    assert found == expected
    gone = Meeting.objects.exclude(session__status=Session.ACTIVE)
    assert {(m.state, m.zoom_id) for m in gone} <= {(Meeting.ABSENT, None)}


def test_a_rough_week_ends_with_exactly_the_meetings_that_should_be(zoom_of_many, size):
    chance, zoom, now = random.Random(SEED), zoom_of_many, NOW
    company, killed = Company(zoom, chance), 0
    for seed, kind in enumerate(FAULTS):
        zoom.fault("meetings", kind, share=SHARE, seed=seed)

    for _burst in range(size(2, 5)):
        company.book(size(20, 100))
        for _round in range(size(3, 4)):
            killed += round_of_work(now, chance, kills=True)
            company.change_some()
            now += Meeting.LEASE + timedelta(seconds=1)
    assert failed_calls(zoom) > 0.1
    zoom.revoke(ZoomConnection.objects.current().access_token)
    for _sweep in range(2):  # a token that lives is refused, and so is the one to renew it
        round_of_work(now, chance, kills=False)
        now += Meeting.LEASE + timedelta(seconds=1)
    assert ZoomConnection.objects.current().state == ZoomConnection.LOST
    company.change_some()

    scene.connect(zoom, now=now)
    now = until_they_agree(now, chance)
    zoom.control("DELETE", "/faults")
    until_they_agree(now, chance)

    assert_zoom_has_what_it_should(zoom)
    assert len(scene.at_zoom(zoom)) > size(20, 300)
    assert killed, "no worker was killed at its work"
