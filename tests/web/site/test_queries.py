"""What the pages ask of the database: few queries, and none that reads a whole history."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Booking, Client, Session
from notifications.models import Message
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.site.conftest import hidden_values

pytestmark = pytest.mark.django_db

HISTORY = 3_000
# As many as it takes now; docs/performance.md has what is aimed at.
MONTH_PAGE, BOOKING = 4, 13
GROWS = "booking_session|booking_booking|booking_event|booking_client|notifications_message"
OF_TRANSACTION = re.compile(r"(BEGIN|COMMIT|SAVEPOINT|RELEASE)")


def asked_of_database(captured) -> list[str]:
    queries = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in queries if not OF_TRANSACTION.match(sql)]


def filled_in(client, service, starts_at=TOMORROW_NOON) -> dict[str, str]:
    page = client.get(f"/book/{service.slug}/details/?starts_at={starts_at:%Y-%m-%dT%H:%MZ}")
    fields = hidden_values(page.content.decode())
    return {**fields, "name": "Cleo", "email": "cleo@client.example"}


@pytest.fixture
def history(lesson, ada):
    """Thousands of lessons that are over, each of another client and with a message sent."""
    clients = Client.objects.bulk_create(
        Client(name=f"Old {n}", email=f"old{n}@client.example") for n in range(HISTORY)
    )
    sessions = Session.objects.bulk_create(
        Session(
            service=lesson,
            provider=ada,
            starts_at=NOW - timedelta(hours=n + 2),
            ends_at=NOW - timedelta(hours=n + 1),
            occupied_from=NOW - timedelta(hours=n + 2),
            occupied_until=NOW - timedelta(hours=n + 1),
            seats_taken=1,
        )
        for n in range(HISTORY)
    )
    bookings = Booking.objects.bulk_create(
        Booking(session=session, client=who) for session, who in zip(sessions, clients, strict=True)
    )
    Message.objects.bulk_create(
        Message(key=f"old{b.pk}", booking=b, state=Message.SENT, due_at=NOW, next_attempt_at=NOW)
        for b in bookings
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.parametrize("rows", [1, 3])
def test_month_page_takes_few_queries_for_any_number_of_rows(client, company, rows):
    lesson = factories.service(*[factories.provider(f"P{n}") for n in range(rows)])
    for number in range(rows):
        factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=number))

    with CaptureQueriesContext(connection) as captured:
        client.get(f"/book/{lesson.slug}/?month=2026-11")

    assert len(asked_of_database(captured)) <= MONTH_PAGE


@pytest.mark.parametrize("rows", [1, 3])
def test_booking_takes_few_queries_for_any_number_of_rows(client, company, rows):
    lesson = factories.service(*[factories.provider(f"P{n}") for n in range(rows)])
    for number in range(rows):
        factories.book_one(lesson, starts_at=TOMORROW_NOON + timedelta(hours=number + 1))
    form = filled_in(client, lesson)

    with CaptureQueriesContext(connection) as captured:
        answer = client.post(f"/book/{lesson.slug}/details/", form)

    assert answer.status_code == 303
    assert len(asked_of_database(captured)) <= BOOKING


@pytest.mark.postgres_only
def test_no_page_reads_a_whole_history(client, lesson, history):
    form = filled_in(client, lesson)

    with CaptureQueriesContext(connection) as captured:
        client.get(f"/book/{lesson.slug}/?month=2026-11")
        client.post(f"/book/{lesson.slug}/details/", form)
        client.get(f"/b/{Booking.objects.latest('pk').manage_token}/")

    reading = [sql for sql in asked_of_database(captured) if sql.startswith(("SELECT", "UPDATE"))]
    assert len(reading) > MONTH_PAGE
    for sql in reading:
        assert not re.search(rf"Seq Scan on ({GROWS})\b", plan_of(sql)), sql


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())
