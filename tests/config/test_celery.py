"""A worker's database connection lasts from task to task, and no longer than it works."""

import pytest
from celery import current_app, signals
from celery.fixups.django import DjangoWorkerFixup
from django.db import connection

from zoomlink.tasks import sweep

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]


@pytest.fixture(autouse=True)
def a_connection_that_lasts(monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)  # as outside of tests
    yield
    connection.close()


def end_one_task_and_begin_another() -> None:
    celerys_own = DjangoWorkerFixup(current_app)
    celerys_own.on_task_postrun(sender=sweep)
    signals.task_postrun.send(sender=sweep)
    celerys_own.on_task_prerun(sender=sweep)
    signals.task_prerun.send(sender=sweep)


def pid_of_connection() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_connection_is_kept_for_the_next_task():
    before = pid_of_connection()

    end_one_task_and_begin_another()

    assert pid_of_connection() == before


def test_next_task_gets_over_a_connection_that_was_lost():
    lost = pid_of_connection()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [lost])
    other.close()

    end_one_task_and_begin_another()

    assert pid_of_connection() != lost
