"""Thousands of reminders due at one moment, two worker processes: each goes out once."""

import multiprocessing
import random
from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection

from booking.memory import remembered
from booking.models import Booking, Client, Session
from notifications import actions
from notifications.models import Message
from tests import factories
from tests.factories import NOW
from tests.mail_server import mail_server

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Python 3.12 warns of forking beside threads; the workers use none of the test's.
    pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning"),
]

IN_A_WEEK = NOW + timedelta(days=7)
HOUR = timedelta(hours=1)
WORKERS = 2
_processes = multiprocessing.get_context("fork")


@pytest.fixture
def mailbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as (settings.EMAIL_URL, taken):
        address = urlsplit(settings.EMAIL_URL)
        settings.EMAIL_HOST, settings.EMAIL_PORT = address.hostname, address.port
        yield taken


def session_with(many: int) -> Session:
    """One class with as many bookings: written as rows, for a booking is not what is tried."""
    factories.company()
    ada = factories.provider()
    yoga = factories.service(ada, name="Yoga", kind="class", capacity=many)
    ends_at = IN_A_WEEK + HOUR
    session = Session.objects.create(
        service=yoga, provider=ada, capacity=many, seats_taken=many,
        starts_at=IN_A_WEEK, ends_at=ends_at, occupied_from=IN_A_WEEK, occupied_until=ends_at,
    )  # fmt: skip
    clients = Client.objects.bulk_create(
        Client(name=f"Client {number}", email=f"client-{number}@client.example")
        for number in range(many)
    )
    Booking.objects.bulk_create(Booking(session=session, client=client) for client in clients)
    return session


def work(seed: int) -> None:
    """What a worker does an hour before the start, in a process of its own."""
    connection.close()
    now = IN_A_WEEK - HOUR
    while message_ids := actions.sweep(now=now):
        random.Random(seed).shuffle(message_ids)
        for message_id in message_ids:
            with remembered():
                actions.deliver_message(message_id=message_id, now=now)


def all_at_work() -> None:
    connection.close()
    workers = [_processes.Process(target=work, args=(seed,)) for seed in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0


@pytest.mark.soak
def test_each_of_many_reminders_goes_out_once(mailbox, size):
    many = size(200, 10_000)
    session_with(many)
    timing = actions.add_timing(kind="reminder", audience="client", channel="email", minutes=60)

    actions.owe_timed(timing_id=timing.pk, now=NOW)
    all_at_work()

    messages = Message.objects.filter(timing=timing)
    assert Counter(messages.values_list("state", "attempts")) == {("sent", 1): many}
    taken = Counter(mail["Message-ID"] for mail in mailbox.mails)
    assert taken == Counter(messages.values_list("message_id", flat=True))
    assert set(taken.values()) == {1}


def test_one_delivery_takes_few_queries(mailbox, django_assert_num_queries):
    session_with(1)
    timing = actions.add_timing(kind="reminder", audience="client", channel="email", minutes=60)
    actions.owe_timed(timing_id=timing.pk, now=NOW)
    message = timing.messages.get()

    with remembered(), django_assert_num_queries(7):
        actions.deliver_message(message_id=message.pk, now=IN_A_WEEK - HOUR)
