"""How PostgreSQL finds free times among many that have passed: by indexes alone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.availability import explain, free_days, outside_rules, refusals_at, slots_for
from booking.models import Booking, Session
from tests import factories
from tests.factories import NOW, TOMORROW_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.postgres_only]

PAST = 20_000
KYIV = ZoneInfo("Europe/Kyiv")
TODAY = NOW.date()
DAY = {"first_day": TODAY, "last_day": TODAY, "now": NOW}
MONTH = {**DAY, "last_day": TODAY + timedelta(days=30)}


def multiply(row, times, **changed):
    """Copy a row in the database, with columns that depend on ``n``."""
    columns = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    values = ", ".join(changed.get(column, column) for column in columns)
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) "
            f"SELECT {values} FROM {table}, generate_series(1, {times}) AS n "
            f"WHERE {table}.id = {row.pk}"
        )


@pytest.fixture
def full_of_history():
    """Two services of ten providers, with years of half-hour sessions and a booking each."""
    factories.company()
    people = [factories.provider(f"Provider {number}", daily_maximum=9) for number in range(10)]
    lesson = factories.service(*people, daily_maximum=90)
    yoga = factories.service(*people, name="Yoga", kind="class", capacity=9)
    for number, person in enumerate(people):
        booking = factories.book_one(
            lesson, provider_id=person.pk, client=factories.details(f"Client {number}")
        )
        earlier = {
            column: f"{column} - n * interval '1 hour' - interval '2 days'"
            for column in ("starts_at", "ends_at", "occupied_from", "occupied_until")
        }
        token = f"substr(md5(n || '-{number}'), 1, 22)"
        multiply(booking.session, PAST // 10, host_token=token, **earlier)
        multiply(
            booking,
            PAST // 10,
            code=f"substr(md5(n || 'c{number}'), 1, 8)",
            manage_token=token,
            join_token=token,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE booking_session, booking_booking")
    assert Session.objects.count() == PAST + 10
    assert Booking.objects.count() == PAST + 10
    return lesson, yoga


def plans_of(ask):
    with CaptureQueriesContext(connection) as asked:
        ask()
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            yield "\n".join(line for (line,) in cursor.fetchall())


def walks(plan):
    return "Seq Scan on booking_session" in plan or "Seq Scan on booking_booking" in plan


def test_no_question_walks_through_the_past(full_of_history):
    lesson, yoga = full_of_history
    people = list(lesson.providers.all())
    questions = {
        "a day": lambda: slots_for(lesson, **DAY),
        "one provider": lambda: slots_for(lesson, **MONTH, providers=people[:1]),
        "a month": lambda: slots_for(lesson, **MONTH),
        "days": lambda: free_days(lesson, **MONTH, zone=KYIV),
        "a class": lambda: slots_for(yoga, **MONTH),
        "the check": lambda: refusals_at(lesson, people, TOMORROW_NOON, now=NOW),
        "explained": lambda: explain(lesson, people[0], TOMORROW_NOON, now=NOW),
        "outside": lambda: outside_rules(now=NOW),
        "a week's sessions": lambda: list(Session.objects.meeting(NOW, NOW + timedelta(days=7))),
    }

    walked = {
        name: plan for name, ask in questions.items() for plan in plans_of(ask) if walks(plan)
    }

    assert walked == {}
    assert any(map(walks, plans_of(lambda: list(Session.objects.filter(capacity=99)))))
