"""The mail server is down, hangs, refuses, or breaks off: all that is still true arrives.

A random life of bookings goes on while the server's mood changes. Afterwards every reader
knows from their last mail how each booking stands, and no mail came twice, except where
the connection broke after the server had taken it; those are counted.
"""

import random
import re
import socket
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from booking import actions as booking_actions
from booking.errors import BookingError
from booking.formats import format_moment
from booking.memory import remembered
from booking.models import Booking, Provider
from notifications import actions
from notifications.models import Message, Timing
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.notifications.conftest import Postman, served
from tests.web.site.conftest import hidden_values
from tools.ports import free_ports

KYIV = ZoneInfo("Europe/Kyiv")  # everybody's
SEED = 20261124
MINUTE = timedelta(minutes=1)
IN_A_WEEK = TOMORROW_NOON + timedelta(days=7)
A_NIGHT = timedelta(hours=12)
MOODS = ("well", "down", "hangs", "refuses", "breaks off")
NOBODY = "nobody@client.example"  # refused for good, whatever the mood


class MoodyPostman(Postman):
    """Keeps what it takes, and counts by Message-ID where it breaks off after taking it."""

    def __init__(self):
        super().__init__()
        self.mood = "well"
        self.broken = Counter()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.mood == "refuses":
            return "451 try again later"
        self.closes_after_data = self.mood == "breaks off"
        answer = await super().handle_DATA(server, session, envelope)
        if self.closes_after_data:
            self.broken[self.mails[-1]["Message-ID"]] += 1
        return answer


@pytest.fixture
def postman(settings):
    with served(MoodyPostman(), settings) as postman:
        yield postman


class Life:
    """Clients who book, move and cancel, a clock, and a mail server with moods."""

    def __init__(self, lesson, providers, postman, settings, seed: int):
        self.chance, self.now = random.Random(seed), NOW
        self.lesson, self.providers, self.postman = lesson, providers, postman
        self.settings, self.port = settings, settings.EMAIL_PORT
        self.starts = iter(IN_A_WEEK + 30 * MINUTE * number for number in range(100_000))
        self.clients = 0

    def goes_on(self) -> None:
        """Something happens, some minutes pass, the workers do what they can."""
        happens = self.chance.choice([self.book, self.book, self.move, self.move, self.cancel])
        with suppress(BookingError):
            happens()
        self.now += self.chance.randrange(1, 400) * timedelta(seconds=6)
        self.work()

    def book(self) -> None:
        self.clients += 1
        email = NOBODY if self.clients % 7 == 0 else f"client-{self.clients}@client.example"
        factories.book_one(
            self.lesson,
            starts_at=next(self.starts),
            now=self.now,
            provider_id=self.chance.choice(self.providers).pk,
            client=factories.details(f"Client {self.clients}", email=email),
        )

    def move(self) -> None:
        """To a new time or back to one that was left, mostly; at times to the other provider."""
        booking = self.one_of_them()
        if booking is not None:
            at = booking.session.starts_at
            goes_to = self.chance.choice([next(self.starts), at, at + 7 * 1440 * MINUTE])
            booking_actions.reschedule(
                booking_id=booking.pk,
                starts_at=goes_to,
                provider_id=self.chance.choice(self.providers).pk,
                now=self.now,
            )

    def cancel(self) -> None:
        booking = self.one_of_them()
        if booking is not None:
            booking_actions.cancel(booking_id=booking.pk, now=self.now)

    def one_of_them(self) -> Booking | None:
        """Mostly one of the newest, so that things happen to it in quick succession."""
        bookings = list(Booking.objects.confirmed().select_related("session").order_by("-pk"))
        newest = bookings[: 3 if self.chance.random() < 0.7 else None]
        return self.chance.choice(newest) if newest else None

    def work(self) -> None:
        """One sweep: the workers take what is due in any order."""
        ids = list(actions.sweep(now=self.now))
        self.chance.shuffle(ids)
        for message_id in ids:
            with remembered():
                actions.deliver_message(message_id=message_id, now=self.now)

    def server_is(self, mood: str, hanging_port: int) -> None:
        self.postman.mood = mood
        ports = {"down": free_ports(1)[0], "hangs": hanging_port}
        self.settings.EMAIL_PORT = ports.get(mood, self.port)
        self.settings.EMAIL_TIMEOUT = 0.05 if mood == "hangs" else 20

    def ends_well(self) -> None:
        """The server is well again, and time passes until nothing is owed."""
        self.server_is("well", 0)
        until = self.now + 2 * A_NIGHT
        while self.now < until and Message.objects.filter(ended_at=None).exists():
            self.now += 10 * MINUTE
            self.work()


@pytest.mark.django_db
def test_what_is_still_true_arrives_once_the_server_is_well(postman, settings, lesson, ada, size):
    ben = factories.provider("Ben")
    lesson.providers.add(ben)
    Timing.objects.all().delete()
    actions.set_switches({slug: slug.endswith("-email") for slug in actions.switches()})
    life = Life(lesson, [ada, ben], postman, settings, SEED)

    with socket.create_server(("127.0.0.1", 0), backlog=500) as silent:
        for number in range(size(10, 400)):
            life.server_is(MOODS[number % len(MOODS)], silent.getsockname()[1])
            for _step in range(life.chance.randrange(1, 7)):
                life.goes_on()
    life.ends_well()

    assert not Message.objects.filter(ended_at=None).exists()
    failed = Message.objects.filter(state=Message.FAILED)
    assert set(failed.values_list("to_address", flat=True)) == {NOBODY}
    assert_each_came_as_often_as_sent(postman)
    last = last_mails(postman)
    assert [wrong for booking in all_bookings() for wrong in misled(booking, last)] == []
    assert sum(postman.broken.values()) > 0


def assert_each_came_as_often_as_sent(postman: MoodyPostman) -> None:
    """Once if it is recorded as sent, and once more for each time the connection broke."""
    came = Counter(mail["Message-ID"] for mail in postman.mails)
    sent = Counter(
        Message.objects.filter(state=Message.SENT, channel="email").values_list(
            "message_id", flat=True
        )
    )
    assert came == sent + postman.broken


def all_bookings() -> list[Booking]:
    return list(Booking.objects.with_people().order_by("pk"))


def last_mails(postman: MoodyPostman) -> dict[tuple[str, str], str]:
    """The subject of the last mail to each address of each booking, whose code it holds."""
    found = {}
    for mail in postman.mails:
        (code,) = re.findall(r"\b[A-Z0-9]{8}\b", mail.get_body(("plain",)).get_content())
        found[code, str(mail["To"])] = " ".join(mail["Subject"].split())
    return found


def misled(booking: Booking, last: dict[tuple[str, str], str]) -> list[str]:
    """Who believes of a booking what is not so, by the last mail they had of it."""
    readers = {booking.client.email: True} | {
        provider.email: provider.pk == booking.session.provider_id
        for provider in Provider.objects.all()
    }
    heard = {email: last.get((booking.code, email)) for email in readers if email != NOBODY}
    return [
        f"{booking} {email}: {subject}"
        for email, subject in heard.items()
        if not is_true(subject, booking, is_theirs=readers[email])
    ]


def is_true(subject: str | None, booking: Booking, *, is_theirs: bool) -> bool:
    """Whether the last word holds: the present time, or that it is off; or none of what is not."""
    is_off = subject is None or "ancelled" in subject
    if booking.is_confirmed and is_theirs:
        starts_at = booking.session.starts_at
        return not is_off and format_moment(starts_at, KYIV, "en") in subject
    return is_off


@pytest.mark.django_db(transaction=True)
def test_no_page_waits_for_a_server_that_hangs(client, lesson, settings):
    """Not a question of seconds: while a client books, nobody so much as calls the server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.create_server(("127.0.0.1", 0)) as silent, time_machine.travel(NOW, tick=False):
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_URL = f"smtp://127.0.0.1:{settings.EMAIL_PORT}"
        settings.EMAIL_TIMEOUT = 0.05
        form = f"/book/{lesson.slug}/details/"
        page = client.get(form, {"starts_at": f"{TOMORROW_NOON:%Y-%m-%dT%H:%MZ}"})
        who = {"name": "Cleo", "email": "cleo@client.example"}
        answer = client.post(form, {**hidden_values(page.content.decode()), **who})
        was_left_alone = not is_called(silent)
        actions.deliver_message(message_id=Message.objects.first().pk, now=NOW)

        assert answer.status_code == 303
        assert Booking.objects.get().is_confirmed
        assert was_left_alone
        assert is_called(silent)  # by whoever delivers


def is_called(server: socket.socket) -> bool:
    server.setblocking(False)
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True
